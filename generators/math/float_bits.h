// Building blocks that mean the same on every target: single operations and the bits of floats. All take Float(32) and
// Float(64).
#pragma once

#include <Halide.h>

#include <vector>

namespace actinide::math {

/// The constant of a type; `value` must be one of its numbers.
Halide::Expr number(Halide::Type type, double value);

/// a * b + c, rounded once.
Halide::Expr fma(const Halide::Expr &a, const Halide::Expr &b, const Halide::Expr &c);

/// Flips the sign bit, so that -0 comes of +0 and the other way round.
Halide::Expr negate(const Halide::Expr &a);

/// |a|, by clearing the sign bit.
Halide::Expr magnitude(const Halide::Expr &a);
/// The smaller of `highest` and |a|; NaN stays NaN.
Halide::Expr magnitude_up_to(const Halide::Expr &highest, const Halide::Expr &a);

/// `a` without a sign bit, given that of `sign`.
Halide::Expr with_sign_of(const Halide::Expr &a, const Halide::Expr &sign);

/// a with low and high in place of what lies beyond them. NaN stays NaN.
Halide::Expr keep_within(const Halide::Expr &a, double low, double high);

/// An integer k near a real number, found without a conversion.
struct NearestInteger {
    /// k as a float.
    Halide::Expr value;
    /// Unsigned, as wide as the float: the lowest bits of k + bias where it has its exponent and, above that, its sign.
    Halide::Expr exponent_bits;
};

/// The integer nearest to a * scale, for |a * scale| < 2^21 (2^50 in Float(64)). `bias` concerns the bits only: with
/// 127 (1023) they are those of 2^k. NaN gives NaN and any bits.
NearestInteger nearest_integer(const Halide::Expr &a, double scale, int bias);

/// A number in two parts: low is what high has lost.
struct Pair {
    Halide::Expr high;
    Halide::Expr low;
};

/// c0 + x (c1 + x (c2 + ...)), a chain of fma; the coefficients must be numbers of x's type.
Halide::Expr polynomial(const Halide::Expr &x, const std::vector<double> &coefficients);

/// p * 2^k, rounded once more where that is subnormal, for k from -150 to 129 (-1076 to 1025 in Float(64)) found with a
/// bias of 254 (2046): as a product of two powers, one of them 2^64 or 2^-64 (2^512 or 2^-512) by the sign of `sign`,
/// which must be that of a large k.
Halide::Expr times_power_of_2(const Halide::Expr &p, const NearestInteger &k, const Halide::Expr &sign);
/// p times two powers of 2: `large` or its reciprocal, by the sign of `sign`, and the one whose bits are those of k
/// less the first one's.
Halide::Expr times_two_powers(const Halide::Expr &p, const NearestInteger &k, const Halide::Expr &sign, double large);

/// The float with these bits, a UInt(32) or UInt(64).
Halide::Expr float_of_bits(const Halide::Expr &bits);

/// The bits of a float as an unsigned integer.
Halide::Expr bits_of(const Halide::Expr &a);

/// Whether the sign bit is set, that of NaN included.
Halide::Expr has_sign_bit(const Halide::Expr &a);

}  // namespace actinide::math
