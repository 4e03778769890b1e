#include "generators/math/exp_below_zero.h"

#include <cmath>

#include "generators/math/exp.h"
#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    if (mpfr_sgn(arguments[0].get()) > 0) {
        mpfr_set_ui(result.get(), 1, MPFR_RNDN);
    } else {
        mpfr_exp(result.get(), arguments[0].get(), MPFR_RNDN);
    }
    return result;
}

double in_double(double a) {
    return a > 0 ? 1 : std::exp(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return exp_below_zero(arguments[0]);
}

Expr lower_fast(const std::vector<Expr> &arguments) {
    return fast_exp_below_zero(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    const Expr &a = arguments[0];
    return Halide::select(a > number(a.type(), 0), number(a.type(), 1), Halide::exp(a));
}

}  // namespace

Expr exp_below_zero(const Expr &a) {
    const bool is_wide = a.type().bits() == 64;
    // Below, the result is 0 already.
    const Expr x = keep_within(a, is_wide ? -746 : -104, 0);
    // 2^k is too small for a float from -127 (-1023) on, 2^64 (2^512) times it never is.
    const ReducedExponential reduced = reduce_exponential(x, is_wide ? 1023 + 512 : 127 + 64);
    const Expr power = float_of_bits(reduced.k.exponent_bits);
    return fma(reduced.slope, reduced.r, number(a.type(), 1)) * power * number(a.type(), is_wide ? 0x1p-512 : 0x1p-64);
}

Expr fast_exp_below_zero(const Expr &a) {
    const FastExponential reduced = fast_reduced_exponential(keep_within(a, -104, 0), 127 + 64);
    return reduced.value * float_of_bits(reduced.k.exponent_bits) * number(a.type(), 0x1p-64);
}

const Function exp_below_zero_function{
    .name = "exp_below_zero",
    .arguments = {"a"},
    .summary = "e^min(a, 0)",
    .derivatives = {"where(a > 0, 0, exp(a))"},
    .bound = "0.892 ULP over all f32 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 14, .lower = lower_fast},
              {.bits = 32, .ulp = 0.892, .lower = lower},
              {.bits = 64, .ulp = 0.9, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

}  // namespace actinide::math
