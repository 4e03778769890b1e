# Kernels as a target of the user's own project, compiled while that is built.
#
#   actinide_add_library(<target>
#     ACTIVATIONS <name or formula>...    relu, 'elu/backward/f32', "swishy(x, beta=1) = x * sigmoid(beta * x)"
#     [DEFINE_FILES <file>...]            files of such formulas, and shared libraries that define activations in C++:
#     [PLUGINS <file or target>...]       of both what ACTIVATIONS names, or everything where it is left out
#     [PASSES <pass>...] [DTYPES <type>...] [CONVENTIONS <name>] [MAX_ULP <bound>]
#     [TARGETS <target>...]               default: what the project is compiled for
#     [LEVELS <level>...]                 of an archive for x86-64: sse41, avx2, avx512; default: all
#     [AUTOSCHEDULER <name>] [AUTOSCHEDULER_PARAMS <key=value>...]
#     [TUNED <file or name>...] [TUNED_CPU <CPU>]   schedules that `actinide tune` found, or that are built in
#     [NAME <identifier>]                 of the headers' folder and the archive; default: <target>
#     [PREFIX <identifier>]               of symbols, types and macros; default: actn
#     [EXCLUDE_FROM_ALL])
#
# <target> is an interface library: whoever links it has the headers (#include <NAME/kernels.h>) and the archive.
# Nothing happens at configure time; the build runs `actinide build` again when an option, a definition, a plugin or
# Actinide itself has changed, and then leaves the files alone whose content stays the same.
#
#   actinide_install_library(<target> [EXPORT <export set>] [COMPONENT <component>])
#
# installs archive, headers and licences of <target>, and with EXPORT the target too, as install(TARGETS ...) does.
#
# From CMake 3.20 on.
cmake_policy(PUSH)
cmake_policy(VERSION 3.20)

include(${CMAKE_CURRENT_LIST_DIR}/ActinideArguments.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/ActinidePlatform.cmake)

# Writes `text` unless the file has it already, so that its time tells when it changed.
function(_actinide_write file text)
  set(old "")
  if(EXISTS "${file}")
    file(READ "${file}" old)
  endif()
  if(NOT EXISTS "${file}" OR NOT "${old}" STREQUAL "${text}")
    file(WRITE "${file}" "${text}")
  endif()
endfunction()

