#include "generators/math/gaussian.h"

#include <cmath>

#include "generators/math/exp.h"
#include "generators/math/float_bits.h"
#include "generators/math/upscaled.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    const Real &a = arguments[0];
    Real square(2 * a.precision());
    mpfr_sqr(square.get(), a.get(), MPFR_RNDN);
    mpfr_neg(square.get(), square.get(), MPFR_RNDN);
    Real result(precision);
    mpfr_exp(result.get(), square.get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    const double square = a * a;
    return square < 800 ? std::exp(-square) * (1 - std::fma(a, a, -square)) : std::exp(-square);
}

Expr lower(const std::vector<Expr> &arguments) {
    return gaussian(arguments[0]);
}

Expr lower_fast(const std::vector<Expr> &arguments) {
    return fast_gaussian(arguments[0]);
}

Expr lower_fast_upscaled(const std::vector<Expr> &arguments) {
    return fast_upscaled_gaussian(arguments[0]);
}

Expr lower_upscaled(const std::vector<Expr> &arguments) {
    return upscaled_gaussian(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return Halide::exp(-(arguments[0] * arguments[0]));
}

// coefficients/gaussian.py computes these and c2 to c6, d2 to d11.
constexpr float log2_e = 0x1.715476p+0f;
constexpr float ln2 = 0x1.62e43p-1f;
constexpr float ln2_high = 0x1.62e4p-1f;
constexpr float ln2_low = 0x1.7f7d1cp-20f;
constexpr double wide_log2_e = 0x1.71547652b82fep+0;
constexpr double wide_ln2_high = 0x1.62e42fefa38p-1;
constexpr double wide_ln2_low = 0x1.ef35793c7673p-45;

/// e^-r ~ 1 - r + r^2 (c2 + r (c3 + ...)) for |r| <= ln(2) / 2.
constexpr float c2 = 0x1.fffffcp-2f;
constexpr float c3 = -0x1.555492p-3f;
constexpr float c4 = 0x1.5558aep-5f;
constexpr float c5 = -0x1.12397cp-7f;
constexpr float c6 = 0x1.6a4e66p-10f;
constexpr double d2 = 0x1.000000000000ap-1;
constexpr double d3 = -0x1.555555555550bp-3;
constexpr double d4 = 0x1.555555555078fp-5;
constexpr double d5 = -0x1.1111111124b0ap-7;
constexpr double d6 = 0x1.6c16c1843efeep-10;
constexpr double d7 = -0x1.a01a0136d97d3p-13;
constexpr double d8 = 0x1.a01999f7b58d1p-16;
constexpr double d9 = -0x1.71df0f353e2d5p-19;
constexpr double d10 = 0x1.28ad7648d02fap-22;
constexpr double d11 = -0x1.ad9c17719e78p-26;

bool is_wide(const Expr &a) {
    return a.type().bits() == 64;
}

/// The exponent that reduce_square's power has more than 2^k, so that it is neither subnormal nor too large.
int power_upscale(const Expr &a, int upscaled_by) {
    if (is_wide(a)) return 512;
    return upscaled_by == 0 ? 64 : 127;
}

}  // namespace

ReducedSquare reduce_square(const Expr &a, int divisor, int upscaled_by) {
    const auto constant = [&](double narrow, double wide) { return number(a.type(), is_wide(a) ? wide : narrow); };
    const double scale = divisor;
    const Expr square = a * a;
    const int upscale_of_power = power_upscale(a, upscaled_by);
    const NearestInteger k = is_wide(a) ? nearest_integer(square, -wide_log2_e / scale, 1023 + upscale_of_power)
                                        : nearest_integer(square, -log2_e / scale, 127 + upscale_of_power);
    const Expr high = constant(ln2_high * scale, wide_ln2_high * scale);
    const Expr low = constant(ln2_low * scale, wide_ln2_low * scale);
    const Expr main = fma(k.value, high, square);
    const Expr rest = fma(k.value, low, fma(a, a, negate(square)));
    return {.main = main,
            .rest = rest,
            .remainder = main + rest,
            .power = float_of_bits(k.exponent_bits),
            .downscale = std::ldexp(1, upscaled_by - upscale_of_power)};
}

