#include "generators/math/log1p.h"

#include <cmath>
#include <limits>

#include "generators/math/float_bits.h"
#include "generators/math/log.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    mpfr_log1p(result.get(), arguments[0].get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::log1p(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return math::log1p(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return Halide::log(arguments[0] + number(arguments[0].type(), 1));
}

}  // namespace

Expr log1p(const Expr &a) {
    const Halide::Type type = a.type();
    const Expr sum = a + number(type, 1);
    // 2^k, as a difference of bits, is the power of 2 from which the sum lies at 3/4 to 3/2.
    const Expr sign_and_exponent = bits_of(number(type, -std::numeric_limits<double>::infinity()));
    const Expr exponent = (bits_of(sum) - bits_of(number(type, 0.75))) & sign_and_exponent;
    // Four times f = (1 + a) 2^-k - 1, as 2^-128 is no normal float. Only where the 1 is lost in the sum does it round.
    const Expr factor = float_of_bits(bits_of(number(type, 4)) - exponent);
    const Expr four_f = fma(a, factor, factor - number(type, 4));
    const Expr result = nan_if_negative(log_of_parts(four_f * number(type, 0.25), exponent), sum);
    const Expr infinite = number(type, -std::numeric_limits<double>::infinity());
    // log1p has its argument's sign, and log_of_parts loses that of -0.
    return Halide::select(sum == number(type, 0), infinite, with_sign_of(result, a));
}

const Function log1p_function{
    .name = "log1p",
    .arguments = {"a"},
    .summary = "log(1 + a)",
    .derivatives = {"1 / (1 + a)"},
    .bound = "0.929 ULP over all f32 inputs up to 0, 0.903 ULP above",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 0.929, .lower = lower}, {.bits = 64, .ulp = 1, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

}  // namespace actinide::math
