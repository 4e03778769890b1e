// e^(-a^2) for Float(32) and Float(64), and the parts of it that its relatives are made of.
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function gaussian_function;
extern const Function upscaled_gaussian_function;

/// e^(-a^2 / divisor) = 2^k e^(-(main + rest) / divisor), the divisor being 1 or 2. Nothing of a^2 is lost.
struct ReducedSquare {
    Halide::Expr main;       ///< exact; at most 0.35 * divisor in size
    Halide::Expr rest;       ///< at most 2^-11 in size (2^-39 in Float(64))
    Halide::Expr remainder;  ///< main + rest, rounded
    Halide::Expr power;      ///< 2^k / downscale, never subnormal
    double downscale;        ///< p * power * downscale is 2^k p, rounded once more where that is subnormal
};

/// For |a| up to sqrt(divisor) * 10.25 (27.4 in Float(64)), and NaN. With 64 for `upscaled_by` the downscale has 2^64
/// more, and |a| may be up to sqrt(divisor) * 12.25 (28.2).
ReducedSquare reduce_square(const Halide::Expr &a, int divisor, int upscaled_by = 0);

/// q of e^(-r / divisor) = 1 - r / divisor + r^2 q, within a tenth of a rounding for |r| <= divisor * ln(2) / 2.
Halide::Expr second_order_of_exp(const Halide::Expr &r, int divisor);

/// e^(-a^2 / divisor) = value * power * downscale for results that may be some ULP off; see ReducedSquare.
struct FastGaussian {
    Halide::Expr value;
    Halide::Expr power;
    double downscale;
};

/// As reduce_square, for Float(32) only: ln 2 in one part and the polynomial of fast_exp.
FastGaussian fast_reduced_gaussian(const Halide::Expr &a, int divisor, int upscaled_by = 0);

/// e^(-a^2).
/// Method: s = a^2 rounded, e = a^2 - s by fma; s = -k ln2 + r by Cody and Waite (ln2 in two parts, e goes to the lower
/// one), then e^-r = 1 - r (1 - r q) with q of degree 4 (9 in Float(64); Remez iteration, see coefficients/gaussian.py)
/// and times 2^k as a product of two powers of 2. Cost: 18 operations, 10 of them fma; per element 0.27 ns with AVX2
/// and 0.17 ns with AVX-512 (0.73 and 0.44 ns in Float(64)), on an AVX-512 Xeon. Bound: 0.888 ULP over all 2^32
/// inputs; 5.9 million of them are not rounded to nearest. Float(64): 0.87 ULP, sampled. NaN stays NaN; both zeros give
/// 1, both infinities 0; subnormal results round once more. Tried: r = fma(k, low, fma(a, a, k high)), which needs no s
/// + e and is one operation shorter: 1.03 ULP. q of degree 3: the polynomial alone is off by 1.8 * 2^-24.
Halide::Expr gaussian(const Halide::Expr &a);

/// The same and 2^64 times it by fast_reduced_gaussian, for 16-bit results. Cost: 15 operations, 8 of them fma.
Halide::Expr fast_gaussian(const Halide::Expr &a);
Halide::Expr fast_upscaled_gaussian(const Halide::Expr &a);

/// 2^64 e^(-a^2), see upscaled.h. Method, cost and bound as gaussian's.
Halide::Expr upscaled_gaussian(const Halide::Expr &a);

}  // namespace actinide::math
