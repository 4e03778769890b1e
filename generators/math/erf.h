// erf(a) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function erf_function;

/// erf(a), the error function.
/// Method: for |a| < 1, a + a p(a^2); above, 1 - p(|a| - 1.25)^2, as the square root of erfc is nearly a low polynomial
/// there; both computed, one selected, the sign put back. Remez iteration, see
/// coefficients/erf.py. Cost: 26 operations, 18 of them fma; per element 0.41 ns with AVX2 and 0.21 ns with AVX-512
/// (2.5 and 1.25 ns in Float(64)), on an AVX-512 Xeon. Bound: 0.991 ULP over all 2^32 inputs; 33 million of them are
/// not rounded to nearest. Float(64): 0.99 ULP, sampled. Odd to the last bit; NaN stays NaN, zeros keep their sign,
/// infinities give 1 and -1. Tried above 1: counted from 2 instead of 1.25, the same polynomial gives 1.12 ULP, from
/// 0 1.34; the third root with degree 8 or 9, one or two operations less: 1.43 and 1.11; the fourth root with degree 7,
/// two less: 1.65 (its roundings count four times); erfc itself needs more than degree 12. Below 1: degree 5, one
/// less: 1.47.
Halide::Expr erf(const Halide::Expr &a);

/// As erf for Float(32), one polynomial for all of it: with f = |a| + |a| p(|a|) near 2 (1 - sqrt(erfc|a|)), erf|a| is
/// f - f^2 / 4, which keeps the small results' relative accuracy. Cost: 18 operations, 13 of them fma; per element 0.25
/// ns with AVX2 and 0.15 ns with AVX-512, on an AVX-512 Xeon: 1.6 and 1.4 times as fast as erf. Bound: 2.415 ULP over
/// all 2^32 inputs; 166 million of them are not rounded to nearest. Special values as erf's. Tried: one more degree,
/// one operation more, 2.0. The number of operations being the same: the fourth root with degree 9, 2.6 ULP; the eighth
/// with degree 7, 3.3. With one less, the fourth root and degree 8: 5.5.
Halide::Expr erf_fast(const Halide::Expr &a);

}  // namespace actinide::math
