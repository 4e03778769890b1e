#include "generators/math/erf.h"

#include <cmath>

#include "generators/math/float_bits.h"
#include "generators/math/gaussian_tail.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Real evaluate(const std::vector<Real> &arguments, int precision) {
    Real result(precision);
    mpfr_erf(result.get(), arguments[0].get(), MPFR_RNDN);
    return result;
}

double in_double(double a) {
    return std::erf(a);
}

Expr lower(const std::vector<Expr> &arguments) {
    return math::erf(arguments[0]);
}

Expr lower_fast(const std::vector<Expr> &arguments) {
    return erf_fast(arguments[0]);
}

Expr lower_for_autodiff(const std::vector<Expr> &arguments) {
    return 1.0f - erfc_for_autodiff(arguments[0]);
}

// coefficients/erf.py computes all of these.
constexpr float near_0 = 0x1.06eba8p-3f;
constexpr float near_1 = -0x1.81274p-2f;
constexpr float near_2 = 0x1.ce2d4ap-4f;
constexpr float near_3 = -0x1.b7fdaap-6f;
constexpr float near_4 = 0x1.5423dap-8f;
constexpr float near_5 = -0x1.a4afaap-11f;
constexpr float near_6 = 0x1.4b1848p-14f;
constexpr float far_0 = 0x1.1c552ap-2f;
constexpr float far_1 = -0x1.b4209cp-2f;
constexpr float far_2 = 0x1.a55c6ep-3f;
constexpr float far_3 = 0x1.c7c9cep-7f;
constexpr float far_4 = -0x1.6746f6p-5f;
constexpr float far_5 = 0x1.e2e8b8p-8f;
constexpr float far_6 = 0x1.73b0aap-8f;
constexpr float far_7 = -0x1.5b5ca8p-9f;
constexpr float far_8 = 0x1.f92336p-13f;
constexpr float far_9 = 0x1.22a6a6p-14f;
constexpr float far_10 = -0x1.aa755ap-17f;
constexpr float fast_0 = 0x1.06eba8p-3f;
constexpr float fast_1 = 0x1.45f1f2p-2f;
constexpr float fast_2 = -0x1.9253fap-3f;
constexpr float fast_3 = -0x1.612dbap-4f;
constexpr float fast_4 = 0x1.24c45p-5f;
constexpr float fast_5 = 0x1.3dbc24p-7f;
constexpr float fast_6 = 0x1.dfdb86p-10f;
constexpr float fast_7 = -0x1.dcfba8p-8f;
constexpr float fast_8 = 0x1.c6d688p-9f;
constexpr float fast_9 = -0x1.9318e2p-11f;
constexpr float fast_10 = 0x1.680412p-14f;
constexpr float fast_11 = -0x1.071ccap-18f;
constexpr double wide_near_0 = 0x1.06eba8214db69p-3;
constexpr double wide_near_1 = -0x1.812746b037a2bp-2;
constexpr double wide_near_2 = 0x1.ce2f21a0460cp-4;
constexpr double wide_near_3 = -0x1.b82ce31380902p-6;
constexpr double wide_near_4 = 0x1.565bcd3387429p-8;
constexpr double wide_near_5 = -0x1.c02dba8735bep-11;
constexpr double wide_near_6 = 0x1.f9a3e0bdc0721p-14;
constexpr double wide_near_7 = -0x1.f4dfeb9460bcbp-17;
constexpr double wide_near_8 = 0x1.ba8f42dea0eaap-20;
constexpr double wide_near_9 = -0x1.64d2f643cf843p-23;
constexpr double wide_near_10 = 0x1.19d8ea1d3bb25p-26;
constexpr double wide_near_11 = -0x1.ede47874e2b74p-30;
constexpr double wide_near_12 = 0x1.72c09a9b1df14p-33;
constexpr double wide_far_0 = 0x1.1c552ac50c2b7p-2;
constexpr double wide_far_1 = -0x1.b42089068c9d3p-2;
constexpr double wide_far_2 = 0x1.a55be553e8f45p-3;
constexpr double wide_far_3 = 0x1.c75b4798e2509p-7;
constexpr double wide_far_4 = -0x1.66f2aca1b4e4fp-5;
constexpr double wide_far_5 = 0x1.e87928855cfa1p-8;
constexpr double wide_far_6 = 0x1.5467c8ed7d8d1p-8;
constexpr double wide_far_7 = -0x1.effe260676d7p-10;
constexpr double wide_far_8 = -0x1.50d547a207572p-12;
constexpr double wide_far_9 = 0x1.00ff63a842e2ap-12;
constexpr double wide_far_10 = -0x1.4cc035eff499p-21;
constexpr double wide_far_11 = -0x1.626ed515ecf26p-16;
constexpr double wide_far_12 = 0x1.319f69313d57dp-19;
constexpr double wide_far_13 = 0x1.606a70f3eb9ffp-20;
constexpr double wide_far_14 = -0x1.0764b5cc68395p-22;
constexpr double wide_far_15 = -0x1.8bfc018ea1d2cp-24;
constexpr double wide_far_16 = 0x1.848cac4bcb3d6p-25;
constexpr double wide_far_17 = -0x1.caf5542d4d606p-27;
constexpr double wide_far_18 = 0x1.c19a464803865p-28;
constexpr double wide_far_19 = -0x1.b1c7a79d4b913p-29;
constexpr double wide_far_20 = 0x1.1df2ac5f38097p-30;
constexpr double wide_far_21 = -0x1.005117b15f556p-32;
constexpr double wide_far_22 = 0x1.3f9f0e5c6917ap-35;
constexpr double wide_far_23 = -0x1.14717e25984bap-38;
constexpr double wide_far_24 = 0x1.3f26cde04c1c1p-42;
constexpr double wide_far_25 = -0x1.bd2b1f82592e6p-47;
constexpr double wide_far_26 = 0x1.1d02eae7ea97ap-52;

