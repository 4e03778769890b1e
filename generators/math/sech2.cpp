#include "generators/math/sech2.h"

#include <cmath>

#include "generators/math/float_bits.h"
#include "generators/math/sigmoid.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real root(precision + 10);
    mpfr_sech(root.get(), arguments[0].get(), MPFR_RNDN);
    Real result(precision);
    mpfr_sqr(result.get(), root.get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    const double power = std::exp(-2 * std::fabs(a));
    return 4 * power / ((1 + power) * (1 + power));
}

Expr lower(const std::vector<Expr> &arguments) {
    return sech2(arguments[0]);
}

Expr lower_fast(const std::vector<Expr> &arguments) {
    return fast_sech2(arguments[0]);
}

Expr lower_rough(const std::vector<Expr> &arguments) {
    return rough_sech2(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    const Expr &a = arguments[0];
    const Expr twice_cosh = Halide::exp(a) + Halide::exp(-a);
    return number(a.type(), 4) / (twice_cosh * twice_cosh);
}

/// 2|a|, without what changes nothing: the result is 0 already.
Expr exponent(const Expr &a) {
    const Expr size = magnitude(a);
    const Expr highest = number(a.type(), a.type().bits() == 64 ? 374 : 53);
    const Expr x = Halide::select(highest < size, highest, size);
    return x + x;
}

}  // namespace

// With y = 4 / (1 + e^(2|a|)), the result is y - y^2 / 4.
Expr sech2(const Expr &a) {
    const auto [y, residual, weight] = divide_by_one_plus_exponential(exponent(a), 4);
    const Expr derivative = fma(y, number(a.type(), -0.5), number(a.type(), 1));
    const Expr correction = residual * weight * derivative;
    return y + fma(y * number(a.type(), -0.25), y, correction);
}

Expr fast_sech2(const Expr &a) {
    const Expr y = fast_quotient_by_one_plus_exponential(exponent(a), 4);
    return fma(y * number(a.type(), -0.25), y, y);
}

Expr rough_sech2(const Expr &a) {
    const Expr y = rough_quotient_by_one_plus_exponential(exponent(a), 4);
    return fma(y * number(a.type(), -0.25), y, y);
}

const Function sech2_function{
    .name = "sech2",
    .arguments = {"a"},
    .summary = "1 - tanh(a)^2",
    .derivatives = {"-2 * tanh(a) * sech2(a)"},
    .bound = "1.037 ULP over all f32 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 14, .lower = lower_rough},
              {.bits = 32, .ulp = 2.49, .lower = lower_fast},
              {.bits = 32, .ulp = 1.037, .lower = lower},
              {.bits = 64, .ulp = 0.96, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 8},
};

}  // namespace actinide::math
