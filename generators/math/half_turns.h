// Sines of floats of any size, for sin and cos.
#pragma once

#include <Halide.h>

namespace actinide::math {

/// sin(a + pi * offset) for a Float(32) and an offset of 0 or 1/2.
/// Method: in doubles. a / pi + offset less the nearest integer is summed from exact products of a with three parts of
/// 1 / pi, as Payne and Hanek did: |a| below 2^52, 2^78 and 2^104 selects parts that leave out what gives even integers
/// and reach 2^-84 below the last bit of a; then an odd polynomial of degree 9 (Remez iteration, see
/// coefficients/half_turns.py), the sign of the integer's parity, and one rounding to Float(32).
Halide::Expr sine_of_sum(const Halide::Expr &a, double offset);

}  // namespace actinide::math
