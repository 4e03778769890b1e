#include "generators/math/expm1.h"

#include <cmath>

#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    mpfr_expm1(result.get(), arguments[0].get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::expm1(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return expm1(arguments[0]);
}

Expr lower_within_an_ulp(const std::vector<Expr> &arguments) {
    return expm1_within_an_ulp(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return Halide::exp(arguments[0]) - number(arguments[0].type(), 1);
}

Real evaluate_below_zero(const std::vector<Real> &arguments, int precision) {
    if (mpfr_sgn(arguments[0].get()) > 0) return arguments[0];
    return evaluate(arguments, precision);
}

double below_zero_in_double(double a) {
    return a > 0 ? a : std::expm1(a);
}

Expr lower_below_zero(const std::vector<Expr> &arguments) {
    return expm1_below_zero(arguments[0]);
}

Expr lower_below_zero_for_autodiff(const std::vector<Expr> &arguments) {
    const Expr zero = number(arguments[0].type(), 0);
    return Halide::select(arguments[0] > zero, arguments[0], lower_for_autodiff(arguments));
}

// coefficients/expm1.py computes these and c2 to c6, e2 to e6 and d2 to d12.
constexpr float log2_e = 0x1.715476p+0f;
constexpr float minus_ln2 = -0x1.62e43p-1f;
constexpr float minus_ln2_high = -0x1.62e4p-1f;
constexpr float minus_ln2_low = -0x1.7f7d1cp-20f;
constexpr double wide_minus_ln2 = -0x1.62e42fefa39efp-1;
constexpr double wide_minus_ln2_rest = -0x1.abc9e3b39803fp-56;
constexpr double wide_minus_ln2_high = -0x1.62e42fefa38p-1;
constexpr double wide_minus_ln2_low = -0x1.ef35793c7673p-45;

// Nothing changes beyond these: the result is -1 and +inf already.
constexpr float lowest = -20.0f;
constexpr float highest = 89.0f;

/// e^r - 1 ~ r + r^2 (c2 + r (c3 + ...)) for |r| <= ln(2) / 2.
constexpr float c2 = 0x1.fffffep-2f;
constexpr float c3 = 0x1.55548p-3f;
constexpr float c4 = 0x1.55550ap-5f;
constexpr float c5 = 0x1.123fap-7f;
constexpr float c6 = 0x1.6da032p-10f;

/// The same for r from ln(3/4) to ln(3/2).
constexpr float e2 = 0x1.000004p-1f;
constexpr float e3 = 0x1.5554d6p-3f;
constexpr float e4 = 0x1.554652p-5f;
constexpr float e5 = 0x1.11ecd2p-7f;
constexpr float e6 = 0x1.7f1386p-10f;
constexpr double d2 = 0x1p-1;
constexpr double d3 = 0x1.5555555555559p-3;
constexpr double d4 = 0x1.5555555555602p-5;
constexpr double d5 = 0x1.111111110f4d2p-7;
constexpr double d6 = 0x1.6c16c16bb8e48p-10;
constexpr double d7 = 0x1.a01a01b0b7064p-13;
constexpr double d8 = 0x1.a01a03b54aef9p-16;
constexpr double d9 = 0x1.71ddf6ab95157p-19;
constexpr double d10 = 0x1.27e02dfc3d137p-22;
constexpr double d11 = 0x1.af6080dd967f3p-26;
constexpr double d12 = 0x1.26e1dddbd19d8p-29;

}  // namespace

Expr expm1(const Expr &a) {
    const Expr x = keep_within(a, lowest, highest);
    const NearestInteger k = nearest_integer(x, log2_e, 126);
    const Expr r = fma(k.value, minus_ln2_low, fma(k.value, minus_ln2_high, x));
    const Expr q = polynomial(r, {c2, c3, c4, c5, c6});
    const Expr square = r * r;
    const Expr p = fma(square, q, r);
    // Half the result, as 2^128 is no float.
    const Expr half_power = float_of_bits(k.exponent_bits);
    const Expr half = fma(half_power, p, half_power - 0.5f);
    // Halves of odd subnormals are no floats, and the sum has lost the sign of -0.
    return Halide::select(square == 0.0f, a, half + half);
}

