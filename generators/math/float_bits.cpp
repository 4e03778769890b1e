#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

/// Floats from 2^23 to 2^24 are the integers, so adding this rounds to them; the half keeps sums of either sign there.
constexpr float to_integers = 1.5f * 8388608.0f;

constexpr int mantissa_bits = 23;

}  // namespace

Expr fma(const Expr &a, const Expr &b, const Expr &c) {
    using Halide::Internal::Call;
    return Call::make(Halide::Float(32), "llvm.fma.f32", {a, b, c}, Call::PureExtern);
}

Expr negate(const Expr &a) {
    return float_of_bits(bits_of(a) ^ Halide::Internal::make_const(Halide::UInt(32), 0x80000000u));
}

Expr keep_within(const Expr &a, float low, float high) {
    // The constants stand first, as x86's min and max return their second operand for NaN: one instruction each.
    const Expr not_above = Halide::select(Expr(high) < a, Expr(high), a);
    return Halide::select(Expr(low) > not_above, Expr(low), not_above);
}

NearestInteger nearest_integer(const Expr &a, float scale, int bias) {
    const float shift = to_integers + static_cast<float>(bias);
    const Expr shifted = fma(a, Expr(scale), Expr(shift));
    return {.value = shifted - Expr(shift), .exponent_bits = bits_of(shifted) << mantissa_bits};
}

Expr float_of_bits(const Expr &bits) {
    return Halide::reinterpret(Halide::Float(32), bits);
}

Expr bits_of(const Expr &a) {
    return Halide::reinterpret(Halide::UInt(32), a);
}

Expr has_sign_bit(const Expr &a) {
    return Halide::reinterpret(Halide::Int(32), a) < 0;
}

}  // namespace actinide::math
