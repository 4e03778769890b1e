// sin(a) for Float(32).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function sin_function;

/// sin(a), of floats of any size.
/// Method: see half_turns.h.
Halide::Expr sin(const Halide::Expr &a);

}  // namespace actinide::math
