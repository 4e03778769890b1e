# The product itself, built once for all tests that run kernels, and one uniform way to call each of them.
#   kernels_package   builds every kernel for every target, by the tool, with a cache of its own
#   kernels_table     every CPU kernel of this machine, as tests/kernels_table.h shows it
#   kernels_cuda_table  every CUDA kernel, likewise
#   kernels_digest, kernels_digest_aarch64  programs that hash what the kernels compute
#   kernels_environment, kernels_environment_aarch64  programs that call kernels in other floating-point environments

set(kernels_folder ${CMAKE_CURRENT_BINARY_DIR}/package)
set(kernels_root ${kernels_folder}/actinide_kernels)
set(kernels_archive ${kernels_root}/lib/x86_64-linux/libactinide_kernels.a)
set(kernels_cuda_archive ${kernels_root}/lib/x86_64-linux/libactinide_kernels_cuda.a)
set(kernels_archive_aarch64 ${kernels_root}/lib/aarch64-linux/libactinide_kernels.a)

# A bias and a residual alone and together, beside learned parameters, as many sums as there may be, two arrays with a
# bias each.
set(fused_forms gelu_bias dynamic_erf_bias swiglu_bias silu_residual prelu_bias_residual)
# Arrays of bits and of pairs, and tables; kernels_packed calls them.
set(packed_kernels "relu,hardsigmoid/forward_mask,backward_from_mask" "swiglu/forward_pairs,backward_pairs"
  "relu/forward_table/s8,u8@x86-64,aarch64-neon")

# The stamp and not the manifest: files that did not change keep their time.
add_custom_command(
  OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/kernels_package.stamp
  BYPRODUCTS ${kernels_archive} ${kernels_cuda_archive} ${kernels_archive_aarch64}
  COMMAND actinide build all ${fused_forms} ${packed_kernels} --passes all --dtypes all --targets x86-64,aarch64-neon,cuda --emit ptx --quiet
          --out ${kernels_folder} --cache ${CMAKE_CURRENT_BINARY_DIR}/cache > ${CMAKE_CURRENT_BINARY_DIR}/kernels_package.log
  COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_CURRENT_BINARY_DIR}/kernels_package.stamp
  DEPENDS actinide
  COMMENT "Building every kernel with the tool"
  VERBATIM
)
add_custom_target(kernels_package DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/kernels_package.stamp)

add_executable(kernels_print_table kernels_print_table.cpp)
target_link_libraries(kernels_print_table PRIVATE actinide_formula actinide_test_options)
foreach(kind IN ITEMS cpu small double cuda)
  add_custom_command(
    OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/kernels_${kind}_table.c
    COMMAND kernels_print_table ${kind} > ${CMAKE_CURRENT_BINARY_DIR}/kernels_${kind}_table.c
    DEPENDS kernels_print_table
    VERBATIM
  )
endforeach()

# actinide_add_table(NAME KIND ARCHIVE)
function(actinide_add_table name kind archive)
  add_library(${name} STATIC ${CMAKE_CURRENT_BINARY_DIR}/kernels_${kind}_table.c)
  # The header exists once the package does.
  set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/kernels_${kind}_table.c PROPERTIES
    OBJECT_DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/kernels_package.stamp)
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_include_directories(${name} SYSTEM PUBLIC ${kernels_root}/include)
  target_link_libraries(${name} PRIVATE actinide_options INTERFACE ${archive} ${ARGN})
  add_dependencies(${name} kernels_package)
endfunction()
actinide_add_table(kernels_table cpu ${kernels_archive})
actinide_add_table(kernels_small_table small ${kernels_archive})
actinide_add_table(kernels_double_table double ${kernels_archive})
actinide_add_table(kernels_cuda_table cuda ${kernels_cuda_archive} ${CMAKE_DL_LIBS})

# ---- the same program for two machines -------------------------------------------------------------------------------

