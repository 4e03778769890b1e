#include "generators/math/tanh_shrinkage.h"

#include <cmath>

#include "generators/math/float_bits.h"
#include "generators/math/sigmoid.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    const Real &a = arguments[0];
    const bool is_number = mpfr_regular_p(a.get()) != 0;
    const long exponent = is_number ? mpfr_get_exp(a.get()) : 0;
    Real result(precision);
    if (is_number && exponent < -precision) {
        // The series' first term, a^3 / 3: the second is a^2 2/5 of it.
        Real square(precision + 10);
        mpfr_sqr(square.get(), a.get(), MPFR_RNDN);
        mpfr_div_ui(square.get(), square.get(), 3, MPFR_RNDN);
        mpfr_mul(result.get(), square.get(), a.get(), MPFR_RNDN);
        return result;
    }
    // Near 0 the difference is a^2 / 3 of a.
    Real tangent(precision + 20 + static_cast<int>(exponent < 0 ? -2 * exponent : 0L));
    mpfr_tanh(tangent.get(), a.get(), MPFR_RNDN);
    mpfr_sub(result.get(), a.get(), tangent.get(), MPFR_RNDN);
    // MPFR's x - x is +0.
    if (mpfr_zero_p(result.get()) != 0) mpfr_copysign(result.get(), result.get(), a.get(), MPFR_RNDN);
    return result;
}

/// By the series' first terms where the difference cancels.
double in_double(double a) {
    const double size = std::fabs(a);
    if (size > 1) return std::copysign(size - 1 + 2 / (1 + std::exp(2 * size)), a);
    const double square = a * a;
    // tanh(a) = a / (1 + a^2 / (3 + a^2 / (5 + ...))), Lambert's fraction, so a - tanh(a) is a's share of its tail.
    double denominator = 27;
    for (int odd = 25; odd >= 3; odd -= 2) denominator = odd + square / denominator;
    return a * (square / denominator) / (1 + square / denominator);
}

Expr lower(const std::vector<Expr> &arguments) {
    return tanh_shrinkage(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return arguments[0] - Halide::tanh(arguments[0]);
}

// coefficients/tanh_shrinkage.py computes the constants up to the blank line.
/// a - tanh(a) ~ a^3 (third + s0 + a^2 (s1 + ...)) for |a| < 1; third is nearly 1/3.
constexpr float third = 0x1.555556p-2f;
constexpr float s0 = -0x1.91f85p-27f;
constexpr float s1 = -0x1.1110f2p-3f;
constexpr float s2 = 0x1.ba1146p-5f;
constexpr float s3 = -0x1.65a4cep-6f;
constexpr float s4 = 0x1.1cefbep-7f;
constexpr float s5 = -0x1.a3d696p-9f;
constexpr float s6 = 0x1.e2a4bep-11f;
constexpr float s7 = -0x1.298f26p-13f;
constexpr double wide_third = 0x1.5555555555555p-2;
constexpr double wide_s0 = 0x1.f31bff26bcc38p-57;
constexpr double wide_s1 = -0x1.11111111110b8p-3;
constexpr double wide_s2 = 0x1.ba1ba1ba14422p-5;
constexpr double wide_s3 = -0x1.664f4880cf70ap-6;
constexpr double wide_s4 = 0x1.226e351932487p-7;
constexpr double wide_s5 = -0x1.d6d3c52ddeccep-9;
constexpr double wide_s6 = 0x1.7da2bd48a1597p-10;
constexpr double wide_s7 = -0x1.3551aa668f6aep-11;
constexpr double wide_s8 = 0x1.f520ebf58f383p-13;
constexpr double wide_s9 = -0x1.94976bedcc084p-14;
constexpr double wide_s10 = 0x1.4206f6bc96434p-15;
constexpr double wide_s11 = -0x1.ea10b0fedafc4p-17;
constexpr double wide_s12 = 0x1.4eab707a84d32p-18;
constexpr double wide_s13 = -0x1.721d4865d49f3p-20;
constexpr double wide_s14 = 0x1.1a98c3e301a58p-22;
constexpr double wide_s15 = -0x1.afe25d099e86fp-26;

Expr near_zero(const Expr &size) {
    const Halide::Type type = size.type();
    const bool is_wide = type.bits() == 64;
    std::vector<double> s = {s0, s1, s2, s3, s4, s5, s6, s7};
    if (is_wide)
        s = {wide_s0, wide_s1, wide_s2,  wide_s3,  wide_s4,  wide_s5,  wide_s6,  wide_s7,
             wide_s8, wide_s9, wide_s10, wide_s11, wide_s12, wide_s13, wide_s14, wide_s15};
    const Expr leading = number(type, is_wide ? wide_third : third);
    const Expr square = size * size;
    const Expr square_low = fma(size, size, negate(square));
    const Expr cube = size * square;
    const Expr cube_low = fma(size, square_low, fma(size, square, negate(cube)));
    return fma(cube, leading, fma(cube, polynomial(square, s), cube_low * leading));
}

/// (size - 1) + 2 / (1 + e^(2 size)).
Expr far_from_zero(const Expr &size) {
    const Halide::Type type = size.type();
    // Beyond it the quotient is nothing beside size.
    const Expr highest = number(type, type.bits() == 64 ? 20 : 10);
    const Expr x = Halide::select(highest < size, highest, size);
    return (size - number(type, 1)) + fast_quotient_by_one_plus_exponential(x + x, 2);
}

}  // namespace

Expr tanh_shrinkage(const Expr &a) {
    const Expr size = magnitude(a);
    const Expr is_near = size < number(a.type(), 1);
    return with_sign_of(Halide::select(is_near, near_zero(size), far_from_zero(size)), a);
}

const Function tanh_shrinkage_function{
    .name = "tanh_shrinkage",
    .arguments = {"a"},
    .summary = "a - tanh(a)",
    .derivatives = {"tanh(a) * tanh(a)"},
    .bound = "1.9 ULP over all f32 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 1.9, .lower = lower}, {.bits = 64, .ulp = 1.9, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 8},
};

}  // namespace actinide::math
