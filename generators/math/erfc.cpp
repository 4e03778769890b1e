#include "generators/math/erfc.h"

#include <cmath>

#include "generators/math/float_bits.h"
#include "generators/math/gaussian_tail.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    mpfr_erfc(result.get(), arguments[0].get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::erfc(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return math::erfc(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return erfc_for_autodiff(arguments[0]);
}

// coefficients/erfc.py computes these; it holds shift and centre, too.
constexpr float c0 = 0x1.baf04cp-1f;
constexpr float c1 = 0x1.d34642p+0f;
constexpr float c2 = 0x1.1f0c6p+1f;
constexpr float c3 = 0x1.f37b64p-3f;
constexpr float c4 = -0x1.b835d2p+1f;
constexpr float c5 = -0x1.7be242p+0f;
constexpr float c6 = 0x1.05623ep+3f;
constexpr float c7 = 0x1.db1bfcp-1f;
constexpr float c8 = -0x1.8199f2p+4f;
constexpr float c9 = 0x1.ec8dfcp+4f;
constexpr float c10 = -0x1.8765cep+3f;
constexpr double d0 = 0x1.0166aa903608cp+0;
constexpr double d1 = 0x1.dfee29714dfd1p+1;
constexpr double d2 = 0x1.51fdabf03b3e4p+3;
constexpr double d3 = 0x1.47b69843d83bbp+4;
constexpr double d4 = 0x1.32fd83939b571p+4;
constexpr double d5 = -0x1.47fbae7fe6d0dp+4;
constexpr double d6 = -0x1.345412fa4a007p+6;
constexpr double d7 = 0x1.9f394984c2ed7p+2;
constexpr double d8 = 0x1.1751af6f9ced6p+8;
constexpr double d9 = 0x1.db9003f6182dep+4;
constexpr double d10 = -0x1.2729f5cb6fb73p+10;
constexpr double d11 = 0x1.8a69d9b836636p+7;
constexpr double d12 = 0x1.5a2dcec15096p+12;
constexpr double d13 = -0x1.2b6a429341408p+12;
constexpr double d14 = -0x1.8652bb9e95127p+14;
constexpr double d15 = 0x1.96a18f5195dc3p+15;
constexpr double d16 = 0x1.3a5574beabac5p+16;
constexpr double d17 = -0x1.8fb9e40015613p+18;
constexpr double d18 = 0x1.6b395dfbcfec7p+16;
constexpr double d19 = 0x1.149726df2944p+21;
constexpr double d20 = -0x1.c88b85cb95c8cp+21;
constexpr double d21 = -0x1.704246b7da514p+22;
constexpr double d22 = 0x1.58cca7b7a71acp+24;
constexpr double d23 = -0x1.33445f0be8e91p+23;
constexpr double d24 = -0x1.0e820ca413cd5p+24;

TailSeries series_of(Halide::Type type) {
    if (type.bits() == 64)
        return {
            .divisor = 1, .shift = 2.5, .centre = 0.1875, .coefficients = {d0,  d1,  d2,  d3,  d4,  d5,  d6,  d7,  d8,
                                                                           d9,  d10, d11, d12, d13, d14, d15, d16, d17,
                                                                           d18, d19, d20, d21, d22, d23, d24}};
    return {
        .divisor = 1, .shift = 1.75, .centre = 0.21875, .coefficients = {c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10}};
}

}  // namespace

Expr erfc(const Expr &a) {
    // Beyond it the tail is 0 already.
    const bool is_wide = a.type().bits() == 64;
    const Expr highest = number(a.type(), is_wide ? 27.4 : 10.25);
    const Expr t = magnitude_up_to(highest, a);
    const Expr tail = gaussian_tail(t, series_of(a.type()));
    return Halide::select(has_sign_bit(a), number(a.type(), 2) - tail, tail);
}

const Function erfc_function{
    .name = "erfc",
    .arguments = {"a"},
    .summary = "1 - erf(a)",
    .derivatives =
        {"-1.128379167095512573896158903121545171688101258657997713688171443421284936882986828973487320404214727"
         " * gaussian(a)"},
    .bound = "0.904 ULP over all f32 inputs up to 0, 0.929 ULP above; 1.15 ULP over sampled f64 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 0.929, .lower = lower}, {.bits = 64, .ulp = 1.3, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 8},
};

}  // namespace actinide::math
