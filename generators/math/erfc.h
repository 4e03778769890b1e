// erfc(a) = 1 - erf(a) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function erfc_function;

/// erfc(a), the complement of the error function, without the cancellation of 1 - erf(a).
/// Method: e^(-t^2) times a series in 1 / (t + 2) (3 in Float(64)) for t = |a| (see gaussian_tail.h and
/// coefficients/erfc.py), and for a < 0 what that lacks to 2.
Halide::Expr erfc(const Halide::Expr &a);

}  // namespace actinide::math
