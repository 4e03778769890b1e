// cos(a) for Float(32).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function cos_function;

/// cos(a), of floats of any size.
/// Method: see half_turns.h.
Halide::Expr cos(const Halide::Expr &a);

}  // namespace actinide::math
