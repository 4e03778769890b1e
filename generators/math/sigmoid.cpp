#include "generators/math/sigmoid.h"

#include <cmath>

#include "generators/math/exp.h"
#include "generators/math/float_bits.h"
#include "generators/math/upscaled.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    // e^-|a|, as what underflows is still a number and what overflows is none.
    const bool is_negative = mpfr_sgn(arguments[0].get()) < 0;
    Real power(precision + 10);
    mpfr_abs(power.get(), arguments[0].get(), MPFR_RNDN);
    mpfr_neg(power.get(), power.get(), MPFR_RNDN);
    mpfr_exp(power.get(), power.get(), MPFR_RNDN);
    Real divisor(precision + 10);
    mpfr_add_ui(divisor.get(), power.get(), 1, MPFR_RNDN);
    Real result(precision);
    if (is_negative) {
        mpfr_div(result.get(), power.get(), divisor.get(), MPFR_RNDN);
    } else {
        mpfr_ui_div(result.get(), 1, divisor.get(), MPFR_RNDN);
    }
    return result;
}

double in_double(double a) {
    return a > 0 ? 1 / (1 + std::exp(-a)) : std::exp(a) / (1 + std::exp(a));
}

Expr lower(const std::vector<Expr> &arguments) {
    return sigmoid(arguments[0]);
}

Expr lower_fast(const std::vector<Expr> &arguments) {
    return fast_sigmoid(arguments[0]);
}

Expr lower_rough(const std::vector<Expr> &arguments) {
    return rough_sigmoid(arguments[0]);
}

Expr lower_rough_upscaled(const std::vector<Expr> &arguments) {
    return rough_upscaled_sigmoid(arguments[0]);
}

Expr lower_upscaled(const std::vector<Expr> &arguments) {
    return upscaled_sigmoid(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    const Expr one = number(arguments[0].type(), 1);
    return one / (one + Halide::exp(-arguments[0]));
}

/// Divisors have 2^-32 (2^-128) of their size, as e^t may be too large for a float, and the sign -, so that the
/// residual needs no change of sign. A large numerator lets t be larger still: up to 149, e^149 < 2^215, and no more
/// than that needs is taken away, because what a divisor lost by rounding would often be subnormal, which some CPUs add
/// slowly.
int downscale(bool is_wide, double numerator) {
    if (numerator < upscale) return is_wide ? 128 : 32;
    return is_wide ? 192 : 88;
}

/// The negative, scaled divisor's part that is e^t = 2^k (1 + ...).
struct ScaledPower {
    ReducedExponential reduced;
    Expr power;  ///< -2^k
    Expr one;    ///< -1
};

ScaledPower scaled_power(const Expr &t, double numerator) {
    const bool is_wide = t.type().bits() == 64;
    const int negative = is_wide ? 1 << 11 : 1 << 8;
    const ReducedExponential reduced =
        reduce_exponential(t, negative + (is_wide ? 1023 : 127) - downscale(is_wide, numerator));
    return {.reduced = reduced,
            .power = float_of_bits(reduced.k.exponent_bits),
            .one = number(t.type(), -std::ldexp(1, -downscale(is_wide, numerator)))};
}

Expr scaled(const Expr &t, double numerator, int sign) {
    return number(t.type(), sign * std::ldexp(numerator, -downscale(t.type().bits() == 64, numerator)));
}

/// -a, without what changes nothing: the result is 0 and 1 already.
Expr exponent(const Expr &a) {
    const bool is_wide = a.type().bits() == 64;
    return negate(keep_within(a, is_wide ? -746 : -104, is_wide ? 40 : 20));
}

/// Likewise where the result is 2^64 times as large.
Expr upscaled_exponent(const Expr &a) {
    const bool is_wide = a.type().bits() == 64;
    return negate(keep_within(a, is_wide ? -790 : -149, is_wide ? 40 : 20));
}

}  // namespace

