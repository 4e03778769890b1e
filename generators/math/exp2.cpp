#include "generators/math/exp2.h"

#include <cmath>

#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    mpfr_exp2(result.get(), arguments[0].get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::exp2(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return math::exp2(arguments[0]);
}

// ln 2 to 110 digits, as formulas are differentiated to so many.
constexpr const char *ln2 =
    "0.693147180559945309417232121458176568075500134360255254"
    "12068000949339362196969471560586332699641868754200148102";

// coefficients/exp2.py computes c1 to c6 and d1 to d11.
/// 2^r ~ 1 + r (c1 + r (c2 + ...)) for |r| <= 1/2.
constexpr float c1 = 0x1.62e43p-1f;
constexpr float c2 = 0x1.ebfbdcp-3f;
constexpr float c3 = 0x1.c6af7cp-5f;
constexpr float c4 = 0x1.3b2dep-7f;
constexpr float c5 = 0x1.5f082ep-10f;
constexpr float c6 = 0x1.416b5ep-13f;
constexpr double d1 = 0x1.62e42fefa39efp-1;
constexpr double d2 = 0x1.ebfbdff82c59cp-3;
constexpr double d3 = 0x1.c6b08d704a0d5p-5;
constexpr double d4 = 0x1.3b2ab6fba11f7p-7;
constexpr double d5 = 0x1.5d87fe78b38b1p-10;
constexpr double d6 = 0x1.4309130c0071p-13;
constexpr double d7 = 0x1.ffcbfbf98a5c5p-17;
constexpr double d8 = 0x1.62bfcde0c4b68p-20;
constexpr double d9 = 0x1.b5260c4311733p-24;
constexpr double d10 = 0x1.e6119ba01a529p-28;
constexpr double d11 = 0x1.e810acf736b0bp-32;

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return Halide::exp(arguments[0] * number(arguments[0].type(), d1));
}

}  // namespace

Expr exp2(const Expr &a) {
    const bool is_wide = a.type().bits() == 64;
    // Nothing changes beyond these: the result is 0 and +inf already.
    const Expr x = keep_within(a, is_wide ? -1076 : -151, is_wide ? 1025 : 129);
    const NearestInteger k = nearest_integer(x, 1, is_wide ? 2046 : 254);
    const Expr r = x - k.value;
    std::vector<double> coefficients = {1, c1, c2, c3, c4, c5, c6};
    if (is_wide) coefficients = {1, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11};
    return times_power_of_2(polynomial(r, coefficients), k, a);
}

const Function exp2_function{
    .name = "exp2",
    .arguments = {"a"},
    .summary = "2^a",
    .derivatives = {std::string(ln2) + " * exp2(a)"},
    .bound = "0.879 ULP over all f32 inputs up to 0, 0.791 ULP above",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 0.879, .lower = lower}, {.bits = 64, .ulp = 0.9, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

}  // namespace actinide::math
