// Where a formula switches branches.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generators/catalogue/activation.h"

namespace actinide::cli {

/// A point where the formula switches branches, and the slopes there with every parameter at its default.
struct Kink {
    std::string condition;                ///< "x > 0"
    std::optional<double> x;              ///< none where the condition never changes with the main input, or far out
    double below = 0, at = 0, above = 0;  ///< dy/dx one float below, at it, one float above
};

/// Of every condition all points between -64 and 64, in the order of the conditions; where the condition compares the
/// main input itself, wherever it is.
std::vector<Kink> find_kinks(const Activation &activation);

/// Whether the slope, as far as six digits tell, is another one on one side.
bool changes_slope(const Kink &kink);

}  // namespace actinide::cli
