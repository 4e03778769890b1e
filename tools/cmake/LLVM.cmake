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

# The linker of programs for other machines.
find_path(ACTINIDE_LLD_INCLUDE lld/Common/Driver.h HINTS ${LLVM_INCLUDE_DIRS})
find_library(ACTINIDE_LLD_ELF lldELF HINTS ${LLVM_LIBRARY_DIR})
find_library(ACTINIDE_LLD_COMMON lldCommon HINTS ${LLVM_LIBRARY_DIR})
if(NOT ACTINIDE_LLD_INCLUDE OR NOT ACTINIDE_LLD_ELF OR NOT ACTINIDE_LLD_COMMON)
  message(FATAL_ERROR "The LLVM in ${LLVM_DIR} has no libraries of lld; install liblld-${LLVM_VERSION_MAJOR}-dev, or give "
    "LLVM_DIR an LLVM that was built with lld")
endif()
target_include_directories(actinide_llvm SYSTEM INTERFACE ${ACTINIDE_LLD_INCLUDE})
find_library(ACTINIDE_ZLIB NAMES z libz.so.1)
find_library(ACTINIDE_ZSTD NAMES zstd libzstd.so.1)
set(ACTINIDE_LLVM_SHARED ${ACTINIDE_LLD_ELF} ${ACTINIDE_LLD_COMMON} LLVM)
foreach(library IN ITEMS ${ACTINIDE_ZLIB} ${ACTINIDE_ZSTD})
  if(library)  # lld has debug information compressed by whichever LLVM was built with
    list(APPEND ACTINIDE_LLVM_SHARED ${library})
  endif()
endforeach()

# The tests link LLVM's shared library, which is quick; a program with the property ACTINIDE_STATIC_LLVM has what it needs
# of LLVM inside, starts in half the time and runs where there is no LLVM. Archives by path, as LLVM's own targets would
# ask for the headers of every library that it may use.
set(ACTINIDE_LLVM_STATIC "")
find_program(ACTINIDE_LLVM_CONFIG NAMES llvm-config HINTS ${LLVM_TOOLS_BINARY_DIR} NO_DEFAULT_PATH)
if(ACTINIDE_LLVM_CONFIG)
  set(components all-targets passes orcjit mcjit linker asmparser mca objcopy lto)
  execute_process(COMMAND ${ACTINIDE_LLVM_CONFIG} --components OUTPUT_VARIABLE known_components)
  if(known_components MATCHES "dtlto")  # since LLVM 22, and lld asks for it
    list(APPEND components dtlto)
  endif()
  execute_process(COMMAND ${ACTINIDE_LLVM_CONFIG} --link-static --libfiles ${components}
    RESULT_VARIABLE status OUTPUT_VARIABLE files OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  separate_arguments(files NATIVE_COMMAND "${files}")
  # Debian's list names Polly, which nothing here uses and which lies in another package. What lld would optimise with, had
  # it bitcode to link, calls it.
  list(FILTER files EXCLUDE REGEX "Polly")
  if(status EQUAL 0 AND files AND ACTINIDE_ZLIB AND ACTINIDE_ZSTD)
    set(ACTINIDE_LLVM_STATIC ${ACTINIDE_LLD_ELF} ${ACTINIDE_LLD_COMMON} ${files})
  endif()
endif()
if(ACTINIDE_LLVM_STATIC)
  # Halide has an LLVM of its own inside, and plugins have no business with either: nothing of it is exported.
  set(names "")
  foreach(file IN LISTS ACTINIDE_LLVM_STATIC)
    cmake_path(GET file FILENAME name)
    list(APPEND names ${name})
  endforeach()
  list(JOIN names ":" names)
  set(wants_static "$<BOOL:$<TARGET_PROPERTY:ACTINIDE_STATIC_LLVM>>")
  target_link_libraries(actinide_llvm INTERFACE
    "$<${wants_static}:-Wl,--gc-sections>" "$<${wants_static}:-Wl,--defsym,_Z18getPollyPluginInfov=main>"
    "$<${wants_static}:-Wl,--exclude-libs,${names}>"
    "$<${wants_static}:-Wl,--start-group>" "$<${wants_static}:${ACTINIDE_LLVM_STATIC}>" "$<${wants_static}:-Wl,--end-group>"
    "$<${wants_static}:${ACTINIDE_ZLIB}>" "$<${wants_static}:${ACTINIDE_ZSTD}>" "$<${wants_static}:${CMAKE_DL_LIBS}>"
    "$<$<NOT:${wants_static}>:${ACTINIDE_LLVM_SHARED}>")
else()
  target_link_libraries(actinide_llvm INTERFACE ${ACTINIDE_LLVM_SHARED})
endif()
