// log(1 + e^a) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function softplus_function;

/// log(1 + e^a).
/// Method: t = e^-|a| = 2^k (y + rest) by exp's parts, where rest is what the rounding of y loses; then log(1 + t) = t
/// + t^2 q(t - 1/4) with q of degree 6 (15 in Float(64)), all times 2^-k, so that tails stay exact, and max(a, 0) is
/// added last, in one fma with the multiplication by 2^k. For a^2 < 17/32, where t^2 q and the last sum would round too
/// coarsely, ln2 + a/2 + a^2 p(a^2) with p of degree 3 (8) (Remez iteration for both, see coefficients/softplus.py).
/// Cost: 39 operations, 24 of them fma; per element 0.77 ns with AVX2 and 0.41 ns with AVX-512, on an AVX-512 Xeon.
/// Bound, over all 2^32 inputs: 0.979 ULP up to 0, 0.764 ULP above; 25.5 million of them are not rounded to nearest.
/// NaN stays NaN; -inf gives 0, +inf and large a stay what they are; subnormal results round once more. In Float(64):
/// 0.96 ULP (sampled, 3.2 million), 43 fma, 2.87 ns with AVX2 and 1.59 ns with AVX-512. Tried, each on a 61st of all
/// floats: one polynomial q(t - 1/2) of degree 8 for all t, without rest: 1.89 ULP; q(t) instead: 2.03 ULP, as its
/// terms alternate. rest times 1 instead of 25/32, which is about its factor 1 / (1 + t) where it matters, one
/// operation less: 1.09 ULP. e^r as 1 + r + r^2 v with the low part of 1 + r, one operation more: 1.04 ULP.
Halide::Expr softplus(const Halide::Expr &a);

/// max(a, 0) + log(1 + e^-|a|) for 16-bit results, in Float(32): fast_exp's reduction and polynomial, and one of degree
/// 7 for the logarithm. Cost: 20 operations, 15 of them fma.
Halide::Expr fast_softplus(const Halide::Expr &a);

}  // namespace actinide::math