# Sets `result` to absolute paths; a target stands for its file.
function(_actinide_find_files result)
  set(files "")
  foreach(item IN LISTS ARGN)
    if(TARGET "${item}")
      list(APPEND files "$<TARGET_FILE:${item}>")
      continue()
    endif()
    get_filename_component(file "${item}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    list(APPEND files "${file}")
  endforeach()
  set(${result} "${files}" PARENT_SCOPE)
endfunction()

# The target of the user's, for the archives and headers that `stamp` stands for.
macro(_actinide_add_interface_library)
  add_library(${target} INTERFACE)
  add_dependencies(${target} ${target}_kernels)
  target_include_directories(${target} SYSTEM INTERFACE "$<BUILD_INTERFACE:${package}/include>")
  foreach(archive IN LISTS archives)
    target_link_libraries(${target} INTERFACE "$<BUILD_INTERFACE:${archive}>")
  endforeach()
  target_link_libraries(${target} INTERFACE ${libraries})
  # Two libraries with the same symbols in one program are an error when CMake generates, not a puzzle of the linker's.
  set_target_properties(${target} PROPERTIES
    ACTINIDE_NAME "${arg_NAME}" ACTINIDE_PACKAGE "${package}" ACTINIDE_ARCHIVES "${archives}"
    INTERFACE_ACTINIDE_LIBRARY_WITH_PREFIX_${arg_PREFIX} ${target}
    COMPATIBLE_INTERFACE_STRING ACTINIDE_LIBRARY_WITH_PREFIX_${arg_PREFIX})
endmacro()

function(actinide_add_library target)
  set(count ${ARGC})
  _actinide_read_words()
  _actinide_check_arguments()
  if(arg_NAME STREQUAL "")
    string(MAKE_C_IDENTIFIER "${target}" arg_NAME)
  endif()
  if(arg_PREFIX STREQUAL "")
    set(arg_PREFIX actn)
  endif()
  _actinide_find_platform(platform default_target "${target}" ${arg_TARGETS})
  if(arg_TARGETS STREQUAL "")
    set(arg_TARGETS ${default_target})
  endif()

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/actinide/${target}")
  set(package "${folder}/${arg_NAME}")
  set(stamp "${folder}/up_to_date.stamp")
  set(archives "${package}/lib/${platform}/lib${arg_NAME}.a")
  if(platform MATCHES "-windows$")
    set(archives "${package}/lib/${platform}/${arg_NAME}.lib")
  endif()
  set(libraries "")
  if("cuda" IN_LIST arg_TARGETS OR "nvptx64" IN_LIST arg_TARGETS)
    list(INSERT archives 0 "${package}/lib/${platform}/lib${arg_NAME}_cuda.a")
    set(libraries ${CMAKE_DL_LIBS})
  endif()

  _actinide_find_files(define_files ${arg_DEFINE_FILES})
  _actinide_find_files(plugins ${arg_PLUGINS})
  # What is built into the command has a name without a dot or a slash.
  set(tuned_names ${arg_TUNED})
  list(FILTER tuned_names EXCLUDE REGEX "[./]")
  list(FILTER arg_TUNED INCLUDE REGEX "[./]")
  _actinide_find_files(tuned_files ${arg_TUNED})
  if(NOT definitions STREQUAL "")
    _actinide_write("${folder}/definitions.txt" "${definitions}")
    list(INSERT define_files 0 "${folder}/definitions.txt")
  endif()

  _actinide_write_command_line()
  # Make does not look at a command itself.
  _actinide_write("${folder}/options.txt" "${words}\n")
  set(depfile "")
  if(CMAKE_GENERATOR MATCHES "Ninja|Makefiles")
    set(depfile DEPFILE "${folder}/depends.d")
    list(APPEND words --depfile "${folder}/depends.d")
  endif()
  add_custom_command(
    OUTPUT "${stamp}"
    BYPRODUCTS ${archives} "${package}/include/${arg_NAME}/kernels.h" "${package}/include/${arg_NAME}/kernels.hpp"
    COMMAND "$<TARGET_FILE:Actinide::actinide>" build ${words} --stamp "${stamp}" --quiet > "${folder}/log.txt"
    DEPENDS Actinide::actinide ${define_files} ${plugins} ${tuned_files} "${folder}/options.txt"
    ${depfile}
    COMMENT "Compiling the kernels of ${target}"
    VERBATIM
  )
  set(all ALL)
  if(arg_EXCLUDE_FROM_ALL)
    set(all "")
  endif()
  add_custom_target(${target}_kernels ${all} DEPENDS "${stamp}")
  _actinide_add_interface_library()
endfunction()

function(actinide_install_library target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "EXPORT;COMPONENT" "")
  if(arg_UNPARSED_ARGUMENTS OR arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "actinide_install_library(${target}) takes EXPORT <set> and COMPONENT <component>, but got "
      "'${arg_UNPARSED_ARGUMENTS}${arg_KEYWORDS_MISSING_VALUES}'")
  endif()
  get_target_property(name ${target} ACTINIDE_NAME)
  if(NOT name)
    message(FATAL_ERROR "actinide_install_library(${target}): '${target}' is not of actinide_add_library")
  endif()
  get_target_property(package ${target} ACTINIDE_PACKAGE)
  get_target_property(archives ${target} ACTINIDE_ARCHIVES)
  include(GNUInstallDirs)
  set(component "")
  if(arg_COMPONENT)
    set(component COMPONENT ${arg_COMPONENT})
  endif()
  install(FILES ${archives} DESTINATION ${CMAKE_INSTALL_LIBDIR} ${component})
  install(DIRECTORY "${package}/include/" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} ${component})
  install(FILES "${package}/share/${name}/LICENSE" "${package}/share/${name}/NOTICE"
    DESTINATION ${CMAKE_INSTALL_DATADIR}/${name} ${component})
  if(NOT arg_EXPORT)
    return()
  endif()
  set(library_folder "$<INSTALL_PREFIX>/${CMAKE_INSTALL_LIBDIR}")
  if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    set(library_folder "${CMAKE_INSTALL_LIBDIR}")
  endif()
  foreach(archive IN LISTS archives)
    get_filename_component(file "${archive}" NAME)
    target_link_libraries(${target} INTERFACE "$<INSTALL_INTERFACE:${library_folder}/${file}>")
  endforeach()
  target_include_directories(${target} SYSTEM INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  install(TARGETS ${target} EXPORT ${arg_EXPORT} ${component})
endfunction()

cmake_policy(POP)