# actinide_add_digest(NAME KINDS SOURCE...): NAME.cpp with the tables of these kinds, and the sources, for this machine,
# and as the target NAME_aarch64 for the other, whose path comes in NAME_on_aarch64 (empty without cross compiler or qemu).
function(actinide_add_digest name kinds)
  add_executable(${name} ${name}.cpp)
  set(sources ${CMAKE_CURRENT_SOURCE_DIR}/${name}.cpp)
  foreach(source IN LISTS ARGN)
    list(APPEND sources ${PROJECT_SOURCE_DIR}/${source})
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/${source})
  endforeach()
  set(tables "")
  set(compile_tables "")
  foreach(kind IN LISTS kinds)
    string(REPLACE kernels_cpu_table kernels_table table kernels_${kind}_table)
    target_link_libraries(${name} PRIVATE actinide_options ${table})
    list(APPEND tables ${CMAKE_CURRENT_BINARY_DIR}/kernels_${kind}_table.c)
  endforeach()
  set(program "")
  if(ACTINIDE_AARCH64_CXX AND ACTINIDE_AARCH64_CC AND ACTINIDE_QEMU_AARCH64)
    set(program ${CMAKE_CURRENT_BINARY_DIR}/aarch64-linux/${name})
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/aarch64-linux)
    set(cross_flags -Wall -Wextra -Wpedantic -Werror -O2 -I${PROJECT_SOURCE_DIR} -isystem ${kernels_root}/include)
    set(objects "")
    foreach(kind IN LISTS kinds)
      list(APPEND objects ${program}_${kind}_table.o)
      list(APPEND compile_tables COMMAND ${ACTINIDE_AARCH64_CC} -std=c11 ${cross_flags}
           -c ${CMAKE_CURRENT_BINARY_DIR}/kernels_${kind}_table.c -o ${program}_${kind}_table.o)
    endforeach()
    add_custom_command(
      OUTPUT ${program}
      ${compile_tables}
      COMMAND ${ACTINIDE_AARCH64_CXX} -std=c++20 ${cross_flags} ${sources} ${objects} ${kernels_archive_aarch64}
              -o ${program}
      DEPENDS ${sources} kernels_sweep.h kernels_numbers.h kernels_table.h kernels_bit_format.h
              kernels_control_register.h kernels_float_array.h kernels_packed_checks.h
              ${PROJECT_SOURCE_DIR}/tools/verify/bit_comparison.h ${PROJECT_SOURCE_DIR}/tools/verify/output_digest.h
              ${tables} ${CMAKE_CURRENT_BINARY_DIR}/kernels_package.stamp
      COMMENT "Cross-compiling ${name} for aarch64"
      VERBATIM
    )
  endif()
  add_custom_target(${name}_aarch64 DEPENDS ${program})
  set(${name}_on_aarch64 "${program}" PARENT_SCOPE)
endfunction()
actinide_add_digest(kernels_digest cpu)
actinide_add_digest(kernels_small_digest small)
actinide_add_digest(kernels_bits "cpu;small;double" tools/verify/bit_comparison.cpp)
actinide_add_digest(kernels_environment "cpu;small;double")
actinide_add_digest(kernels_packed cpu)

list(JOIN fused_forms " " fused_forms_in_words)
target_compile_definitions(actinide_test_options INTERFACE
  ACTINIDE_FUSED_FORMS="${fused_forms_in_words}"
  ACTINIDE_PACKAGE="${kernels_root}"
  ACTINIDE_KERNELS_DIGEST="$<TARGET_FILE:kernels_digest>"
  ACTINIDE_KERNELS_DIGEST_AARCH64="${kernels_digest_on_aarch64}"
  ACTINIDE_KERNELS_SMALL_DIGEST="$<TARGET_FILE:kernels_small_digest>"
  ACTINIDE_KERNELS_SMALL_DIGEST_AARCH64="${kernels_small_digest_on_aarch64}"
  ACTINIDE_KERNELS_BITS="$<TARGET_FILE:kernels_bits>"
  ACTINIDE_KERNELS_BITS_AARCH64="${kernels_bits_on_aarch64}"
  ACTINIDE_KERNELS_ENVIRONMENT="$<TARGET_FILE:kernels_environment>"
  ACTINIDE_KERNELS_ENVIRONMENT_AARCH64="${kernels_environment_on_aarch64}"
  ACTINIDE_KERNELS_PACKED="$<TARGET_FILE:kernels_packed>"
  ACTINIDE_KERNELS_PACKED_AARCH64="${kernels_packed_on_aarch64}"
  ACTINIDE_FORMULA_LIBRARY="$<TARGET_FILE:actinide_formula>"
  ACTINIDE_HALIDE_DIR="${Halide_DIR}"
)
