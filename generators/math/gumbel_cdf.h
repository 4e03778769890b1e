// e^(-e^-a) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function gumbel_cdf_function;
extern const Function upscaled_gumbel_cdf_function;

/// e^(-e^-a), the distribution function of the standard Gumbel distribution.
/// Method: v = e^-a = 2^k (1 + r + r^2 / 2 + r^3 p(r)) as the sum of two floats, since a rounding of v counts v times
/// in the result: all terms keep what their roundings lose (Remez iteration, see
/// coefficients/gumbel_cdf.py). Then e^-v as in exp, with v's low part in its remainder. Cost: 45 operations, 24 of
/// them fma. Bound: 1.2 ULP over all 2^32 inputs; Float(64): 1.2 ULP, sampled. NaN stays NaN; -inf gives 0,
/// +inf 1; subnormal results round once more. Tried: v as one float, 40 ULP.
Halide::Expr gumbel_cdf(const Halide::Expr &a);

/// 2^64 e^(-e^-a), see upscaled.h. Method and cost as gumbel_cdf's.
Halide::Expr upscaled_gumbel_cdf(const Halide::Expr &a);

}  // namespace actinide::math
