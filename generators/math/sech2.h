// 1 - tanh(a)^2 for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function sech2_function;

/// 1 - tanh(a)^2 = 4 e^(-2|a|) / (1 + e^(-2|a|))^2, the derivative of tanh, small results included.
/// Method: y - y^2 / 4 with y = 4 / (1 + e^(2|a|)), which is 4 sigmoid(-2|a|); what y lost in rounding is added to y^2,
/// not to y itself, as y may have an exponent more than the result. Cost: 29 operations, 14 of them fma and one a
/// division (34 and 19 in Float(64)); per element 0.47 ns with AVX2 and 0.35 ns with AVX-512 (1.26 and 0.90), on an
/// AVX-512 Xeon. Bound: 1.037 ULP over all 2^32 inputs, at 43.8441; 12.1 million of them are not rounded to nearest. In
/// Float(64) 0.93 ULP, sampled on 2.25 million. NaN stays NaN; infinities give 0. Tried: the residual added to y, 3
/// operations less: 1.54 ULP.
Halide::Expr sech2(const Halide::Expr &a);

/// The same without a residual, for Float(32). Cost: 18 operations, 11 of them fma and one a division; 0.27 ns with
/// AVX2 and 0.23 ns with AVX-512, 1.73 and 1.54 times as fast as sech2. Bound: 2.482 ULP over all 2^32 inputs; 45
/// million of them are not rounded to nearest.
Halide::Expr fast_sech2(const Halide::Expr &a);

/// The same by fast_exp's reduction and polynomial, for 16-bit results. Cost: 16 operations, 9 of them fma and one a
/// division.
Halide::Expr rough_sech2(const Halide::Expr &a);

}  // namespace actinide::math
