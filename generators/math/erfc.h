// erfc(a) = 1 - erf(a) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function erfc_function;

/// erfc(a), the complement of the error function, without the cancellation of 1 - erf(a).
/// Method: e^(-t^2) times a series in 1 / (t + 1.75) (2.5 in Float(64)) for t = |a| (see gaussian_tail.h and
/// coefficients/erfc.py), and for a < 0 what that lacks to 2. Cost: 62 operations, 37 of them fma; per element 1.1 ns
/// with AVX2 and 0.64 ns with AVX-512 (4.0 and 2.2 ns in Float(64)), on an AVX-512 Xeon. Bound, over all 2^32
/// inputs: 0.904 ULP up to 0, 0.929 ULP above; 73 million of them are not rounded to nearest. Float(64): 1.15 ULP,
/// sampled. NaN stays NaN; both zeros give 1, -inf 2, +inf 0; subnormal results round once more.
Halide::Expr erfc(const Halide::Expr &a);

}  // namespace actinide::math
