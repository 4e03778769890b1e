# The only file that speaks to Halide's CMake package (Halide 22 splits it).
#
# Halide_DIR may point at the package's lib64/cmake/Halide; without it, the `halide` wheel of the Python that CMake
# finds, or of a virtual environment in .actinide, is used.
if(NOT Halide_DIR)
  file(GLOB ACTINIDE_HALIDE_WHEEL ${PROJECT_SOURCE_DIR}/.actinide/venv/lib/python3*/site-packages/halide/lib64/cmake/Halide)
  if(ACTINIDE_HALIDE_WHEEL)
    list(GET ACTINIDE_HALIDE_WHEEL 0 Halide_DIR)
    set(Halide_DIR ${Halide_DIR} CACHE PATH "Folder of HalideConfig.cmake")
  endif()
endif()
# The wheel's trampoline would ask for Python.h, which a newcomer does not have.
set(CMAKE_DISABLE_FIND_PACKAGE_Halide_Python ON)
find_package(Halide 21 REQUIRED COMPONENTS shared)

add_library(actinide_halide INTERFACE)
target_include_directories(actinide_halide SYSTEM INTERFACE $<TARGET_PROPERTY:Halide::Halide,INTERFACE_INCLUDE_DIRECTORIES>)
target_link_libraries(actinide_halide INTERFACE Halide::Halide)

# Halide.h takes three seconds to read; the rooms that include it everywhere share one precompiled form.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled_halide.cpp CONTENT "")
add_library(actinide_precompiled_halide_rooms STATIC ${PROJECT_BINARY_DIR}/precompiled_halide.cpp)
target_precompile_headers(actinide_precompiled_halide_rooms PRIVATE <Halide.h> <map> <optional> <string> <vector>)
