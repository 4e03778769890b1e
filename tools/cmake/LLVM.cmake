# LLVM's own libraries and the clang that compiles the runtime to bitcode.
# LLVM_DIR may point at any LLVM from 21 on; Debian's LLVM 22 is the one that is tested.
#
# No version in find_package: LLVM's package calls only its own minor version compatible.
find_package(LLVM REQUIRED CONFIG HINTS /usr/lib/llvm-22/lib/cmake/llvm /usr/lib/llvm-21/lib/cmake/llvm)
if(LLVM_VERSION VERSION_LESS 21)
  message(FATAL_ERROR "LLVM ${LLVM_VERSION} in ${LLVM_DIR} is too old; give LLVM_DIR the folder of an LLVMConfig.cmake of 21 or newer")
endif()
find_program(ACTINIDE_CLANG NAMES clang clang-${LLVM_VERSION_MAJOR} HINTS ${LLVM_TOOLS_BINARY_DIR} NO_DEFAULT_PATH)
find_program(ACTINIDE_CLANG NAMES clang-${LLVM_VERSION_MAJOR} clang REQUIRED)

add_library(actinide_llvm INTERFACE)
target_include_directories(actinide_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
separate_arguments(ACTINIDE_LLVM_DEFINITIONS NATIVE_COMMAND ${LLVM_DEFINITIONS})
target_compile_definitions(actinide_llvm INTERFACE ${ACTINIDE_LLVM_DEFINITIONS})
target_link_libraries(actinide_llvm INTERFACE LLVM)
