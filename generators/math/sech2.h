// 1 - tanh(a)^2 for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function sech2_function;

/// 1 - tanh(a)^2 = 4 e^(-2|a|) / (1 + e^(-2|a|))^2, the derivative of tanh, small results included.
Halide::Expr sech2(const Halide::Expr &a);

/// The same without a residual, for Float(32).
Halide::Expr fast_sech2(const Halide::Expr &a);

}  // namespace actinide::math
