// The loops of a lowered kernel without what happens in them.
#pragma once

#include <string>
#include <vector>

namespace actinide {

/// The lines of Halide's statement that begin a loop, indented by two for each loop around, with the numbers of the
/// lets before them written out.
std::vector<std::string> loop_skeleton(const std::string &statement);

}  // namespace actinide
