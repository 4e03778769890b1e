# What tests of the target table's rows link and run.
#   devices_package   relu, elu and prelu for every row, by the tool

set(devices_root ${CMAKE_CURRENT_BINARY_DIR}/devices/devices)
add_custom_command(
  OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/devices_package.stamp
  COMMAND actinide build relu elu prelu --passes forward,backward --dtypes f32,bf16 --targets all --name devices --prefix devices
          --quiet --out ${CMAKE_CURRENT_BINARY_DIR}/devices --cache ${CMAKE_CURRENT_BINARY_DIR}/cache
          > ${CMAKE_CURRENT_BINARY_DIR}/devices_package.log
  COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_CURRENT_BINARY_DIR}/devices_package.stamp
  DEPENDS actinide
  COMMENT "Building three activations for every target"
  VERBATIM
)
add_custom_target(devices_package DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/devices_package.stamp)

target_compile_definitions(actinide_test_options INTERFACE
  ACTINIDE_CLANG="${ACTINIDE_CLANG}"
  ACTINIDE_DEVICES_PACKAGE="${devices_root}"
)
foreach(program IN ITEMS ld.lld ld64.lld lld-link wasm-ld qemu-arm qemu-riscv64 qemu-system-aarch64 qemu-system-arm)
  string(MAKE_C_IDENTIFIER "${program}" name)
  string(TOUPPER "ACTINIDE_${name}" name)
  find_program(${name} NAMES ${program}-${LLVM_VERSION_MAJOR} ${program} HINTS ${LLVM_TOOLS_BINARY_DIR})
  target_compile_definitions(actinide_test_options INTERFACE ${name}="$<$<BOOL:${${name}}>:${${name}}>")
endforeach()
