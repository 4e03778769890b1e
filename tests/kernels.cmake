# The product itself, built once for all tests that run kernels, and one uniform way to call each of them.
#   kernels_package   builds every kernel for every target, by the tool, with a cache of its own
#   kernels_table     every CPU kernel of this machine, as tests/kernels_table.h shows it
#   kernels_cuda_table  every CUDA kernel, likewise
#   kernels_digest, kernels_digest_aarch64  programs that hash what the kernels compute

set(kernels_folder ${CMAKE_CURRENT_BINARY_DIR}/package)
set(kernels_root ${kernels_folder}/actinide_kernels)
set(kernels_archive ${kernels_root}/lib/x86_64-linux/libactinide_kernels.a)
set(kernels_cuda_archive ${kernels_root}/lib/x86_64-linux/libactinide_kernels_cuda.a)
set(kernels_archive_aarch64 ${kernels_root}/lib/aarch64-linux/libactinide_kernels.a)

# The stamp and not the manifest: files that did not change keep their time.
add_custom_command(
  OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/kernels_package.stamp
  BYPRODUCTS ${kernels_archive} ${kernels_cuda_archive} ${kernels_archive_aarch64}
  COMMAND actinide build all --passes all --targets x86-64,aarch64-neon,cuda --emit ptx --quiet
          --out ${kernels_folder} --cache ${CMAKE_CURRENT_BINARY_DIR}/cache > ${CMAKE_CURRENT_BINARY_DIR}/kernels_package.log
  COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_CURRENT_BINARY_DIR}/kernels_package.stamp
  DEPENDS actinide
  COMMENT "Building every kernel with the tool"
  VERBATIM
)
add_custom_target(kernels_package DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/kernels_package.stamp)

add_executable(kernels_print_table kernels_print_table.cpp)
target_link_libraries(kernels_print_table PRIVATE actinide_formula)
foreach(kind IN ITEMS cpu cuda)
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
actinide_add_table(kernels_cuda_table cuda ${kernels_cuda_archive} ${CMAKE_DL_LIBS})

# ---- the same program for two machines -------------------------------------------------------------------------------

add_executable(kernels_digest kernels_digest.cpp)
target_link_libraries(kernels_digest PRIVATE actinide_options kernels_table)

if(ACTINIDE_AARCH64_CXX AND ACTINIDE_AARCH64_CC AND ACTINIDE_QEMU_AARCH64)
  set(digest_aarch64 ${CMAKE_CURRENT_BINARY_DIR}/aarch64-linux/kernels_digest)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/aarch64-linux)
  set(cross_flags -Wall -Wextra -Wpedantic -Werror -O2 -I${PROJECT_SOURCE_DIR} -isystem ${kernels_root}/include)
  add_custom_command(
    OUTPUT ${digest_aarch64}
    COMMAND ${ACTINIDE_AARCH64_CC} -std=c11 ${cross_flags} -c ${CMAKE_CURRENT_BINARY_DIR}/kernels_cpu_table.c
            -o ${digest_aarch64}_table.o
    COMMAND ${ACTINIDE_AARCH64_CXX} -std=c++17 ${cross_flags} ${CMAKE_CURRENT_SOURCE_DIR}/kernels_digest.cpp
            ${digest_aarch64}_table.o ${kernels_archive_aarch64} -o ${digest_aarch64}
    DEPENDS kernels_digest.cpp kernels_sweep.h kernels_numbers.h kernels_table.h
            ${CMAKE_CURRENT_BINARY_DIR}/kernels_cpu_table.c ${CMAKE_CURRENT_BINARY_DIR}/kernels_package.stamp
    COMMENT "Cross-compiling the digest for aarch64"
    VERBATIM
  )
  add_custom_target(kernels_digest_aarch64 DEPENDS ${digest_aarch64})
else()
  set(digest_aarch64 "")
  add_custom_target(kernels_digest_aarch64)
endif()

target_compile_definitions(actinide_test_options INTERFACE
  ACTINIDE_PACKAGE="${kernels_root}"
  ACTINIDE_KERNELS_DIGEST="$<TARGET_FILE:kernels_digest>"
  ACTINIDE_KERNELS_DIGEST_AARCH64="${digest_aarch64}"
  ACTINIDE_FORMULA_LIBRARY="$<TARGET_FILE:actinide_formula>"
  ACTINIDE_HALIDE_DIR="${Halide_DIR}"
)
