#include "generators/math/gumbel_cdf.h"

#include <cmath>

#include "generators/math/exp.h"
#include "generators/math/float_bits.h"
#include "generators/math/upscaled.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    // A relative error of e^-a counts e^-a times; where that is beyond 2^64, the result is 0 in every format.
    Real exponential(precision + 80);
    mpfr_neg(exponential.get(), arguments[0].get(), MPFR_RNDN);
    mpfr_exp(exponential.get(), exponential.get(), MPFR_RNDN);
    mpfr_neg(exponential.get(), exponential.get(), MPFR_RNDN);
    Real result(precision);
    mpfr_exp(result.get(), exponential.get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::exp(-std::exp(-a));
}

Expr lower(const std::vector<Expr> &arguments) {
    return gumbel_cdf(arguments[0]);
}

Expr lower_upscaled(const std::vector<Expr> &arguments) {
    return upscaled_gumbel_cdf(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return Halide::exp(-Halide::exp(-arguments[0]));
}

// coefficients/gumbel_cdf.py computes these.
/// e^r ~ 1 + r + r^2 / 2 + r^3 (p0 + r (p1 + ...)) for |r| <= ln(2) / 2.
constexpr float p0 = 0x1.555554p-3f;
constexpr float p1 = 0x1.5554e8p-5f;
constexpr float p2 = 0x1.11130ep-7f;
constexpr float p3 = 0x1.6d4cc4p-10f;
constexpr float p4 = 0x1.9dfbbep-13f;
constexpr double wide_p0 = 0x1.5555555555555p-3;
constexpr double wide_p1 = 0x1.5555555555555p-5;
constexpr double wide_p2 = 0x1.11111111112cep-7;
constexpr double wide_p3 = 0x1.6c16c16c16882p-10;
constexpr double wide_p4 = 0x1.a01a019f4e864p-13;
constexpr double wide_p5 = 0x1.a01a01a51aa7cp-16;
constexpr double wide_p6 = 0x1.71de3cfe9527dp-19;
constexpr double wide_p7 = 0x1.27e4deeb2769dp-22;
constexpr double wide_p8 = 0x1.ae5bf411cd23ap-26;
constexpr double wide_p9 = 0x1.1f6df0b945b04p-29;
constexpr double wide_p10 = 0x1.6b76cd2ba71d9p-33;

/// larger + smaller, exactly (Dekker's Fast2Sum).
Pair exact_sum(const Expr &larger, const Expr &smaller) {
    const Expr high = larger + smaller;
    return {.high = high, .low = larger - high + smaller};
}

/// e^x for x from -40 to 7.
Pair exponential(const Expr &x) {
    const Halide::Type type = x.type();
    const bool is_wide = type.bits() == 64;
    const auto [k, r, r_low] = remainder_of_ln2(x, is_wide ? 1023 : 127);

    const Expr square = r * r;
    const Expr square_low = fma(r, r, negate(square));
    const Expr cube = r * square;
    const Expr cube_low = fma(r, square_low, fma(r, square, negate(cube)));
    std::vector<double> p = {p0, p1, p2, p3, p4};
    if (is_wide)
        p = {wide_p0, wide_p1, wide_p2, wide_p3, wide_p4, wide_p5, wide_p6, wide_p7, wide_p8, wide_p9, wide_p10};
    const Expr leading = number(type, p.front());
    const Expr rest = polynomial(r, {p.begin() + 1, p.end()});
    const Expr third_order = fma(rest, r, leading);
    const Expr third_order_low = fma(rest, r, leading - third_order);
    const Expr third = cube * third_order;
    const Expr third_low =
        fma(cube, third_order_low, fma(cube_low, third_order, fma(cube, third_order, negate(third))));

    const Expr half = number(type, 0.5);
    const Pair of_second = exact_sum(r, half * square);
    const Pair of_first = exact_sum(number(type, 1), of_second.high);
    const Pair of_third = exact_sum(of_first.high, third);
    const Expr low_parts = of_second.low + fma(r_low, of_first.high, fma(half, square_low, third_low));
    const Pair whole = exact_sum(of_third.high, of_third.low + (of_first.low + low_parts));
    const Expr power = float_of_bits(k.exponent_bits);
    return {.high = whole.high * power, .low = whole.low * power};
}

}  // namespace

namespace {

/// e^(-e^-a) = e 2^k.
struct GumbelParts {
    Expr e;
    NearestInteger k;
    Expr sign;  ///< k's, where that is large
};

/// `a` being from `lowest` on.
GumbelParts gumbel_parts(const Expr &a, double lowest, int bias) {
    // Above 40, the result is 1 already.
    const Pair v = exponential(negate(keep_within(a, lowest, 40)));
    const Expr minus_v = negate(v.high);
    const ReducedExponential reduced = reduce_exponential(minus_v, bias);
    // e^(-high - low), low being tiny, is e^-high (1 - low).
    const Expr one = number(a.type(), 1);
    const Expr correction = negate(v.low) * fma(reduced.slope, reduced.r, one);
    return {.e = fma(reduced.slope, reduced.r, correction) + one, .k = reduced.k, .sign = minus_v};
}

}  // namespace

Expr gumbel_cdf(const Expr &a) {
    const bool is_wide = a.type().bits() == 64;
    // Below the lowest, the result is 0 already.
    const auto [e, k, sign] = gumbel_parts(a, is_wide ? -6.625 : -4.6875, is_wide ? 2046 : 254);
    return times_power_of_2(e, k, sign);
}

Expr upscaled_gumbel_cdf(const Expr &a) {
    const bool is_wide = a.type().bits() == 64;
    const auto [e, k, sign] = gumbel_parts(a, is_wide ? -6.6875 : -5.0, (is_wide ? 2046 : 254) + upscaling);
    return upscaled_times_power_of_2(e, k, sign);
}

const Function gumbel_cdf_function{
    .name = "gumbel_cdf",
    .arguments = {"a"},
    .summary = "e^(-e^-a), the distribution function of the standard Gumbel distribution",
    .derivatives = {"exp(-a) * gumbel_cdf(a)"},
    .bound = "1.2 ULP over all f32 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 1.2, .lower = lower}, {.bits = 64, .ulp = 1.7, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 3000},
};

const Function upscaled_gumbel_cdf_function{
    .name = "upscaled_gumbel_cdf",
    .arguments = {"a"},
    .summary = "2^64 e^(-e^-a)",
    .derivatives = {"exp(-a) * upscaled_gumbel_cdf(a)"},
    .bound = "1.2 ULP over all f32 inputs",
    .evaluate = evaluate_upscaled<evaluate>,
    .forms = {{.bits = 32, .ulp = 1.2, .lower = lower_upscaled}, {.bits = 64, .ulp = 1.7, .lower = lower_upscaled}},
    .lower_for_autodiff = lower_for_autodiff_upscaled<lower_for_autodiff>,
    .in_double = {.function = in_double_upscaled<in_double>, .ulp = 3000},
};

}  // namespace actinide::math
