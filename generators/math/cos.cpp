#include "generators/math/cos.h"

#include <cmath>

#include "generators/math/half_turns.h"
#include "generators/math/quarter_turns.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    mpfr_cos(result.get(), arguments[0].get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::cos(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return math::cos(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return Halide::cos(arguments[0]);
}

}  // namespace

Expr cos(const Expr &a) {
    return a.type().bits() == 64 ? sine_of_quarter_turns(a, 1) : sine_of_sum(a, 0.5);
}

const Function cos_function{
    .name = "cos",
    .arguments = {"a"},
    .summary = "the cosine",
    .derivatives = {"-sin(a)"},
    .bound = "0.600 ULP over all f32 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 0.6, .lower = lower}, {.bits = 64, .ulp = 0.6, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 2},
};

}  // namespace actinide::math
