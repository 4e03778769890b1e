// e^a for Float(32).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function exp_function;

Halide::Expr exp(const Halide::Expr &a);

}  // namespace actinide::math
