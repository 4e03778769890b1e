#include "generators/math/log.h"

#include <cmath>
#include <limits>

#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    mpfr_log(result.get(), arguments[0].get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::log(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return math::log(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return Halide::log(arguments[0]);
}

// coefficients/log.py computes these and c2 to c11 and d2 to d21.
constexpr float ln2 = 0x1.62e43p-1f;
constexpr double ln2_high = 0x1.62e42fefa38p-1;
constexpr double ln2_low = 0x1.ef35793c7673p-45;

/// log(1 + f) ~ f + f^2 (c2 + f (c3 + ...)) for f from -1/4 to 1/2. The last coefficient is positive, so that +inf
/// gives +inf.
constexpr float c2 = -0x1.000004p-1f;
constexpr float c3 = 0x1.55556ep-2f;
constexpr float c4 = -0x1.00000cp-2f;
constexpr float c5 = 0x1.99951ep-3f;
constexpr float c6 = -0x1.551ab4p-3f;
constexpr float c7 = 0x1.246e4ep-3f;
constexpr float c8 = -0x1.049b14p-3f;
constexpr float c9 = 0x1.dde12cp-4f;
constexpr float c10 = -0x1.730238p-4f;
constexpr float c11 = 0x1.31f902p-5f;
constexpr double d2 = -0x1.ffffffffffffbp-2;
constexpr double d3 = 0x1.55555555555c3p-2;
constexpr double d4 = -0x1.0000000000dc6p-2;
constexpr double d5 = 0x1.99999999897f8p-3;
constexpr double d6 = -0x1.55555553fdff2p-3;
constexpr double d7 = 0x1.24924929f1726p-3;
constexpr double d8 = -0x1.00000077ebbdbp-3;
constexpr double d9 = 0x1.c71c70ef2229fp-4;
constexpr double d10 = -0x1.99996e149b7e5p-4;
constexpr double d11 = 0x1.745ce361f7e19p-4;
constexpr double d12 = -0x1.5559826023542p-4;
constexpr double d13 = 0x1.3b1ff641ed00bp-4;
constexpr double d14 = -0x1.2463cafb1c915p-4;
constexpr double d15 = 0x1.1011a88291f4ep-4;
constexpr double d16 = -0x1.ffeee324c21f8p-5;
constexpr double d17 = 0x1.f2a9a4a135316p-5;
constexpr double d18 = -0x1.e9a6b7e507e89p-5;
constexpr double d19 = 0x1.9fb1b3a042fa1p-5;
constexpr double d20 = -0x1.e0f0e8e4519d7p-6;
constexpr double d21 = 0x1.0803068f48265p-7;

/// k of a signed k << 23 (52).
Expr to_float(const Expr &exponent) {
    if (exponent.type().bits() == 32) return Halide::cast<float>(Halide::reinterpret<int32_t>(exponent));
    // AVX2 converts no 64-bit integers. 2^52 + n has n for its lowest bits.
    const Expr biased = (exponent ^ Halide::Internal::make_const(Halide::UInt(64), uint64_t{1} << 63)) >> 52;
    return float_of_bits(biased | bits_of(number(Halide::Float(64), 0x1p52))) -
           number(Halide::Float(64), 0x1p52 + 2048);
}

}  // namespace

Expr log_of_parts(const Expr &f, const Expr &exponent) {
    const Expr square = f * f;
    if (f.type().bits() == 32) {
        const Expr r = fma(square, polynomial(f, {c2, c3, c4, c5, c6, c7, c8, c9, c10, c11}), f);
        // The conversion leaves k * 2^23.
        return fma(to_float(exponent), ln2 * 0x1p-23f, r);
    }
    const Expr k = to_float(exponent);
    const Expr product = square * polynomial(f, {d2,  d3,  d4,  d5,  d6,  d7,  d8,  d9,  d10, d11,
                                                 d12, d13, d14, d15, d16, d17, d18, d19, d20, d21});
    const Expr r = f + fma(k, number(f.type(), ln2_low), product);
    return fma(k, number(f.type(), ln2_high), r);
}

Expr nan_if_negative(const Expr &result, const Expr &a) {
    // Of all NaNs the one without low bits: rounding to 16 bits adds to them.
    return Halide::select(a < number(a.type(), 0), number(a.type(), std::numeric_limits<double>::quiet_NaN()), result);
}

Expr log(const Expr &a) {
    const Halide::Type type = a.type();
    const bool is_wide = type.bits() == 64;
    // Subnormals become normal, and large numbers small enough for the reciprocal of their power of 2.
    const Expr is_small = a < number(type, is_wide ? 0x1p-1000 : 0x1p-100);
    const Expr scale = Halide::select(is_small, number(type, is_wide ? 0x1p54 : 0x1p24), number(type, 0.25));
    const Expr twice_scale =
        Halide::select(is_small, bits_of(number(type, is_wide ? 0x1p55 : 0x1p25)), bits_of(number(type, 0.5)));
    const Expr x = a * scale;
    const Expr exponent_mask = bits_of(number(type, std::numeric_limits<double>::infinity()));
    // The exponent of the power of 2 from which x lies at 3/4 to 3/2, plus 1: the sum of +inf wraps to 0.
    const Expr exponent = (bits_of(x) + (bits_of(number(type, 4)) - bits_of(number(type, 1.5)))) & exponent_mask;
    const Expr f = fma(x, float_of_bits(exponent_mask - exponent), number(type, -1));
    const Expr result = log_of_parts(f, exponent - twice_scale);
    const Expr checked = nan_if_negative(result, a);
    return Halide::select(a == number(type, 0), number(type, -std::numeric_limits<double>::infinity()), checked);
}

const Function log_function{
    .name = "log",
    .arguments = {"a"},
    .summary = "the natural logarithm of a",
    .derivatives = {"1 / a"},
    .bound = "0.929 ULP over all f32 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 0.929, .lower = lower}, {.bits = 64, .ulp = 1, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

}  // namespace actinide::math
