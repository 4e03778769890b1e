// Building blocks that mean the same on every target: single operations and the bits of floats.
#pragma once

#include <Halide.h>

namespace actinide::math {

/// a * b + c, rounded once.
Halide::Expr fma(const Halide::Expr &a, const Halide::Expr &b, const Halide::Expr &c);

/// Flips the sign bit, so that -0 comes of +0 and the other way round.
Halide::Expr negate(const Halide::Expr &a);

/// a with low and high in place of what lies beyond them. NaN stays NaN.
Halide::Expr keep_within(const Halide::Expr &a, float low, float high);

/// An integer k near a real number, found without a conversion.
struct NearestInteger {
    Halide::Expr value;          ///< k as a float
    Halide::Expr exponent_bits;  ///< UInt(32): k + bias where a float keeps its exponent; the sign bit above holds bit 8
};

/// The integer nearest to a * scale, for |a * scale| < 2^21. `bias` is for the bits only: with 127 they are those of 2^k.
NearestInteger nearest_integer(const Halide::Expr &a, float scale, int bias);

/// The float with these bits, a UInt(32).
Halide::Expr float_of_bits(const Halide::Expr &bits);

/// The bits of a float as UInt(32).
Halide::Expr bits_of(const Halide::Expr &a);

/// Whether the sign bit is set, that of NaN included.
Halide::Expr has_sign_bit(const Halide::Expr &a);

}  // namespace actinide::math
