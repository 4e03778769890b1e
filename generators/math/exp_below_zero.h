// e^a up to 0, and 1 above, for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function exp_below_zero_function;

/// e^min(a, 0): exp for arguments that are never above 0, or whose result above 0 nobody reads.
Halide::Expr exp_below_zero(const Halide::Expr &a);

}  // namespace actinide::math
