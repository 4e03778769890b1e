// Sines of doubles of any size, for sin and cos.
#pragma once

#include <Halide.h>

namespace actinide::math {

/// sin(a + offset * pi / 2) of a Float(64), for an offset of 0 or 1.
/// Method: in integers, as Payne and Hanek did. 2 / pi is kept in 19 words of 64 bits. The four that matter to a power
/// of 2 are taken by four rounds of selections, each between a word and the one 8, 4, 2 or 1 further on, and shifted
/// into three; their product with the 53 bits of a, modulo 4, by halves of words is exact to 2^-124. What it differs by
/// from an integer, which is 2^-61.6 at least, becomes r in two doubles, at most pi / 4. Then sin(r) = r + r^3 p and
/// cos(r) = 1 - r^2 / 2 + r^4 q with p and q of degree 5 in r^2 (Remez iteration, see coefficients/quarter_turns.py),
/// one of them by the integer's parity. Below 1/2, r is a. Cost: 165 operations, 26 of them fma, 31 selections and 10
/// products of integers; per element 5.9 ns with AVX2 and 3.2 ns with AVX-512, on an AVX-512 Xeon.
/// Bound: 0.592 ULP, the sum of what the polynomials and all roundings contribute; in 500 million doubles, and 0.7
/// million of those that come near multiples of pi / 2, the largest error was 0.585 ULP. NaN and infinities give NaN;
/// sin is odd and cos even to the last bit; sin keeps zeros and subnormals.
/// Tried: a reduction by Cody and Waite, 1.46 ns with AVX2 and 0.87 ns with AVX-512, which holds up to about 2^20 only:
/// three quarters of the time serve larger numbers, as lanes cannot branch. The sine as r + r^3 p without what r^3 and
/// the sum lose, 5 operations less: 0.70 ULP, equally fast. Parts of 2 / pi in doubles were estimated at 38 selections
/// and as many other operations. The first round by exclusive or with masks: LLVM makes selections of it again.
Halide::Expr sine_of_quarter_turns(const Halide::Expr &a, int offset);

}  // namespace actinide::math
