// e^a - 1 for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function expm1_function;
extern const Function expm1_below_zero_function;

/// e^a - 1, without the cancellation of exp(a) - 1 near zero.
/// Method: a = k ln2 + r by Cody and Waite (ln2 in two parts), p = r + r^2 q with q of degree 4 (Remez iteration with
/// the roundings in its weights, see coefficients/expm1.py), then 2 (2^(k-1) p + (2^(k-1) - 1/2)), as 2^128 is no
/// float. Cost: 18 operations, 9 of them fma; per element 0.25 ns with AVX2 and 0.16 ns with AVX-512, on an AVX-512
/// Xeon. Bound, over all 2^32 inputs: 0.882 ULP for a <= 0 (5.0 million of them not rounded to nearest), 1.496 ULP
/// above (12.9 million). NaN stays NaN; -inf gives -1, overflow +inf; -0 and subnormals stay what they are. Above zero
/// it passes 1.08 ULP only where 2^k p cancels half of 2^k - 1 (a from 0.346 to 0.406) and where 2^k - 1 is no float (a
/// from 16.9 to 18.4). Tried: k rounded so that r lies from ln(3/4) to ln(3/2), one operation more: 0.99 ULP up to 17,
/// no better from there on. q by Estrin's scheme, equally long: 0.01 ULP worse below zero. One part of ln2, one
/// operation less: the same below zero, but 4.4 ULP at 88. With q of degree 3 the polynomial alone is off by 7.6 *
/// 2^-24.
/// No fast form is 1.15 times as fast: the larger of a and the sum instead of a comparison with 0, one operation less,
/// is 1.12 times with AVX2 (0.237 ns for 0.267, in C++) and 1.04 times with AVX-512 (0.172 for 0.179), and wrong by one
/// at odd subnormals. One part of ln 2 and q of degree 3 pass 3.5 ULP.
Halide::Expr expm1(const Halide::Expr &a);

/// The same for Float(32) and Float(64) within one ULP everywhere.
/// Method: as above, but k counts from the middle of ln(3/4) to ln(3/2), so that 2^k p nowhere cancels half of 2^k - 1,
/// and where that is no float the 1 is taken from 2^k p; q of degree 4 (10 in Float(64)). Float(64) also keeps what the
/// rounding of r loses. Cost: 22 operations, 10 of them fma; per element 0.37 ns with AVX2 and 0.20 ns with AVX-512.
/// Bound: 0.9996 ULP over all 2^32 inputs; 16.1 million of them are not rounded to nearest. In Float(64): 0.93 ULP
/// (sampled, 3.6 million), 17 fma, 1.17 ns with AVX2 and 0.64 ns with AVX-512; without what r loses 1.18 ULP.
Halide::Expr expm1_within_an_ulp(const Halide::Expr &a);

/// e^a - 1 up to 0 and a above, for formulas that look at it up to 0 only.
/// Method: as expm1, with one part of ln 2, as a large k brings the result near -1; nothing overflows, so nothing is
/// halved; and as e^a - 1 is never below a, the larger of the two is the result, which keeps -0 in one operation.
/// Cost: 15 operations, 8 of them fma (23 and 14 in Float(64)); per element 0.21 ns with AVX2 and 0.14 ns with AVX-512,
/// against 0.27 and 0.16 of expm1 (0.70 and 0.45), on an AVX-512 Xeon.
/// Bound: 0.882 ULP over all 2^32 inputs; 5.0 million of them are not rounded to nearest. In Float(64) 0.88 ULP,
/// sampled on 2.25 million. NaN stays NaN; -inf gives -1; zeros, subnormals and all above 0 stay what they are.
Halide::Expr expm1_below_zero(const Halide::Expr &a);

}  // namespace actinide::math
