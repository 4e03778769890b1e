// The C++ header of a package.
#pragma once

#include <string>
#include <vector>

#include "tools/package/c_function.h"

namespace actinide {

/// include/<name>/kernels.hpp: C++17 overloads of the C functions and a form for whatever has data() and size().
std::string cpp_header(const Package &package, const std::vector<CFunction> &functions);

}  // namespace actinide