ResidualQuotient divide_by_one_plus_exponential(const Expr &t, double numerator) {
    const auto [reduced, power, one] = scaled_power(t, numerator);
    const Expr p = fma(reduced.r * reduced.r, reduced.q, reduced.r);
    const Expr divisor = fma(power, p, power + one);
    const Expr lost = fma(power, p, (power - divisor) + one);
    const Expr quotient = scaled(t, numerator, -1) / divisor;
    const Expr residual = fma(lost, quotient, fma(divisor, quotient, scaled(t, numerator, 1)));
    // 1 / divisor, but for the sign.
    const Expr weight =
        quotient * number(t.type(), std::ldexp(1 / numerator, downscale(t.type().bits() == 64, numerator)));
    return {.quotient = quotient, .residual = residual, .weight = weight};
}

Expr fast_quotient_by_one_plus_exponential(const Expr &t, double numerator) {
    const auto [reduced, power, one] = scaled_power(t, numerator);
    const Expr exponential = fma(reduced.slope, reduced.r, number(t.type(), 1));
    return scaled(t, numerator, -1) / fma(power, exponential, one);
}

Expr rough_quotient_by_one_plus_exponential(const Expr &t, double numerator) {
    const int scale = downscale(false, numerator);
    const FastExponential reduced = fast_reduced_exponential(t, (1 << 8) + 127 - scale);
    const Expr divisor =
        fma(float_of_bits(reduced.k.exponent_bits), reduced.value, number(t.type(), -std::ldexp(1, -scale)));
    return scaled(t, numerator, -1) / divisor;
}

Expr sigmoid(const Expr &a) {
    const auto [quotient, residual, weight] = divide_by_one_plus_exponential(exponent(a), 1);
    return fma(residual, weight, quotient);
}

Expr upscaled_sigmoid(const Expr &a) {
    const auto [quotient, residual, weight] = divide_by_one_plus_exponential(upscaled_exponent(a), upscale);
    return fma(residual, weight, quotient);
}

Expr fast_sigmoid(const Expr &a) {
    return fast_quotient_by_one_plus_exponential(exponent(a), 1);
}

Expr rough_sigmoid(const Expr &a) {
    return rough_quotient_by_one_plus_exponential(exponent(a), 1);
}

Expr rough_upscaled_sigmoid(const Expr &a) {
    return rough_quotient_by_one_plus_exponential(upscaled_exponent(a), upscale);
}

const Function sigmoid_function{
    .name = "sigmoid",
    .arguments = {"a"},
    .summary = "1 / (1 + e^-a)",
    .derivatives = {"sigmoid(a) * sigmoid(-a)"},
    .bound = "0.962 ULP over all f32 inputs up to 0, 0.708 ULP above",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 14, .lower = lower_rough},
              {.bits = 32, .ulp = 2.49, .lower = lower_fast},
              {.bits = 32, .ulp = 0.962, .lower = lower},
              {.bits = 64, .ulp = 0.95, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 8},
};

const Function upscaled_sigmoid_function{
    .name = "upscaled_sigmoid",
    .arguments = {"a"},
    .summary = "2^64 / (1 + e^-a)",
    .derivatives = {"upscaled_sigmoid(a) * sigmoid(-a)"},
    .bound = "0.962 ULP over all f32 inputs up to 0, 0.708 ULP above",
    .evaluate = evaluate_upscaled<evaluate>,
    .forms = {{.bits = 32, .ulp = 16, .lower = lower_rough_upscaled},
              {.bits = 32, .ulp = 0.962, .lower = lower_upscaled},
              {.bits = 64, .ulp = 0.95, .lower = lower_upscaled}},
    .lower_for_autodiff = lower_for_autodiff_upscaled<lower_for_autodiff>,
    .in_double = {.function = in_double_upscaled<in_double>, .ulp = 8},
};

}  // namespace actinide::math
