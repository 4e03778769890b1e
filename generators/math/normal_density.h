// e^(-a^2 / 2) / sqrt(2 pi) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function normal_density_function;

/// e^(-a^2 / 2) / sqrt(2 pi), the density of the standard normal distribution.
/// Method: as gaussian, with a polynomial of degree 6 (11 in Float(64)) that includes the factor (Remez iteration, see
/// coefficients/normal_density.py).
Halide::Expr normal_density(const Halide::Expr &a);

}  // namespace actinide::math
