// log(1 + a) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function log1p_function;

/// log(1 + a), without the loss of a's digits in 1 + a.
/// Method: k from the bits of 1 + a, rounded; f = (1 + a) 2^-k - 1 = a 2^-k + (2^-k - 1) by fma, which is exact for f
/// from -1/4 to 1/2 but at one float (below 1/2) and where a is so large that it does not matter; then as log, with the
/// same polynomial. Cost: 26 operations, 12 of them fma; per element 0.38 ns with AVX2 and 0.22 ns with AVX-512, on an
/// AVX-512 Xeon. Bound, over all 2^32 inputs: 0.929 ULP up to 0, 0.903 ULP above; 45.6 million of them are not rounded
/// to nearest. NaN and a < -1 give NaN, -1 gives -inf, +inf stays; -0 and subnormals stay what they are. In Float(64):
/// 0.92 ULP (sampled, 2.4 million), 22 fma, 1.73 ns with AVX2 and 0.93 ns with AVX-512. Tried: q of degree 7, two
/// operations less: 1.10 ULP. f from -1/3 to 1/3 would round for all a from 1/3 to 1/2.
Halide::Expr log1p(const Halide::Expr &a);

}  // namespace actinide::math
