#include "generators/math/expm1.h"

#include <cmath>

#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    mpfr_expm1(result.get(), arguments[0].get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::expm1(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return expm1(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return Halide::exp(arguments[0]) - 1.0f;
}

// coefficients/expm1.py computes these and c2 to c6.
constexpr float log2_e = 0x1.715476p+0f;
constexpr float minus_ln2_high = -0x1.62e4p-1f;
constexpr float minus_ln2_low = -0x1.7f7d1cp-20f;

// Nothing changes beyond these: the result is -1 and +inf already.
constexpr float lowest = -20.0f;
constexpr float highest = 89.0f;

/// e^r - 1 ~ r + r^2 (c2 + r (c3 + ...)) for |r| <= ln(2) / 2.
constexpr float c2 = 0x1.fffffep-2f;
constexpr float c3 = 0x1.55548p-3f;
constexpr float c4 = 0x1.55550ap-5f;
constexpr float c5 = 0x1.123fap-7f;
constexpr float c6 = 0x1.6da032p-10f;

}  // namespace

Expr expm1(const Expr &a) {
    const Expr x = keep_within(a, lowest, highest);
    const NearestInteger k = nearest_integer(x, log2_e, 126);
    const Expr r = fma(k.value, minus_ln2_low, fma(k.value, minus_ln2_high, x));
    const Expr q = polynomial(r, {c2, c3, c4, c5, c6});
    const Expr square = r * r;
    const Expr p = fma(square, q, r);
    // Half the result, as 2^128 is no float.
    const Expr half_power = float_of_bits(k.exponent_bits);
    const Expr half = fma(half_power, p, half_power - 0.5f);
    // Halves of odd subnormals are no floats, and the sum has lost the sign of -0.
    return Halide::select(square == 0.0f, a, half + half);
}

const Function expm1_function{
    .name = "expm1",
    .arguments = {"a"},
    .summary = "e^a - 1",
    .derivatives = {"exp(a)"},
    .bound = "0.882 ULP over all f32 inputs up to 0, 1.496 ULP above",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 1.496, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

}  // namespace actinide::math
