# What `cmake --install` puts into a folder that may be moved: the command with all that it loads, the headers of plugins,
# and the CMake package that offers actinide_add_library.
#
#   bin/actinide                 finds its libraries relative to itself
#   lib/actinide/                Halide with its autoschedulers; and, as component `bundle`, what distributions have too
#   lib/cmake/Actinide/          find_package(Actinide)
#   include/actinide/            component `plugin`
#   share/doc/actinide/          licences
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(private_libraries ${CMAKE_INSTALL_LIBDIR}/actinide)
set(cmake_package ${CMAKE_INSTALL_LIBDIR}/cmake/Actinide)

# ---- the command -----------------------------------------------------------------------------------------------------

# The second place is that of PyPI's halide beside a wheel of Actinide.
set(rpath "$ORIGIN/../${private_libraries}" "$ORIGIN/../../halide/lib64")
if(NOT ACTINIDE_LLVM_STATIC)
  get_target_property(llvm_library LLVM LOCATION)
  cmake_path(GET llvm_library PARENT_PATH llvm_folder)
  list(APPEND rpath ${llvm_folder})
endif()
set_target_properties(actinide PROPERTIES INSTALL_RPATH "${rpath}")
install(TARGETS actinide RUNTIME_DEPENDENCY_SET actinide_libraries
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT command)

# ---- what it loads ---------------------------------------------------------------------------------------------------

get_target_property(halide_library Halide::Halide LOCATION)
cmake_path(GET halide_library PARENT_PATH halide_folder)
file(GLOB halide_plugins ${halide_folder}/libautoschedule_*.so)
install(PROGRAMS ${halide_library} ${halide_plugins} DESTINATION ${private_libraries} COMPONENT halide)
install(RUNTIME_DEPENDENCY_SET actinide_libraries
  PRE_INCLUDE_REGEXES "^lib(mpfr|gmp|fmt|xxhash|z|zstd)\\."
  PRE_EXCLUDE_REGEXES ".*"
  LIBRARY DESTINATION ${private_libraries} COMPONENT bundle NAMELINK_SKIP)

# ---- the CMake package -----------------------------------------------------------------------------------------------

set(ACTINIDE_PLUGIN_INCLUDE include/actinide)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/consumer/ActinideConfig.cmake.in
  ${PROJECT_BINARY_DIR}/ActinideConfig.cmake INSTALL_DESTINATION ${cmake_package}
  PATH_VARS CMAKE_INSTALL_BINDIR ACTINIDE_PLUGIN_INCLUDE NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# The command runs where a project is built; what it is built for may have pointers of any size.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ActinideConfigVersion.cmake
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES
  ${PROJECT_BINARY_DIR}/ActinideConfig.cmake ${PROJECT_BINARY_DIR}/ActinideConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/consumer/ActinideAddLibrary.cmake
  ${CMAKE_CURRENT_LIST_DIR}/consumer/ActinideArguments.cmake
  ${CMAKE_CURRENT_LIST_DIR}/consumer/ActinideNearest.cmake
  ${CMAKE_CURRENT_LIST_DIR}/consumer/ActinidePlatform.cmake
  DESTINATION ${cmake_package} COMPONENT cmake)

# ---- licences --------------------------------------------------------------------------------------------------------

set(documents ${CMAKE_INSTALL_DATADIR}/doc/actinide)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${documents} COMPONENT command)
# Debian's policy wants this name.
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${documents} COMPONENT command RENAME copyright)

# actinide_install_licence(NAME COMPONENT FILE...): the first of the files that there is, as third-party/NAME.txt.
function(actinide_install_licence name component)
  foreach(file IN LISTS ARGN)
    if(EXISTS ${file})
      install(FILES ${file} DESTINATION ${documents}/third-party COMPONENT ${component} RENAME ${name}.txt)
      return()
    endif()
  endforeach()
  message(STATUS "No licence text of ${name} was found, so that packages made here lack it")
endfunction()

file(GLOB halide_licence ${halide_folder}/../../halide-*.dist-info/licenses/LICENSE.txt)
actinide_install_licence(halide command ${halide_licence} ${halide_folder}/../share/doc/Halide/LICENSE.txt)
set(debian /usr/share/doc)
actinide_install_licence(llvm command ${debian}/llvm-${LLVM_VERSION_MAJOR}-dev/copyright)
actinide_install_licence(cli11 command ${debian}/libcli11-dev/copyright)
actinide_install_licence(nlohmann-json command ${debian}/nlohmann-json3-dev/copyright)
actinide_install_licence(mpfr bundle ${debian}/libmpfr6/copyright)
actinide_install_licence(gmp bundle ${debian}/libgmp10/copyright)
actinide_install_licence(fmt bundle ${debian}/libfmt9/copyright)
actinide_install_licence(xxhash bundle ${debian}/libxxhash0/copyright)
actinide_install_licence(zlib bundle ${debian}/zlib1g/copyright)
actinide_install_licence(zstd bundle ${debian}/libzstd1/copyright)
# What Debian's texts refer to.
actinide_install_licence(LGPL-3 bundle /usr/share/common-licenses/LGPL-3)
actinide_install_licence(GPL-3 bundle /usr/share/common-licenses/GPL-3)
