// log(1 + a) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function log1p_function;

/// log(1 + a), without the loss of a's digits in 1 + a.
Halide::Expr log1p(const Halide::Expr &a);

}  // namespace actinide::math
