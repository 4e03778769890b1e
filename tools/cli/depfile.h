// Dependencies as make and ninja read them.
#pragma once

#include <string>
#include <vector>

namespace actinide::cli {

/// "targets: prerequisites". Without GCC's empty rules for prerequisites that have gone, which CMake 3.20 cannot read.
/// No path may hold a line break, which the syntax cannot express.
std::string depfile_text(const std::vector<std::string> &targets, const std::vector<std::string> &prerequisites);

}  // namespace actinide::cli
