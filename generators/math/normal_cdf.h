// The standard normal distribution function for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function normal_cdf_function;

/// erfc(-a / sqrt(2)) / 2, the distribution function of the standard normal distribution.
/// Method: e^(-t^2 / 2) times a series in 1 / (t + 3) (4 in Float(64)) for t = |a| (see gaussian_tail.h and
/// coefficients/normal_cdf.py), and for a > 0 what that lacks to 1.
Halide::Expr normal_cdf(const Halide::Expr &a);

}  // namespace actinide::math