FastGaussian fast_reduced_gaussian(const Expr &a, int divisor, int upscaled_by) {
    const Expr square = a * a;
    const int upscale_of_power = power_upscale(a, upscaled_by);
    const double scale = divisor;
    const NearestInteger k = nearest_integer(square, -log2_e / scale, 127 + upscale_of_power);
    const Expr lost = fma(a, a, negate(square));
    const Expr r = fma(k.value, number(a.type(), ln2 * scale), square) + lost;
    return {.value = fast_exponential_of_remainder(r, -divisor),
            .power = float_of_bits(k.exponent_bits),
            .downscale = std::ldexp(1, upscaled_by - upscale_of_power)};
}

Expr second_order_of_exp(const Expr &r, int divisor) {
    std::vector<double> coefficients = {c2, c3, c4, c5, c6};
    if (is_wide(r)) coefficients = {d2, d3, d4, d5, d6, d7, d8, d9, d10, d11};
    double scale = divisor;
    for (double &coefficient : coefficients) coefficient /= scale *= divisor;
    return polynomial(r, coefficients);
}

namespace {

Expr gaussian_of_reduced(const ReducedSquare &square) {
    const Expr &r = square.remainder;
    const Halide::Type type = r.type();
    const Expr slope = fma(second_order_of_exp(r, 1), r, number(type, -1));
    return fma(slope, r, number(type, 1)) * square.power * number(type, square.downscale);
}

}  // namespace

Expr gaussian(const Expr &a) {
    // Beyond it the result is 0 already.
    const double highest = is_wide(a) ? 27.4 : 10.25;
    return gaussian_of_reduced(reduce_square(keep_within(a, -highest, highest), 1));
}

Expr upscaled_gaussian(const Expr &a) {
    const double highest = is_wide(a) ? 28.2 : 12.25;
    return gaussian_of_reduced(reduce_square(keep_within(a, -highest, highest), 1, upscaling));
}

Expr fast_gaussian(const Expr &a) {
    const auto [value, power, downscale] = fast_reduced_gaussian(keep_within(a, -10.25, 10.25), 1);
    return value * power * number(a.type(), downscale);
}

Expr fast_upscaled_gaussian(const Expr &a) {
    const auto [value, power, downscale] = fast_reduced_gaussian(keep_within(a, -12.25, 12.25), 1, upscaling);
    return value * power * number(a.type(), downscale);
}

const Function gaussian_function{
    .name = "gaussian",
    .arguments = {"a"},
    .summary = "e^(-a^2)",
    .derivatives = {"-2 * a * gaussian(a)"},
    .bound = "0.888 ULP over all f32 inputs, 0.87 ULP over sampled f64 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 16, .lower = lower_fast},
              {.bits = 32, .ulp = 0.888, .lower = lower},
              {.bits = 64, .ulp = 0.95, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

const Function upscaled_gaussian_function{
    .name = "upscaled_gaussian",
    .arguments = {"a"},
    .summary = "2^64 e^(-a^2)",
    .derivatives = {"-2 * a * upscaled_gaussian(a)"},
    .bound = "0.888 ULP over all f32 inputs",
    .evaluate = evaluate_upscaled<evaluate>,
    .forms = {{.bits = 32, .ulp = 18, .lower = lower_fast_upscaled},
              {.bits = 32, .ulp = 0.888, .lower = lower_upscaled},
              {.bits = 64, .ulp = 0.95, .lower = lower_upscaled}},
    .lower_for_autodiff = lower_for_autodiff_upscaled<lower_for_autodiff>,
    .in_double = {.function = in_double_upscaled<in_double>, .ulp = 4},
};

}  // namespace actinide::math
