// tanh(a) for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function tanh_function;

/// tanh(a), odd to the bit.
/// Method: of |a|, given a's sign at the end. Below 0.95 (1 in Float(64)) a + a^3 s(a^2) with s of degree 6 (14); above
/// 1 - 2 / (e^(2|a|) + 1), whose rounding errors are small beside the 1, with e^(2|a|) = 2^k (1 + 2h), h = r + r^2 g, g
/// of degree 4 (9) and one (two) parts of ln 2 (Remez iteration, see coefficients/tanh.py). The 1 joins 2^k before the
/// fma, so that the divisor rounds once.
/// Cost: 29 operations, 16 of them fma and one a division (43 and 30 in Float(64)); per element 0.40 ns with AVX2 and
/// 0.28 ns with AVX-512 (1.48 and 0.89), on an AVX-512 Xeon.
/// Bound: 0.927 ULP over all 2^32 inputs, at 0.957758; 4.1 million of them are not rounded to nearest. In Float(64)
/// 0.91 ULP, sampled on 2.25 million. NaN stays NaN, zeros and subnormals what they are; never beyond 1 in size.
/// Tried: s of degree 5 up to 0.9, one operation less: 1.052 ULP at 0.88024, and no coefficients or point of change
/// below 1.02, as the upper part has 1.053 from 0.765 to 0.89. g of degree 3: 1.39 ULP. k taken lower for the same
/// reason (2.76 instead of 2 log2(e)): 1.01 ULP.
Halide::Expr tanh(const Halide::Expr &a);

/// The same as one quotient for all arguments, for Float(32): (e^(2|a|) - 1) / (e^(2|a|) + 1), both rounded once.
/// Cost: 19 operations, 11 of them fma and one a division; 0.27 ns with AVX2 and 0.22 ns with AVX-512, 1.49 and 1.30
/// times as fast as tanh. Bound: 2.829 ULP over all 2^32 inputs; 171 million of them are not rounded to nearest.
/// Tried: a P(a^2) / Q(a^2) with P and Q of degree 4, 13 operations, 0.17 ns with AVX-512: 5.3 ULP and values beyond 1.
Halide::Expr fast_tanh(const Halide::Expr &a);

/// The same as a ratio of polynomials in a^2 of degrees 3 and 4 for |a| up to 8, for Float(32), then kept within 1.
/// Cost: 15 operations, 7 of them fma and one a division (see coefficients/tanh.py).
Halide::Expr rough_tanh(const Halide::Expr &a);

}  // namespace actinide::math
