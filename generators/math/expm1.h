// e^a - 1 for Float(32).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function expm1_function;

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
Halide::Expr expm1(const Halide::Expr &a);

}  // namespace actinide::math
