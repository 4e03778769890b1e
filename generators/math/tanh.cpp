#include "generators/math/tanh.h"

#include <cmath>

#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    mpfr_tanh(result.get(), arguments[0].get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::tanh(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return math::tanh(arguments[0]);
}

Expr lower_fast(const std::vector<Expr> &arguments) {
    return fast_tanh(arguments[0]);
}

Expr lower_rough(const std::vector<Expr> &arguments) {
    return rough_tanh(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return Halide::tanh(arguments[0]);
}

// coefficients/tanh.py computes the constants up to the blank line.
constexpr float twice_log2_e = 0x1.715476p+1f;
constexpr float minus_half_ln2 = -0x1.62e43p-2f;
constexpr double wide_twice_log2_e = 0x1.71547652b82fep+1;
constexpr double minus_half_ln2_high = -0x1.62e42fefa38p-2;
constexpr double minus_half_ln2_low = -0x1.ef35793c7673p-46;
/// (e^(2r) - 1) / 2 ~ r + r^2 (g0 + r (g1 + ...)) for |r| <= ln(2) / 4.
constexpr float g0 = 0x1.fffffep-1f;
constexpr float g1 = 0x1.5554b4p-1f;
constexpr float g2 = 0x1.5556f2p-2f;
constexpr float g3 = 0x1.122546p-3f;
constexpr float g4 = 0x1.6b9c6p-5f;
constexpr double wide_g0 = 0x1.0000000000005p+0;
constexpr double wide_g1 = 0x1.555555555554dp-1;
constexpr double wide_g2 = 0x1.555555555224dp-2;
constexpr double wide_g3 = 0x1.1111111115442p-3;
constexpr double wide_g4 = 0x1.6c16c17ed3cf5p-5;
constexpr double wide_g5 = 0x1.a01a01852ab18p-7;
constexpr double wide_g6 = 0x1.a019a7a81aea7p-9;
constexpr double wide_g7 = 0x1.71de6a38e569dp-11;
constexpr double wide_g8 = 0x1.28a19d532f2e7p-13;
constexpr double wide_g9 = 0x1.ae93d9e37610dp-16;
/// tanh(a) ~ a + a^3 (s0 + a^2 (s1 + ...)) for |a| < 0.95, and for |a| < 1 in Float(64).
constexpr float s0 = -0x1.555548p-2f;
constexpr float s1 = 0x1.110dfep-3f;
constexpr float s2 = -0x1.b9a0bcp-5f;
constexpr float s3 = 0x1.61b2cep-6f;
constexpr float s4 = -0x1.0a0e96p-7f;
constexpr float s5 = 0x1.40aa7ep-9f;
constexpr float s6 = -0x1.a9803ep-12f;
constexpr double wide_s0 = -0x1.555555555551p-2;
constexpr double wide_s1 = 0x1.111111110d877p-3;
constexpr double wide_s2 = -0x1.ba1ba1b8140d9p-5;
constexpr double wide_s3 = 0x1.664f483703e39p-6;
constexpr double wide_s4 = -0x1.226e2ec5b9c67p-7;
constexpr double wide_s5 = 0x1.d6d3108238521p-9;
constexpr double wide_s6 = -0x1.7d9bd0418ff7p-10;
constexpr double wide_s7 = 0x1.3521542dca276p-11;
constexpr double wide_s8 = -0x1.f33734b570e5ep-13;
constexpr double wide_s9 = 0x1.8d7da0efab41ep-14;
constexpr double wide_s10 = -0x1.2eb9a5644a977p-15;
constexpr double wide_s11 = 0x1.9e21956ca454dp-17;
constexpr double wide_s12 = -0x1.cb077eeb4cfep-19;
constexpr double wide_s13 = 0x1.5f6f1f217135bp-21;
constexpr double wide_s14 = -0x1.0d524995cc2e3p-24;
/// tanh(a) ~ a (dividend_0 + a^2 (dividend_1 + ...)) / (1 + a^2 (divisor_1 + ...)) for |a| up to 8.
constexpr float dividend_0 = 0x1.fffffcp-1f;
constexpr float dividend_1 = 0x1.08b768p-3f;
constexpr float dividend_2 = 0x1.82cap-9f;
constexpr float dividend_3 = 0x1.7f7498p-17f;
constexpr float divisor_1 = 0x1.d9b0bap-2f;
constexpr float divisor_2 = 0x1.8630a8p-6f;
constexpr float divisor_3 = 0x1.f4825ep-13f;
constexpr float divisor_4 = 0x1.0809a4p-22f;

/// e^(2x) = power (1 + 2 half) for x >= 0.
struct Exponential {
    Expr power;
    Expr half;
};

Exponential exponential_of_twice(const Expr &size) {
    const Halide::Type type = size.type();
    const bool is_wide = type.bits() == 64;
    // Nothing changes beyond: the result is 1 already.
    const Expr highest = number(type, is_wide ? 20 : 9.5);
    const Expr x = Halide::select(highest < size, highest, size);
    const NearestInteger k = nearest_integer(x, is_wide ? wide_twice_log2_e : twice_log2_e, is_wide ? 1023 : 127);
    // In Float(32) one part of ln 2 is enough: k is 27 at most, and the result feels little of a large one.
    const Expr r =
        is_wide ? fma(k.value, number(type, minus_half_ln2_low), fma(k.value, number(type, minus_half_ln2_high), x))
                : fma(k.value, minus_half_ln2, x);
    std::vector<double> g = {g0, g1, g2, g3, g4};
    if (is_wide) g = {wide_g0, wide_g1, wide_g2, wide_g3, wide_g4, wide_g5, wide_g6, wide_g7, wide_g8, wide_g9};
    return {.power = float_of_bits(k.exponent_bits), .half = fma(r * r, polynomial(r, g), r)};
}

/// (e^(2x) + sign) / 2, rounded once.
Expr half_of_sum(const Exponential &exponential, int sign) {
    const Halide::Type type = exponential.power.type();
    const Expr half_sum = fma(exponential.power, number(type, 0.5), number(type, sign * 0.5));
    return fma(exponential.power, exponential.half, half_sum);
}

Expr far_from_zero(const Expr &size) {
    const Expr one = number(size.type(), 1);
    return one - one / half_of_sum(exponential_of_twice(size), 1);
}

Expr near_zero(const Expr &size) {
    std::vector<double> s = {s0, s1, s2, s3, s4, s5, s6};
    if (size.type().bits() == 64)
        s = {wide_s0, wide_s1, wide_s2,  wide_s3,  wide_s4,  wide_s5,  wide_s6, wide_s7,
             wide_s8, wide_s9, wide_s10, wide_s11, wide_s12, wide_s13, wide_s14};
    const Expr square = size * size;
    return fma(size * square, polynomial(square, s), size);
}

}  // namespace

