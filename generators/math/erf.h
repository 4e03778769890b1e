// erf(a) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function erf_function;

/// erf(a), the error function.
/// Method: for |a| < 1, a + a p(a^2); above, 1 - p(|a| - 1.25)^2, as the square root of erfc is nearly a low polynomial
/// there; both computed, one selected, the sign put back. Remez iteration, see
/// coefficients/erf.py.
Halide::Expr erf(const Halide::Expr &a);

/// As erf for Float(32), one polynomial for all of it: with f = |a| + |a| p(|a|) near 2 (1 - sqrt(erfc|a|)), erf|a| is
/// f - f^2 / 4, which keeps the small results' relative accuracy.
Halide::Expr erf_fast(const Halide::Expr &a);

}  // namespace actinide::math
