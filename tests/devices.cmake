# What tests of the target table's rows link and run.
#   devices_package   relu, elu and prelu for every row, by the tool: for speed, and once more for size

foreach(goal IN ITEMS speed size)
  set(stamp ${CMAKE_CURRENT_BINARY_DIR}/devices_for_${goal}.stamp)
  add_custom_command(
    OUTPUT ${stamp}
    COMMAND actinide build relu elu prelu --passes forward,backward --dtypes f32,f16,bf16 --targets all --optimize ${goal}
            --name devices --prefix devices --quiet --out ${CMAKE_CURRENT_BINARY_DIR}/devices_for_${goal}
            --cache ${CMAKE_CURRENT_BINARY_DIR}/cache > ${CMAKE_CURRENT_BINARY_DIR}/devices_for_${goal}.log
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    DEPENDS actinide
    COMMENT "Building three activations for every target, for ${goal}"
    VERBATIM
  )
  list(APPEND devices_stamps ${stamp})
endforeach()
add_custom_target(devices_package DEPENDS ${devices_stamps})

target_compile_definitions(actinide_test_options INTERFACE
  ACTINIDE_CLANG="${ACTINIDE_CLANG}"
  ACTINIDE_DEVICES_PACKAGE="${CMAKE_CURRENT_BINARY_DIR}/devices_for_speed/devices"
  ACTINIDE_DEVICES_PACKAGE_FOR_SIZE="${CMAKE_CURRENT_BINARY_DIR}/devices_for_size/devices"
)
foreach(program IN ITEMS ld.lld ld64.lld lld-link wasm-ld qemu-arm qemu-riscv64 qemu-system-aarch64 qemu-system-arm)
  string(MAKE_C_IDENTIFIER "${program}" name)
  string(TOUPPER "ACTINIDE_${name}" name)
  find_program(${name} NAMES ${program}-${LLVM_VERSION_MAJOR} ${program} HINTS ${LLVM_TOOLS_BINARY_DIR})
  target_compile_definitions(actinide_test_options INTERFACE ${name}="$<$<BOOL:${${name}}>:${${name}}>")
endforeach()
