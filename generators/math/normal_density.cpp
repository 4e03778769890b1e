#include "generators/math/normal_density.h"

#include <cmath>

#include "generators/math/float_bits.h"
#include "generators/math/gaussian.h"
#include "generators/math/upscaled.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    const Real &a = arguments[0];
    Real exponent(2 * a.precision());
    mpfr_sqr(exponent.get(), a.get(), MPFR_RNDN);
    mpfr_div_si(exponent.get(), exponent.get(), -2, MPFR_RNDN);
    Real root(precision + 10);
    mpfr_const_pi(root.get(), MPFR_RNDN);
    mpfr_mul_ui(root.get(), root.get(), 2, MPFR_RNDN);
    mpfr_sqrt(root.get(), root.get(), MPFR_RNDN);
    Real density(precision + 10);
    mpfr_exp(density.get(), exponent.get(), MPFR_RNDN);
    Real result(precision);
    mpfr_div(result.get(), density.get(), root.get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    const double square = a * a;
    const double lost = square < 2000 ? std::fma(a, a, -square) : 0;
    return std::exp(-square / 2) * (1 - lost / 2) * 0.39894228040143267794;
}

Expr lower(const std::vector<Expr> &arguments) {
    return normal_density(arguments[0]);
}

// coefficients/normal_density.py computes c0 to c6 and d0 to d11.
/// e^(-r/2) / sqrt(2 pi) ~ c0 + r (c1 + r (c2 + ...)) for |r| <= ln(2).
constexpr float c0 = 0x1.988454p-2f;
constexpr float c1 = -0x1.988454p-3f;
constexpr float c2 = 0x1.98841cp-5f;
constexpr float c3 = -0x1.10570ep-7f;
constexpr float c4 = 0x1.106b76p-10f;
constexpr float c5 = -0x1.b61a2ap-14f;
constexpr float c6 = 0x1.1a9c3p-17f;
constexpr double d0 = 0x1.9884533d43651p-2;
constexpr double d1 = -0x1.9884533d43651p-3;
constexpr double d2 = 0x1.9884533d4360fp-5;
constexpr double d3 = -0x1.1058377e2cd8ep-7;
constexpr double d4 = 0x1.1058377e2c95cp-10;
constexpr double d5 = -0x1.b3c058ca4d30cp-14;
constexpr double d6 = 0x1.22803b41fe8f5p-17;
constexpr double d7 = -0x1.4c0042ce74785p-21;
constexpr double d8 = 0x1.4bffee0142a31p-25;
constexpr double d9 = -0x1.271e19950af63p-29;
constexpr double d10 = 0x1.d97b0909a68bp-34;
constexpr double d11 = -0x1.55ff14e8b63abp-38;

Expr lower_upscaled(const std::vector<Expr> &arguments) {
    return upscaled_normal_density(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return Halide::exp(-(arguments[0] * arguments[0]) * 0.5f) * number(arguments[0].type(), d0);
}

}  // namespace

namespace {

Expr density_of_reduced(const ReducedSquare &square) {
    const Halide::Type type = square.remainder.type();
    std::vector<double> coefficients = {c0, c1, c2, c3, c4, c5, c6};
    if (type.bits() == 64) coefficients = {d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11};
    return polynomial(square.remainder, coefficients) * square.power * number(type, square.downscale);
}

Expr fast_density(const Expr &a, double highest, int upscaled_by) {
    // Of |a|, so that it is the same expression as in the fast normal_cdf: GELU's gradient has both.
    const FastGaussian gaussian = fast_reduced_gaussian(magnitude_up_to(number(a.type(), highest), a), 2, upscaled_by);
    // c0 is 1 / sqrt(2 pi). It joins the last power of 2, which then is a factor like any other.
    return gaussian.value * gaussian.power * number(a.type(), c0 * gaussian.downscale);
}

Expr lower_fast(const std::vector<Expr> &arguments) {
    return fast_density(arguments[0], 14.45, 0);
}

Expr lower_fast_upscaled(const std::vector<Expr> &arguments) {
    return fast_density(arguments[0], 17.25, upscaling);
}

}  // namespace

Expr normal_density(const Expr &a) {
    // Beyond it the result is 0 already.
    const double highest = a.type().bits() == 64 ? 38.7 : 14.45;
    return density_of_reduced(reduce_square(keep_within(a, -highest, highest), 2));
}

Expr upscaled_normal_density(const Expr &a) {
    const double highest = a.type().bits() == 64 ? 39.9 : 17.25;
    return density_of_reduced(reduce_square(keep_within(a, -highest, highest), 2, upscaling));
}

const Function normal_density_function{
    .name = "normal_density",
    .arguments = {"a"},
    .summary = "e^(-a^2 / 2) / sqrt(2 pi)",
    .derivatives = {"-a * normal_density(a)"},
    .bound = "0.947 ULP over all f32 inputs, 0.97 ULP over sampled f64 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 16, .lower = lower_fast},
              {.bits = 32, .ulp = 0.947, .lower = lower},
              {.bits = 64, .ulp = 1, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

const Function upscaled_normal_density_function{
    .name = "upscaled_normal_density",
    .arguments = {"a"},
    .summary = "2^64 e^(-a^2 / 2) / sqrt(2 pi)",
    .derivatives = {"-a * upscaled_normal_density(a)"},
    .bound = "0.947 ULP over all f32 inputs",
    .evaluate = evaluate_upscaled<evaluate>,
    .forms = {{.bits = 32, .ulp = 18, .lower = lower_fast_upscaled},
              {.bits = 32, .ulp = 0.947, .lower = lower_upscaled},
              {.bits = 64, .ulp = 1, .lower = lower_upscaled}},
    .lower_for_autodiff = lower_for_autodiff_upscaled<lower_for_autodiff>,
    .in_double = {.function = in_double_upscaled<in_double>, .ulp = 4},
};

}  // namespace actinide::math
