#include "generators/math/exp.h"

#include <cmath>

#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    mpfr_exp(result.get(), arguments[0].get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::exp(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return math::exp(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return Halide::exp(arguments[0]);
}

// coefficients/exp.py computes these and c2 to c6.
constexpr float log2_e = 0x1.715476p+0f;
constexpr float minus_ln2_high = -0x1.62e4p-1f;
constexpr float minus_ln2_low = -0x1.7f7d1cp-20f;

// Nothing changes beyond these: the result is 0 and +inf already.
constexpr float lowest = -104.0f;
constexpr float highest = 89.0f;

/// e^r ~ 1 + r (1 + r (c2 + r (c3 + ...))) for |r| <= ln(2) / 2.
constexpr float c2 = 0x1.fffffcp-2f;
constexpr float c3 = 0x1.55548cp-3f;
constexpr float c4 = 0x1.555858p-5f;
constexpr float c5 = 0x1.123ddep-7f;
constexpr float c6 = 0x1.6ac6ep-10f;

}  // namespace

Expr exp(const Expr &a) {
    const Expr x = keep_within(a, lowest, highest);
    const NearestInteger k = nearest_integer(x, log2_e, 127 + 127);
    const Expr r = fma(k.value, minus_ln2_low, fma(k.value, minus_ln2_high, x));
    return times_power_of_2(polynomial(r, {1, 1, c2, c3, c4, c5, c6}), k, a);
}

const Function exp_function{
    .name = "exp",
    .arguments = {"a"},
    .summary = "e^a",
    .derivatives = {"exp(a)"},
    .bound = "0.892 ULP over all f32 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 0.892, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

}  // namespace actinide::math