/// What the far polynomials' argument is counted from.
constexpr double centre = 1.25;

}  // namespace

Expr erf(const Expr &a) {
    const bool is_wide = a.type().bits() == 64;
    const Expr one = number(a.type(), 1);
    std::vector<double> near = {near_0, near_1, near_2, near_3, near_4, near_5, near_6};
    std::vector<double> far = {far_0, far_1, far_2, far_3, far_4, far_5, far_6, far_7, far_8, far_9, far_10};
    if (is_wide) {
        near = {wide_near_0, wide_near_1, wide_near_2, wide_near_3,  wide_near_4,  wide_near_5, wide_near_6,
                wide_near_7, wide_near_8, wide_near_9, wide_near_10, wide_near_11, wide_near_12};
        far = {wide_far_0,  wide_far_1,  wide_far_2,  wide_far_3,  wide_far_4,  wide_far_5,  wide_far_6,
               wide_far_7,  wide_far_8,  wide_far_9,  wide_far_10, wide_far_11, wide_far_12, wide_far_13,
               wide_far_14, wide_far_15, wide_far_16, wide_far_17, wide_far_18, wide_far_19, wide_far_20,
               wide_far_21, wide_far_22, wide_far_23, wide_far_24, wide_far_25, wide_far_26};
    }
    // Where erf rounds to 1.
    const Expr highest = number(a.type(), is_wide ? 5.96 : 3.92f);
    const Expr t = magnitude_up_to(highest, a);
    const Expr root = polynomial(t - number(a.type(), centre), far);
    const Expr above = with_sign_of(fma(negate(root), root, one), a);
    const Expr below = fma(a, polynomial(a * a, near), a);
    return Halide::select(t < one, below, above);
}

Expr erf_fast(const Expr &a) {
    const Expr t = magnitude_up_to(3.92f, a);
    const Expr p = polynomial(
        t, {fast_0, fast_1, fast_2, fast_3, fast_4, fast_5, fast_6, fast_7, fast_8, fast_9, fast_10, fast_11});
    const Expr f = fma(t, p, t);
    return with_sign_of(fma(f * -0.25f, f, f), a);
}

const Function erf_function{
    .name = "erf",
    .arguments = {"a"},
    .summary = "the error function, 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to a",
    .derivatives =
        {"1.128379167095512573896158903121545171688101258657997713688171443421284936882986828973487320404214727"
         " * gaussian(a)"},
    .bound = "0.991 ULP over all f32 inputs (the fast form 2.415), 0.99 ULP over sampled f64 inputs",
    .evaluate = evaluate,
    .forms = {{.bits = 32, .ulp = 2.415, .lower = lower_fast},
              {.bits = 32, .ulp = 0.991, .lower = lower},
              {.bits = 64, .ulp = 1, .lower = lower}},
    .lower_for_autodiff = lower_for_autodiff,
    .in_double = {.function = in_double, .ulp = 4},
};

}  // namespace actinide::math
