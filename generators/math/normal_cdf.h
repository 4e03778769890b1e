// The standard normal distribution function for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function normal_cdf_function;
extern const Function upscaled_normal_cdf_function;

/// erfc(-a / sqrt(2)) / 2, the distribution function of the standard normal distribution.
/// Method: e^(-t^2 / 2) times a series in 1 / (t + 2.5) for t = |a| (see gaussian_tail.h and
/// coefficients/normal_cdf.py), and for a > 0 what that lacks to 1. Cost: as erfc.
/// Bound, over all 2^32 inputs: 0.907 ULP up to 0, 0.915 ULP above; 82 million of them are not rounded to
/// nearest. Float(64): 1.47 ULP, sampled. NaN stays NaN; both zeros give 1/2, -inf 0, +inf 1; subnormal results round
/// once more.
Halide::Expr normal_cdf(const Halide::Expr &a);

/// 2^64 erfc(-a / sqrt(2)) / 2, see upscaled.h. Method, cost and bound as normal_cdf's.
Halide::Expr upscaled_normal_cdf(const Halide::Expr &a);

}  // namespace actinide::math
