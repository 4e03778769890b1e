#include "generators/math/softplus.h"

#include <cmath>

#include "generators/math/exp.h"
#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    const Real &a = arguments[0];
    // max(a, 0) + log(1 + e^-|a|): both terms have the sum's sign.
    Real size(a.precision());
    mpfr_abs(size.get(), a.get(), MPFR_RNDN);
    mpfr_neg(size.get(), size.get(), MPFR_RNDN);
    Real power(precision + 10);
    mpfr_exp(power.get(), size.get(), MPFR_RNDN);
    mpfr_log1p(power.get(), power.get(), MPFR_RNDN);
    Real result(precision);
    if (mpfr_sgn(a.get()) > 0) {
        mpfr_add(result.get(), power.get(), a.get(), MPFR_RNDN);
    } else {
        mpfr_set(result.get(), power.get(), MPFR_RNDN);
    }
    return result;
}

double in_double(double a) {
    return a > 0 ? a + std::log1p(std::exp(-a)) : std::log1p(std::exp(a));
}

Expr lower(const std::vector<Expr> &arguments) {
    return softplus(arguments[0]);
}

Expr lower_fast(const std::vector<Expr> &arguments) {
    return fast_softplus(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    const Expr &a = arguments[0];
    return Halide::max(a, number(a.type(), 0)) + Halide::log(1 + Halide::exp(-Halide::abs(a)));
}

// coefficients/softplus.py computes the constants up to the blank line.
/// What 41/64 leaves of ln 2.
constexpr float ln2_rest = 0x1.ae42fep-5f;
constexpr double wide_ln2_rest = 0x1.ae42fefa39ef3p-5;
/// log(1 + e^a) ~ ln 2 + a / 2 + a^2 (p0 + a^2 (p1 + ...)) for a^2 < 17/32.
constexpr float p0 = 0x1.fffffcp-4f;
constexpr float p1 = -0x1.55516p-8f;
constexpr float p2 = 0x1.6ac964p-12f;
constexpr float p3 = -0x1.8d0b8p-16f;
constexpr double wide_p0 = 0x1.fffffffffffffp-4;
constexpr double wide_p1 = -0x1.5555555555103p-8;
constexpr double wide_p2 = 0x1.6c16c16baf48dp-12;
constexpr double wide_p3 = -0x1.ba1ba16d8e431p-16;
constexpr double wide_p4 = 0x1.1ea5c36ea84fcp-19;
constexpr double wide_p5 = -0x1.833970dcf7471p-23;
constexpr double wide_p6 = 0x1.0cb59c12f9d9ap-26;
constexpr double wide_p7 = -0x1.7538e1e352fbcp-30;
constexpr double wide_p8 = 0x1.adaf8a76555b6p-34;
/// log(1 + t) ~ t + t^2 (q0 + v (q1 + v (q2 + ...))) for v = t - 1/4 and t up to e^-sqrt(17/32).
constexpr float q0 = -0x1.b8041cp-2f;
constexpr float q1 = 0x1.e6a836p-3f;
constexpr float q2 = -0x1.2a7f38p-3f;
constexpr float q3 = 0x1.83aef6p-4f;
constexpr float q4 = -0x1.05f82ap-4f;
constexpr float q5 = 0x1.7722e2p-5f;
constexpr float q6 = -0x1.e2abb6p-6f;
constexpr double wide_q0 = -0x1.b8041c32b2ef3p-2;
constexpr double wide_q1 = 0x1.e6a829919559p-3;
constexpr double wide_q2 = -0x1.2a80559275677p-3;
constexpr double wide_q3 = 0x1.83cfaece76383p-4;
constexpr double wide_q4 = -0x1.0555af4259dcep-4;
constexpr double wide_q5 = 0x1.69545bb742bffp-5;
constexpr double wide_q6 = -0x1.fd18ead0ac706p-6;
constexpr double wide_q7 = 0x1.6be374f525a2ap-6;
constexpr double wide_q8 = -0x1.071c4c39d0df8p-6;
constexpr double wide_q9 = 0x1.80127aae6b4f3p-7;
constexpr double wide_q10 = -0x1.1a6ea68d55d49p-7;
constexpr double wide_q11 = 0x1.a1aa8a6a40fbfp-8;
constexpr double wide_q12 = -0x1.3846a44d4643p-8;
constexpr double wide_q13 = 0x1.e2785ecada7d1p-9;
constexpr double wide_q14 = -0x1.6dfec0ccbc854p-9;
constexpr double wide_q15 = 0x1.8512574ee831ep-10;

/// log(1 + t) ~ t (fast_0 + v (fast_1 + ...)) for v = t - 1/2 and t up to 1.
constexpr float fast_0 = 0x1.9f323ap-1f;
constexpr float fast_1 = -0x1.27738ep-2f;
constexpr float fast_2 = 0x1.0f9fd2p-3f;
constexpr float fast_3 = -0x1.155626p-4f;
constexpr float fast_4 = 0x1.28c9a8p-5f;
constexpr float fast_5 = -0x1.4bb7cep-6f;
constexpr float fast_6 = 0x1.d11982p-7f;
constexpr float fast_7 = -0x1.179f0ap-7f;

constexpr double near_square = 0.53125;

Expr near_zero(const Expr &a, const Expr &square) {
    std::vector<double> p = {ln2_rest, p0, p1, p2, p3};
    if (a.type().bits() == 64)
        p = {wide_ln2_rest, wide_p0, wide_p1, wide_p2, wide_p3, wide_p4, wide_p5, wide_p6, wide_p7, wide_p8};
    // The last sum rounds the only part that is not small.
    return fma(a, number(a.type(), 0.5), polynomial(square, p)) + number(a.type(), 0.640625);
}

/// The polynomial's coefficients times 2^-downscale.
std::vector<double> second_order(bool is_wide, double downscale) {
    std::vector<double> q = {q0, q1, q2, q3, q4, q5, q6};
    if (is_wide)
        q = {wide_q0, wide_q1, wide_q2,  wide_q3,  wide_q4,  wide_q5,  wide_q6,  wide_q7,
             wide_q8, wide_q9, wide_q10, wide_q11, wide_q12, wide_q13, wide_q14, wide_q15};
    for (double &coefficient : q) coefficient *= downscale;
    return q;
}

/// -|a|, without what changes nothing: e^-|a| is 0 already.
Expr exponent(const Expr &a) {
    const Expr minus_size = negate(magnitude(a));
    const Expr lowest = number(a.type(), a.type().bits() == 64 ? -746 : -105);
    return Halide::select(lowest > minus_size, lowest, minus_size);
}

Expr far_from_zero(const Expr &a) {
    const Halide::Type type = a.type();
    const bool is_wide = type.bits() == 64;
    const Expr x = exponent(a);
    // t = e^x = 2^k (y + rest), y being at least 1/2: 2^k itself would be subnormal, so everything has 2^26 (2^60)
    // more.
    const int upscale = is_wide ? 60 : 26;
    const ReducedExponential reduced = reduce_exponential(x, (is_wide ? 1023 : 127) + upscale);
    const Expr power = float_of_bits(reduced.k.exponent_bits);
    const double downscale = std::ldexp(1, -upscale);
    const Expr one = number(type, 1);
    const Expr y = fma(reduced.slope, reduced.r, one);
    const Expr rest = fma(reduced.slope, reduced.r, one - y);
    const Expr t = y * power;
    const Expr q = polynomial(fma(t, number(type, downscale), number(type, -0.25)), second_order(is_wide, downscale));
    // The rest counts 1 / (1 + t) times. It matters only where that is near 3/4.
    const Expr z = y + fma(t * q, y, rest * number(type, 0.78125));
    return fma(z * power, number(type, downscale), Halide::select(a > number(type, 0), a, number(type, 0)));
}

}  // namespace

Expr softplus(const Expr &a) {
    const Expr square = a * a;
    return Halide::select(square < number(a.type(), near_square), near_zero(a, square), far_from_zero(a));
}

Expr fast_softplus(const Expr &a) {
    constexpr int upscale = 26;  // as above
    const FastExponential reduced = fast_reduced_exponential(exponent(a), 127 + upscale);
    const Expr t = reduced.value * float_of_bits(reduced.k.exponent_bits);
    const float downscale = 0x1p-26f;
    const Expr q =
        polynomial(fma(t, downscale, -0.5f), {fast_0, fast_1, fast_2, fast_3, fast_4, fast_5, fast_6, fast_7});
    return fma(t * q, downscale, Halide::select(a > 0.0f, a, 0.0f));
}

const Function softplus_function{
    .name = "softplus",
    .arguments = {"a"},
    .summary = "log(1 + e^a)",
    .derivatives = {"sigmoid(a)"},
    .bound = "0.979 ULP over all f32 inputs up to 0, 0.764 ULP above",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 18, .lower = lower_fast},
              {.bits = 32, .ulp = 0.979, .lower = lower},
              {.bits = 64, .ulp = 1, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

}  // namespace actinide::math
