#include "generators/math/sqrt.h"

#include <Halide.h>

#include <cmath>

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    mpfr_sqrt(result.get(), arguments[0].get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::sqrt(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return Halide::sqrt(arguments[0]);
}

}  // namespace

const Function sqrt_function{
    .name = "sqrt",
    .arguments = {"a"},
    .summary = "the square root of a",
    .derivatives = {"0.5 / sqrt(a)"},
    .bound = "0.500 ULP over all f32 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 0.5, .lower = lower}, {.bits = 64, .ulp = 0.5, .lower = lower}},
    .lower_for_autodiff = lower,
    .in_double = {.function = in_double, .ulp = 0.5},
};

}  // namespace actinide::math
