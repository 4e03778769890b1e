# Read by CPack for each kind of package.
set(CPACK_COMPONENTS_ALL command halide cmake plugin)
if(CPACK_GENERATOR STREQUAL "TGZ")
  # Debian has the libraries that are bundled here, and depends on them.
  list(APPEND CPACK_COMPONENTS_ALL bundle)
  set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY ON)
endif()
