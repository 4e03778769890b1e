// cos(a) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function cos_function;

/// cos(a), of floats of any size.
/// Method, cost and bound (0.600 ULP over all 2^32 inputs): see half_turns.h; in Float(64) (0.592 ULP):
/// quarter_turns.h.
Halide::Expr cos(const Halide::Expr &a);

}  // namespace actinide::math
