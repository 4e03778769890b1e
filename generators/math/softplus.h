// log(1 + e^a) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function softplus_function;

/// log(1 + e^a).
Halide::Expr softplus(const Halide::Expr &a);

}  // namespace actinide::math
