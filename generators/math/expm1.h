// e^a - 1 for Float(32).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function expm1_function;

Halide::Expr expm1(const Halide::Expr &a);

}  // namespace actinide::math
