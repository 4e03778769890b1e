// 2^a for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function exp2_function;

/// 2^a.
Halide::Expr exp2(const Halide::Expr &a);

}  // namespace actinide::math
