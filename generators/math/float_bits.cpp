#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Halide::Type bits_type(const Expr &a) {
    return Halide::UInt(a.type().bits());
}

Expr sign_bit(const Expr &a) {
    return Halide::Internal::make_const(bits_type(a), uint64_t{1} << (a.type().bits() - 1));
}

/// Floats from 2^23 to 2^24 (doubles from 2^52 to 2^53) are the integers, so adding this rounds to them; the half keeps
/// sums of either sign there.
double to_integers(Halide::Type type) {
    return type.bits() == 64 ? 0x1.8p52 : 0x1.8p23;
}

int mantissa_bits(Halide::Type type) {
    return type.bits() == 64 ? 52 : 23;
}

}  // namespace

Expr number(Halide::Type type, double value) {
    return Halide::Internal::make_const(type, value);
}

Expr fma(const Expr &a, const Expr &b, const Expr &c) {
    using Halide::Internal::Call;
    const std::string name = a.type().bits() == 64 ? "llvm.fma.f64" : "llvm.fma.f32";
    return Call::make(a.type(), name, {a, b, c}, Call::PureExtern);
}

Expr negate(const Expr &a) {
    return float_of_bits(bits_of(a) ^ sign_bit(a));
}

Expr magnitude(const Expr &a) {
    const uint64_t all_others = a.type().bits() == 64 ? INT64_MAX : INT32_MAX;
    return float_of_bits(bits_of(a) & Halide::Internal::make_const(bits_type(a), all_others));
}

Expr magnitude_up_to(const Expr &highest, const Expr &a) {
    return Halide::select(highest < magnitude(a), highest, magnitude(a));
}

Expr with_sign_of(const Expr &a, const Expr &sign) {
    return float_of_bits(bits_of(a) | (bits_of(sign) & sign_bit(sign)));
}

Expr keep_within(const Expr &a, double low, double high) {
    // The constants stand first, as x86's min and max return their second operand for NaN: one instruction each.
    const Expr highest = number(a.type(), high);
    const Expr lowest = number(a.type(), low);
    const Expr not_above = Halide::select(highest < a, highest, a);
    return Halide::select(lowest > not_above, lowest, not_above);
}

NearestInteger nearest_integer(const Expr &a, double scale, int bias) {
    const Expr shift = number(a.type(), to_integers(a.type()) + bias);
    const Expr shifted = fma(a, number(a.type(), scale), shift);
    return {.value = shifted - shift, .exponent_bits = bits_of(shifted) << mantissa_bits(a.type())};
}

Expr polynomial(const Expr &x, const std::vector<double> &coefficients) {
    Expr value = number(x.type(), coefficients.back());
    for (size_t i = coefficients.size() - 1; i-- > 0;) value = fma(value, x, number(x.type(), coefficients[i]));
    return value;
}

Expr times_two_powers(const Expr &p, const NearestInteger &k, const Expr &sign, double large) {
    const Expr outer = Halide::select(has_sign_bit(sign), number(p.type(), 1 / large), number(p.type(), large));
    // The difference of their bits takes one of the two biases away.
    const Expr inner = float_of_bits(k.exponent_bits - bits_of(outer));
    return p * inner * outer;
}

Expr times_power_of_2(const Expr &p, const NearestInteger &k, const Expr &sign) {
    return times_two_powers(p, k, sign, p.type().bits() == 64 ? 0x1p512 : 0x1p64);
}

Expr float_of_bits(const Expr &bits) {
    return Halide::reinterpret(Halide::Float(bits.type().bits()), bits);
}

Expr bits_of(const Expr &a) {
    return Halide::reinterpret(bits_type(a), a);
}

Expr has_sign_bit(const Expr &a) {
    return Halide::reinterpret(Halide::Int(a.type().bits()), a) < 0;
}

}  // namespace actinide::math
