#include "generators/math/normal_cdf.h"

#include <algorithm>
#include <cmath>

#include "generators/math/float_bits.h"
#include "generators/math/gaussian.h"
#include "generators/math/gaussian_tail.h"
#include "generators/math/upscaled.h"

namespace actinide::math {

using Halide::Expr;

namespace {

/// -a / sqrt(2) to more bits than a result of `precision` bits needs: erfc changes by about 2 a^2 parts for one part.
Real argument_of_erfc(const Real &a, int precision) {
    const int exponent = mpfr_regular_p(a.get()) != 0 ? static_cast<int>(mpfr_get_exp(a.get())) : 0;
    const int bits = precision + 2 * std::clamp(exponent, 0, 64) + 10;
    Real root(bits);
    mpfr_sqrt_ui(root.get(), 2, MPFR_RNDN);
    Real result(bits);
    mpfr_div(result.get(), a.get(), root.get(), MPFR_RNDN);
    mpfr_neg(result.get(), result.get(), MPFR_RNDN);
    return result;
}

Real evaluate(const std::vector<Real> &arguments, int precision) {
    const Real argument = argument_of_erfc(arguments[0], precision);
    Real result(precision);
    mpfr_erfc(result.get(), argument.get(), MPFR_RNDN);
    mpfr_div_2ui(result.get(), result.get(), 1, MPFR_RNDN);
    return result;
}

double in_double(double a) {
    const double root = 0.70710678118654752440;
    const double root_low = -0x1.bdd3413b26456p-55;
    const double z = -a * root;
    if (!(std::fabs(z) < 30)) return std::erfc(z) / 2;
    // What z has lost, times the derivative of erfc.
    const double lost = std::fma(-a, root, -z) - a * root_low;
    return (std::erfc(z) - 1.1283791670955125739 * std::exp(-z * z) * lost) / 2;
}

Expr lower(const std::vector<Expr> &arguments) {
    return math::normal_cdf(arguments[0]);
}

Expr lower_upscaled(const std::vector<Expr> &arguments) {
    return upscaled_normal_cdf(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return erfc_for_autodiff(arguments[0] * -0.70710678f) * 0.5f;
}

// coefficients/normal_cdf.py computes these; it holds shift and centre, too.
constexpr float c0 = 0x1.3c7f98p-1f;
constexpr float c1 = 0x1.e0683ep+0f;
constexpr float c2 = 0x1.aa75bep+1f;
constexpr float c3 = 0x1.53123ep-1f;
constexpr float c4 = -0x1.42c8eap+3f;
constexpr float c5 = -0x1.b60228p+2f;
constexpr float c6 = 0x1.7e17dcp+5f;
constexpr float c7 = 0x1.71005ep+3f;
constexpr float c8 = -0x1.1860cep+8f;
constexpr float c9 = 0x1.d504d8p+8f;
constexpr float c10 = -0x1.b7df02p+7f;
/// e^(t^2 / 2) cdf(-t) ~ y (fast_0 + y (fast_1 + ...)) for y = 1 / (t + 3).
constexpr float fast_0 = 0x1.98a03cp-2f;
constexpr float fast_1 = 0x1.30db98p+0f;
constexpr float fast_2 = 0x1.a91926p+1f;
constexpr float fast_3 = 0x1.75e5fp+2f;
constexpr float fast_4 = 0x1.1ed0c6p+4f;
constexpr float fast_5 = 0x1.446cbep+3f;
constexpr float fast_6 = -0x1.45f364p+7f;
constexpr float fast_7 = 0x1.5a30dap+7f;
constexpr float fast_shift = 3;
constexpr double d0 = 0x1.3c7f97eb3b09fp-1;
constexpr double d1 = 0x1.e0683c4fa184fp+0;
constexpr double d2 = 0x1.aa75a3113f7e4p+1;
constexpr double d3 = 0x1.5322a0ff0293ep-1;
constexpr double d4 = -0x1.42b78e9f91fd1p+3;
constexpr double d5 = -0x1.b8e739679fa57p+2;
constexpr double d6 = 0x1.7c503567b9302p+5;
constexpr double d7 = 0x1.1f8ffb215b7dcp+4;
constexpr double d8 = -0x1.2658120866dcdp+8;
constexpr double d9 = 0x1.7fbf480a31b1ap+7;
constexpr double d10 = 0x1.bdf120776092cp+10;
constexpr double d11 = -0x1.0897443acbde6p+12;
constexpr double d12 = -0x1.84547086492ddp+12;
constexpr double d13 = 0x1.7158cd25b3342p+15;
constexpr double d14 = -0x1.998f17b0352f9p+15;
constexpr double d15 = -0x1.1fa328b9b9c35p+18;
constexpr double d16 = 0x1.3000fcde4b245p+20;
constexpr double d17 = -0x1.14fec3bba07b7p+19;
constexpr double d18 = -0x1.425b8f4cc426dp+23;
constexpr double d19 = 0x1.0df827d93ca39p+25;
constexpr double d20 = 0x1.0020c4de031cep+21;
constexpr double d21 = -0x1.3242ae084740ep+28;
constexpr double d22 = 0x1.8103c381ae299p+29;
constexpr double d23 = 0x1.8d844172ce96p+27;
constexpr double d24 = -0x1.1e5c6bbb8ef2ap+32;
constexpr double d25 = 0x1.170f62cfd8d15p+33;
constexpr double d26 = -0x1.748e60dbd01a1p+32;

TailSeries series_of(Halide::Type type) {
    if (type.bits() == 64)
        return {.divisor = 2, .shift = 2.5, .centre = 0.15625, .coefficients = {d0,  d1,  d2,  d3,  d4,  d5,  d6,
                                                                                d7,  d8,  d9,  d10, d11, d12, d13,
                                                                                d14, d15, d16, d17, d18, d19, d20,
                                                                                d21, d22, d23, d24, d25, d26}};
    return {
        .divisor = 2, .shift = 2.5, .centre = 0.15625, .coefficients = {c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10}};
}

Expr fast_cdf(const Expr &a, double highest, int upscaled_by) {
    const Halide::Type type = a.type();
    const Expr t = magnitude_up_to(number(type, highest), a);
    const FastGaussian gaussian = fast_reduced_gaussian(t, 2, upscaled_by);
    const Expr y = number(type, 1) / (t + number(type, fast_shift));
    const Expr series = polynomial(y, {fast_0, fast_1, fast_2, fast_3, fast_4, fast_5, fast_6, fast_7});
    const Expr tail = gaussian.value * (y * series) * gaussian.power * number(type, gaussian.downscale);
    return Halide::select(has_sign_bit(a), tail, number(type, std::ldexp(1, upscaled_by)) - tail);
}

Expr lower_fast(const std::vector<Expr> &arguments) {
    return fast_cdf(arguments[0], 14.4375, 0);
}

Expr lower_fast_upscaled(const std::vector<Expr> &arguments) {
    return fast_cdf(arguments[0], 17.25, upscaling);
}

}  // namespace

Expr normal_cdf(const Expr &a) {
    // Beyond it the tail is 0 already.
    const bool is_wide = a.type().bits() == 64;
    const Expr highest = number(a.type(), is_wide ? 38.7 : 14.4375);
    const Expr t = magnitude_up_to(highest, a);
    const Expr tail = gaussian_tail(t, series_of(a.type()));
    return Halide::select(has_sign_bit(a), tail, number(a.type(), 1) - tail);
}

Expr upscaled_normal_cdf(const Expr &a) {
    const bool is_wide = a.type().bits() == 64;
    const Expr highest = number(a.type(), is_wide ? 39.9 : 17.25);
    const Expr t = magnitude_up_to(highest, a);
    const Expr tail = gaussian_tail(t, series_of(a.type()), upscaling);
    return Halide::select(has_sign_bit(a), tail, number(a.type(), upscale) - tail);
}

const Function normal_cdf_function{
    .name = "normal_cdf",
    .arguments = {"a"},
    .summary = "the distribution function of the standard normal distribution, erfc(-a / sqrt(2)) / 2",
    .derivatives = {"normal_density(a)"},
    .bound = "0.907 ULP over all f32 inputs up to 0, 0.915 ULP above; 1.47 ULP over sampled f64 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 24, .lower = lower_fast},
              {.bits = 32, .ulp = 0.915, .lower = lower},
              {.bits = 64, .ulp = 1.6, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 8},
};

const Function upscaled_normal_cdf_function{
    .name = "upscaled_normal_cdf",
    .arguments = {"a"},
    .summary = "2^64 erfc(-a / sqrt(2)) / 2",
    .derivatives = {"upscaled_normal_density(a)"},
    .bound = "1.7 ULP over all f32 inputs up to 0, 0.915 ULP above",
    .evaluate = evaluate_upscaled<evaluate>,
    .forms = {{.bits = 32, .ulp = 30, .lower = lower_fast_upscaled},
              {.bits = 32, .ulp = 1.7, .lower = lower_upscaled},
              {.bits = 64, .ulp = 1.6, .lower = lower_upscaled}},
    .lower_for_autodiff = lower_for_autodiff_upscaled<lower_for_autodiff>,
    .in_double = {.function = in_double_upscaled<in_double>, .ulp = 8},
};

}  // namespace actinide::math