Expr expm1_within_an_ulp(const Expr &a) {
    const Halide::Type type = a.type();
    const bool is_wide = type.bits() == 64;
    const Expr x = keep_within(a, is_wide ? -40 : lowest, is_wide ? 710 : highest);
    // k is 0 from ln(3/4) to ln(3/2), or 2^k p would cancel half of 2^k - 1. It is that interval's middle, 0.0588915,
    // from which multiples of ln 2 count, and a little less than log2(e) keeps the roundings inside it.
    const Expr from_middle = x - number(type, static_cast<double>(0.0588915f));
    const NearestInteger k = nearest_integer(from_middle, 0x1.71546p+0, is_wide ? 1022 : 126);
    const Expr high = number(type, is_wide ? wide_minus_ln2_high : minus_ln2_high);
    const Expr low = number(type, is_wide ? wide_minus_ln2_low : minus_ln2_low);
    const Expr above = fma(k.value, high, x);
    const Expr r = fma(k.value, low, above);
    std::vector<double> q = {e2, e3, e4, e5, e6};
    if (is_wide) q = {d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12};
    const Expr square = r * r;
    // What the rounding of r loses counts in Float(64); in Float(32) the digits of ln 2 leave nearly nothing.
    const Expr p =
        is_wide ? fma(square, polynomial(r, q), fma(k.value, low, above - r)) + r : fma(square, polynomial(r, q), r);
    const Expr half_power = float_of_bits(k.exponent_bits);
    const Expr minus_half = number(type, -0.5);
    // From 2^25 (2^54) on, 2^k - 1 is no float: there the 1 is taken from the smaller part.
    const Expr large = fma(half_power, p, minus_half) + half_power;
    const Expr small = fma(half_power, p, half_power + minus_half);
    const Expr half = Halide::select(a > number(type, is_wide ? 30 : 12), large, small);
    return Halide::select(square == number(type, 0), a, half + half);
}

Expr expm1_below_zero(const Expr &a) {
    const Halide::Type type = a.type();
    const bool is_wide = type.bits() == 64;
    // Below, the result is -1 already.
    const Expr x = keep_within(a, is_wide ? -38 : -18, 0);
    const NearestInteger k = nearest_integer(x, log2_e, is_wide ? 1023 : 127);
    // One part of ln 2 is enough for r, as a large k brings the result near -1: with k = -1 the difference is exact,
    // and in Float(64) the sum below takes up what ln 2 has beyond that part.
    const Expr r = fma(k.value, number(type, is_wide ? wide_minus_ln2 : minus_ln2), x);
    std::vector<double> q = {c2, c3, c4, c5, c6};
    if (is_wide) q = {d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12};
    const Expr square = r * r;
    const Expr p = is_wide ? fma(square, polynomial(r, q), k.value * number(type, wide_minus_ln2_rest)) + r
                           : fma(square, polynomial(r, q), r);
    const Expr power = float_of_bits(k.exponent_bits);
    const Expr result = fma(power, p, power + number(type, -1));
    // e^a - 1 is above a, but for zeros: the sum has lost the sign of -0. (So may x: comparing and selecting halves
    // instead of what they were widened to, LLVM takes -0 for 0.)
    return Halide::select(a < result, result, a);
}

const Function expm1_function{
    .name = "expm1",
    .arguments = {"a"},
    .summary = "e^a - 1",
    .derivatives = {"exp(a)"},
    .bound = "0.882 ULP over all f32 inputs up to 0, 1.496 ULP above",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 1.496, .lower = lower},
              {.bits = 32, .ulp = 1, .lower = lower_within_an_ulp},
              {.bits = 64, .ulp = 1, .lower = lower_within_an_ulp}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

const Function expm1_below_zero_function{
    .name = "expm1_below_zero",
    .arguments = {"a"},
    .summary = "e^a - 1 up to 0, a above",
    .derivatives = {"where(a > 0, 1, exp(a))"},
    .bound = "0.882 ULP over all f32 inputs",
    .evaluate = evaluate_below_zero,
    .forms = {{.bits = 32, .ulp = 0.882, .lower = lower_below_zero},
              {.bits = 64, .ulp = 0.9, .lower = lower_below_zero}},
    .lower_for_autodiff = lower_below_zero_for_autodiff,
    .in_double = {.function = below_zero_in_double, .ulp = 4},
};

}  // namespace actinide::math
