#include "generators/math/exp.h"

#include <cmath>

#include "generators/math/float_bits.h"
#include "generators/math/upscaled.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    mpfr_exp(result.get(), arguments[0].get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::exp(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return math::exp(arguments[0]);
}

Expr lower_fast(const std::vector<Expr> &arguments) {
    return math::fast_exp(arguments[0]);
}

Expr lower_fast_upscaled(const std::vector<Expr> &arguments) {
    return fast_upscaled_exp(arguments[0]);
}

Expr lower_upscaled(const std::vector<Expr> &arguments) {
    return upscaled_exp(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return Halide::exp(arguments[0]);
}

// coefficients/exp.py computes these and c2 to c6, fast_1 to fast_5 and d2 to d11.
constexpr float log2_e = 0x1.715476p+0f;
constexpr float minus_ln2 = -0x1.62e43p-1f;
constexpr float minus_ln2_high = -0x1.62e4p-1f;
constexpr float minus_ln2_low = -0x1.7f7d1cp-20f;
constexpr double wide_log2_e = 0x1.71547652b82fep+0;
constexpr double wide_minus_ln2_high = -0x1.62e42fefa38p-1;
constexpr double wide_minus_ln2_low = -0x1.ef35793c7673p-45;

/// e^r ~ 1 + r (1 + r (c2 + r (c3 + ...))) for |r| <= ln(2) / 2.
constexpr float c2 = 0x1.fffffcp-2f;
constexpr float c3 = 0x1.55548cp-3f;
constexpr float c4 = 0x1.555858p-5f;
constexpr float c5 = 0x1.123ddep-7f;
constexpr float c6 = 0x1.6ac6ep-10f;
/// e^r ~ 1 + r (fast_1 + r (fast_2 + ...)).
constexpr float fast_1 = 0x1.ffff2ep-1f;
constexpr float fast_2 = 0x1.fffe5ep-2f;
constexpr float fast_3 = 0x1.55c2f2p-3f;
constexpr float fast_4 = 0x1.57096ep-5f;
constexpr float fast_5 = 0x1.c83f7p-8f;
constexpr double d2 = 0x1.000000000000ap-1;
constexpr double d3 = 0x1.555555555550bp-3;
constexpr double d4 = 0x1.555555555077ep-5;
constexpr double d5 = 0x1.11111111249a6p-7;
constexpr double d6 = 0x1.6c16c18442ca9p-10;
constexpr double d7 = 0x1.a01a013784205p-13;
constexpr double d8 = 0x1.a01999eea7504p-16;
constexpr double d9 = 0x1.71df0d8949483p-19;
constexpr double d10 = 0x1.28ad7d79b32e5p-22;
constexpr double d11 = 0x1.ad9ed7a4e3a7bp-26;

}  // namespace

Remainder remainder_of_ln2(const Expr &x, int bias) {
    const Halide::Type type = x.type();
    const bool is_wide = type.bits() == 64;
    const NearestInteger k = nearest_integer(x, is_wide ? wide_log2_e : log2_e, bias);
    const Expr high = number(type, is_wide ? wide_minus_ln2_high : minus_ln2_high);
    const Expr low = number(type, is_wide ? wide_minus_ln2_low : minus_ln2_low);
    const Expr above = fma(k.value, high, x);
    const Expr r = fma(k.value, low, above);
    return {.k = k, .r = r, .r_low = fma(k.value, low, above - r)};
}

ReducedExponential reduce_exponential(const Expr &x, int bias) {
    const Halide::Type type = x.type();
    const bool is_wide = type.bits() == 64;
    const auto [k, r, r_low] = remainder_of_ln2(x, bias);
    std::vector<double> coefficients = {c2, c3, c4, c5, c6};
    if (is_wide) coefficients = {d2, d3, d4, d5, d6, d7, d8, d9, d10, d11};
    const Expr q = polynomial(r, coefficients);
    return {.k = k, .r = r, .q = q, .slope = fma(q, r, number(type, 1))};
}

FastExponential fast_reduced_exponential(const Expr &x, int bias) {
    const NearestInteger k = nearest_integer(x, log2_e, bias);
    return {.k = k, .value = fast_exponential_of_remainder(fma(k.value, minus_ln2, x))};
}

Expr fast_exponential_of_remainder(const Expr &r, double divisor) {
    std::vector<double> coefficients = {1, fast_1, fast_2, fast_3, fast_4, fast_5};
    double scale = 1;
    for (double &coefficient : coefficients) {
        coefficient /= scale;
        scale *= divisor;
    }
    return polynomial(r, coefficients);
}

Expr exp(const Expr &a) {
    const bool is_wide = a.type().bits() == 64;
    // Nothing changes beyond these: the result is 0 and +inf already.
    const Expr x = keep_within(a, is_wide ? -746 : -104, is_wide ? 710 : 89);
    const ReducedExponential reduced = reduce_exponential(x, is_wide ? 2046 : 254);
    return times_power_of_2(fma(reduced.slope, reduced.r, number(a.type(), 1)), reduced.k, a);
}

Expr fast_exp(const Expr &a) {
    const FastExponential reduced = fast_reduced_exponential(keep_within(a, -104, 89), 254);
    return times_power_of_2(reduced.value, reduced.k, a);
}

Expr fast_upscaled_exp(const Expr &a) {
    const FastExponential reduced = fast_reduced_exponential(keep_within(a, -149, 45), 254 + upscaling);
    return upscaled_times_power_of_2(reduced.value, reduced.k, a);
}

Expr upscaled_times_power_of_2(const Expr &p, const NearestInteger &k, const Expr &sign) {
    // Powers from -151 to 64 below zero, to 129 above.
    return times_two_powers(p, k, sign, p.type().bits() == 64 ? 0x1p512 : 0x1p32);
}

Expr upscaled_exp(const Expr &a) {
    const bool is_wide = a.type().bits() == 64;
    const Expr x = keep_within(a, is_wide ? -790 : -149, is_wide ? 666 : 45);
    const ReducedExponential reduced = reduce_exponential(x, (is_wide ? 2046 : 254) + upscaling);
    return upscaled_times_power_of_2(fma(reduced.slope, reduced.r, number(a.type(), 1)), reduced.k, a);
}

const Function exp_function{
    .name = "exp",
    .arguments = {"a"},
    .summary = "e^a",
    .derivatives = {"exp(a)"},
    .bound = "0.892 ULP over all f32 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 14, .lower = lower_fast},
              {.bits = 32, .ulp = 0.892, .lower = lower},
              {.bits = 64, .ulp = 0.9, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

const Function upscaled_exp_function{
    .name = "upscaled_exp",
    .arguments = {"a"},
    .summary = "2^64 e^a",
    .derivatives = {"upscaled_exp(a)"},
    .bound = "0.892 ULP over all f32 inputs",
    .evaluate = evaluate_upscaled<evaluate>,
    .forms = {{.bits = 32, .ulp = 16, .lower = lower_fast_upscaled},
              {.bits = 32, .ulp = 0.892, .lower = lower_upscaled},
              {.bits = 64, .ulp = 0.9, .lower = lower_upscaled}},
    .lower_for_autodiff = lower_for_autodiff_upscaled<lower_for_autodiff>,
    .in_double = {.function = in_double_upscaled<in_double>, .ulp = 4},
};

}  // namespace actinide::math
