// Sines of Float(32) of any size, for sin and cos; those of Float(64) are in quarter_turns.h.
#pragma once

#include <Halide.h>

namespace actinide::math {

/// sin(a + pi * offset) for a Float(32) and an offset of 0 or 1/2.
/// Method: in doubles. a / pi + offset less the nearest integer is summed from exact products of a with three parts of
/// 1 / pi, as Payne and Hanek did: |a| against 2^52, 2^78 and 2^104 selects parts that leave out what gives even
/// integers only and lose no more than 2^-61; then an odd polynomial of degree 9 (Remez iteration, see
/// coefficients/half_turns.py), the sign of the integer's parity, and one rounding to Float(32). Cost: 32 operations on
/// doubles, 6 of them fma and 9 selections of the parts, and two conversions; per element 1.16 ns with AVX2 and 0.65 ns
/// with AVX-512, on an AVX-512 Xeon.
/// Bound: 0.600 ULP over all 2^32 inputs; 124 million of sin's and 118 million of cos's are not rounded to nearest.
/// NaN and infinities give NaN; sin is odd to the last bit and keeps zeros and subnormals.
/// Tried: a polynomial of degree 11, one operation more: 0.5004 ULP, 1.21 and 0.66 ns. Sizes compared as floats, 1.37
/// ns with AVX2: masks must be widened. The same in 32-bit integers was estimated at 90 operations on floats.
Halide::Expr sine_of_sum(const Halide::Expr &a, double offset);

}  // namespace actinide::math
