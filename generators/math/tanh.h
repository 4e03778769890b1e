// tanh(a) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function tanh_function;

/// tanh(a), odd to the bit.
Halide::Expr tanh(const Halide::Expr &a);

/// The same as one quotient for all arguments, for Float(32).
Halide::Expr fast_tanh(const Halide::Expr &a);

}  // namespace actinide::math
