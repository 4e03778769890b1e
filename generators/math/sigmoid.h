// 1 / (1 + e^-a) for Float(32) and Float(64), and what sech2 is made of.
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function sigmoid_function;

/// A quotient and what its rounding and that of its divisor lost: the exact value is near quotient + residual * weight.
struct ResidualQuotient {
    Halide::Expr quotient;
    Halide::Expr residual;
    Halide::Expr weight;
};

/// numerator / (1 + e^t) for t from -20 to 106 (-40 to 748 in Float(64)), and NaN; numerator is a power of 2.
ResidualQuotient divide_by_one_plus_exponential(const Halide::Expr &t, double numerator);

/// The quotient alone, in fewer operations.
Halide::Expr fast_quotient_by_one_plus_exponential(const Halide::Expr &t, double numerator);

/// 1 / (1 + e^-a), small results included.
Halide::Expr sigmoid(const Halide::Expr &a);

/// The same without a residual, for Float(32).
Halide::Expr fast_sigmoid(const Halide::Expr &a);

}  // namespace actinide::math