Expr tanh(const Expr &a) {
    const Expr size = magnitude(a);
    const Expr is_near = size < number(a.type(), a.type().bits() == 64 ? 1 : 0.95f);
    return with_sign_of(Halide::select(is_near, near_zero(size), far_from_zero(size)), a);
}

Expr fast_tanh(const Expr &a) {
    const Exponential exponential = exponential_of_twice(magnitude(a));
    return with_sign_of(half_of_sum(exponential, -1) / half_of_sum(exponential, 1), a);
}

Expr rough_tanh(const Expr &a) {
    // Beyond, the result is nearly 1.
    const Expr x = keep_within(a, -8, 8);
    const Expr square = x * x;
    const Expr dividend = x * polynomial(square, {dividend_0, dividend_1, dividend_2, dividend_3});
    return keep_within(dividend / polynomial(square, {1, divisor_1, divisor_2, divisor_3, divisor_4}), -1, 1);
}

const Function tanh_function{
    .name = "tanh",
    .arguments = {"a"},
    .summary = "(e^a - e^-a) / (e^a + e^-a)",
    .derivatives = {"sech2(a)"},
    .bound = "0.927 ULP over all f32 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 8, .lower = lower_rough},
              {.bits = 32, .ulp = 2.83, .lower = lower_fast},
              {.bits = 32, .ulp = 0.927, .lower = lower},
              {.bits = 64, .ulp = 0.95, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

}  // namespace actinide::math
