// e^(-a^2 / 2) / sqrt(2 pi) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function normal_density_function;
extern const Function upscaled_normal_density_function;

/// e^(-a^2 / 2) / sqrt(2 pi), the density of the standard normal distribution.
/// Method: as gaussian, with a polynomial of degree 6 (11 in Float(64)) that includes the factor (Remez iteration with
/// little weight near 0, where c0 has lost 0.38 ULP by its rounding, see coefficients/normal_density.py). Cost: 18
/// operations, 10 of them fma; per element 0.27 ns with AVX2 and 0.17 ns with AVX-512 (0.75 and 0.45 ns in Float(64)),
/// on an AVX-512 Xeon. Bound: 0.947 ULP over all 2^32 inputs; 96 million of them are not rounded to nearest. Float(64):
/// 0.97 ULP, sampled. NaN stays NaN; both infinities give 0; subnormal results round once more.
Halide::Expr normal_density(const Halide::Expr &a);

/// 2^64 e^(-a^2 / 2) / sqrt(2 pi), see upscaled.h. Method, cost and bound as normal_density's.
Halide::Expr upscaled_normal_density(const Halide::Expr &a);

}  // namespace actinide::math
