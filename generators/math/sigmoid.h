// 1 / (1 + e^-a) for Float(32) and Float(64), and what sech2 is made of.
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function sigmoid_function;
extern const Function upscaled_sigmoid_function;

/// A quotient and what its rounding and that of its divisor lost: the exact value is near quotient + residual * weight.
struct ResidualQuotient {
    Halide::Expr quotient;
    Halide::Expr residual;
    Halide::Expr weight;
};

/// numerator / (1 + e^t) for t from -20 to 106 (-40 to 748 in Float(64)), and NaN; numerator is a power of 2. With 2^64
/// or more, t may be up to 150 (790).
ResidualQuotient divide_by_one_plus_exponential(const Halide::Expr &t, double numerator);

/// The quotient alone, in fewer operations.
Halide::Expr fast_quotient_by_one_plus_exponential(const Halide::Expr &t, double numerator);

/// Likewise by fast_exp's reduction and polynomial; Float(32) only.
Halide::Expr rough_quotient_by_one_plus_exponential(const Halide::Expr &t, double numerator);

/// 1 / (1 + e^-a), small results included.
/// Method: e^-a = 2^k (1 + p) with p = r + r^2 q as in exp, the divisor 2^k + 1 + 2^k p, and one Newton step that takes
/// up what the divisor and the quotient lost in rounding. All is scaled by 2^-32 (2^-128), so that neither 2^k nor a
/// subnormal result is a special case. Cost: 24 operations, 13 of them fma and one a division (30 and 18 in Float(64));
/// per element 0.39 ns with AVX2 and 0.29 ns with AVX-512 (1.08 and 0.74), on an AVX-512 Xeon.
/// Bound, over all 2^32 inputs: 0.962 ULP for a <= 0, 0.708 ULP above; 5.7 million of them are not rounded to nearest.
/// In Float(64) 0.92 ULP, sampled on 2.25 million. NaN stays NaN; -inf gives 0, +inf 1. Tried: without the step, 2.4
/// ULP whether e^-a is rounded before 1 is added or not; with q of degree 3 and the step, 2.4 ULP.
Halide::Expr sigmoid(const Halide::Expr &a);

/// The same without the step, for Float(32). Cost: 16 operations, 10 of them fma and one a division; 0.26 ns with AVX2
/// and 0.20 ns with AVX-512, 1.51 and 1.44 times as fast as sigmoid. Bound: 2.481 ULP over all 2^32 inputs; 169 million
/// of them are not rounded to nearest. With q of degree 3, one operation less: 3.4 ULP.
Halide::Expr fast_sigmoid(const Halide::Expr &a);

/// 1 / (1 + e^-a) and 2^64 times that for 16-bit results, in Float(32): as fast_sigmoid, with fast_exp's reduction and
/// polynomial. Cost: 14 operations, 8 of them fma and one a division.
Halide::Expr rough_sigmoid(const Halide::Expr &a);
Halide::Expr rough_upscaled_sigmoid(const Halide::Expr &a);

/// 2^64 / (1 + e^-a), see upscaled.h. Method, cost and bound as sigmoid's.
Halide::Expr upscaled_sigmoid(const Halide::Expr &a);

}  // namespace actinide::math
