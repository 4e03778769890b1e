// links: actinide_formula
#include <Halide.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "generators/math/cos.h"
#include "generators/math/erf.h"
#include "generators/math/erfc.h"
#include "generators/math/exp.h"
#include "generators/math/exp2.h"
#include "generators/math/exp_below_zero.h"
#include "generators/math/expm1.h"
#include "generators/math/float_bits.h"
#include "generators/math/function.h"
#include "generators/math/gaussian.h"
#include "generators/math/gumbel_cdf.h"
#include "generators/math/log.h"
#include "generators/math/log1p.h"
#include "generators/math/normal_cdf.h"
#include "generators/math/normal_density.h"
#include "generators/math/sech2.h"
#include "generators/math/sigmoid.h"
#include "generators/math/sin.h"
#include "generators/math/softplus.h"
#include "generators/math/sqrt.h"
#include "generators/math/tanh.h"
#include "generators/math/tanh_shrinkage.h"
#include "tests/formula_realize.h"

namespace actinide {
namespace {

using math::Function;
using math::Real;

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float quiet_nan = std::numeric_limits<float>::quiet_NaN();
constexpr float least_subnormal = std::numeric_limits<float>::denorm_min();
constexpr float least_normal = std::numeric_limits<float>::min();
constexpr float largest_float = std::numeric_limits<float>::max();

uint32_t bits(float value) {
    return std::bit_cast<uint32_t>(value);
}

float exact(const Function &function, float argument) {
    return function.evaluate({Real(argument, 24)}, 100).to_float();
}

/// |actual - exact| in units of the last place of the exact value, for finite numbers.
double distance_in_ulp(const Function &function, float argument, float actual) {
    Real difference = function.evaluate({Real(argument, 24)}, 100);
    const bool is_normal = mpfr_regular_p(difference.get()) != 0 && mpfr_get_exp(difference.get()) > -125;
    const long exponent = is_normal ? mpfr_get_exp(difference.get()) - 24 : -149;
    mpfr_sub_d(difference.get(), difference.get(), actual, MPFR_RNDN);
    mpfr_mul_2si(difference.get(), difference.get(), -exponent, MPFR_RNDN);
    return std::fabs(difference.to_double());
}

/// The function's lowered form, vectorised as kernels are.
std::vector<float> run(const Function &function, std::vector<float> arguments) {
    const Halide::Buffer<float> input(arguments.data(), static_cast<int>(arguments.size()));
    const Halide::Var i;
    Halide::Func output;
    output(i) = math::choose_form(function, 32, math::usual_ulp).lower({input(i)});
    output.vectorize(i, 8, Halide::TailStrategy::GuardWithIf);
    return testing::realize(output, static_cast<int>(arguments.size()));
}

float run(const Function &function, float argument) {
    return run(function, std::vector<float>(9, argument)).back();
}

/// What the function claims, in numbers.
struct Claim {
    const Function *function;
    double ulp_up_to_zero;
    double ulp_above;
};

const Claim claims[] = {
    {&math::cos_function, 0.600, 0.600},
    {&math::erf_function, 0.991, 0.991},
    {&math::erfc_function, 0.904, 0.929},
    {&math::exp_function, 0.892, 0.892},
    {&math::exp2_function, 0.879, 0.791},
    {&math::exp_below_zero_function, 0.892, 0.892},
    {&math::expm1_function, 0.882, 1.496},
    {&math::expm1_below_zero_function, 0.882, 0.882},
    {&math::gaussian_function, 0.888, 0.888},
    {&math::gumbel_cdf_function, 1.2, 1.2},
    {&math::log_function, 0.929, 0.929},
    {&math::log1p_function, 0.929, 0.903},
    {&math::normal_cdf_function, 0.907, 0.915},
    {&math::normal_density_function, 0.947, 0.947},
    {&math::sech2_function, 1.037, 1.037},
    {&math::sigmoid_function, 0.962, 0.708},
    {&math::sin_function, 0.600, 0.600},
    {&math::softplus_function, 0.979, 0.764},
    {&math::sqrt_function, 0.500, 0.500},
    {&math::tanh_function, 0.927, 0.927},
    {&math::tanh_shrinkage_function, 1.9, 1.9},
    {&math::upscaled_exp_function, 0.892, 0.892},
    {&math::upscaled_gaussian_function, 0.888, 0.888},
    {&math::upscaled_gumbel_cdf_function, 1.2, 1.2},
    {&math::upscaled_normal_cdf_function, 1.7, 0.915},
    {&math::upscaled_normal_density_function, 0.947, 0.947},
    {&math::upscaled_sigmoid_function, 0.962, 0.708},
};

const Claim &claim_of(const Function &function) {
    return *std::find_if(std::begin(claims), std::end(claims),
                         [&](const Claim &claim) { return claim.function == &function; });
}

/// What is wrong with `actual`; nothing if it keeps the claim.
std::string complaint(const Claim &claim, float argument, float actual) {
    const float wanted = exact(*claim.function, argument);
    const auto described = [&](const std::string &distance) {
        char text[200];
        std::snprintf(text, sizeof text, "%s(%a), bits %08x: %a instead of %a, ", claim.function->name.c_str(),
                      static_cast<double>(argument), bits(argument), static_cast<double>(actual),
                      static_cast<double>(wanted));
        return text + distance;
    };
    if (std::isnan(wanted)) return std::isnan(actual) ? "" : described("not NaN");
    if (std::isinf(wanted) || std::isinf(actual)) return bits(wanted) == bits(actual) ? "" : described("an infinity");
    if (std::isnan(actual)) return described("NaN");
    if (std::signbit(wanted) != std::signbit(actual)) return described("the other sign");
    const double distance = distance_in_ulp(*claim.function, argument, actual);
    const double bound = argument <= 0 ? claim.ulp_up_to_zero : claim.ulp_above;
    return distance <= bound ? "" : described(std::to_string(distance) + " ULP");
}

void expect_claim(const Claim &claim, const std::vector<float> &arguments) {
    const std::vector<float> actual = run(*claim.function, arguments);
    for (size_t i = 0; i < arguments.size(); ++i) {
        const std::string wrong = complaint(claim, arguments[i], actual[i]);
        ASSERT_TRUE(wrong.empty()) << wrong;
    }
}

/// The floats from `centre` - count to `centre` + count, counted in floats.
std::vector<float> neighbours(float centre, int count) {
    std::vector<float> result;
    for (int step = -count; step <= count; ++step) {
        result.push_back(std::bit_cast<float>(bits(centre) + static_cast<uint32_t>(step)));
    }
    return result;
}

class MathFunction : public ::testing::TestWithParam<Claim> {};

INSTANTIATE_TEST_SUITE_P(All, MathFunction, ::testing::ValuesIn(claims),
                         [](const auto &info) { return info.param.function->name; });

TEST(MathFunctions, EachHasAClaimHere) {
    ASSERT_EQ(math::functions().size(), std::size(claims));
    for (size_t i = 0; i < std::size(claims); ++i) {
        EXPECT_EQ(math::functions()[i], claims[i].function);
        EXPECT_EQ(math::find_function(claims[i].function->name), claims[i].function);
    }
    EXPECT_EQ(math::find_function("no such"), nullptr);
}

TEST_P(MathFunction, SaysItsBoundAsTestedHere) {
    const std::string &bound = GetParam().function->bound;
    for (const double ulp : {GetParam().ulp_up_to_zero, GetParam().ulp_above}) {
        char shortest[32];
        std::snprintf(shortest, sizeof shortest, "%.4g", ulp);
        std::string padded = std::to_string(ulp).substr(0, 5);
        const bool says_it = bound.find(std::string(shortest) + " ULP") != std::string::npos ||
                             bound.find(padded + " ULP") != std::string::npos;
        EXPECT_TRUE(says_it) << bound << " instead of " << shortest;
    }
}

TEST_P(MathFunction, KeepsItsBoundAtSpecialValues) {
    std::vector<float> arguments;
    for (const float a : {0.0f, least_subnormal, 3 * least_subnormal, least_normal - least_subnormal, least_normal,
                          0x1p-60f, 0x1p-24f, 1.0f, 88.7f, 89.0f, 104.0f, 1e10f, largest_float, infinity, quiet_nan}) {
        arguments.insert(arguments.end(), {a, -a});
    }
    expect_claim(GetParam(), arguments);
}

/// Those in float32 that are cheaper than the usual one, each as a function of that form alone.
std::vector<Function> cheaper_forms(const Function &function) {
    std::vector<Function> cheaper;
    for (const math::Form &form : function.forms) {
        if (form.bits != 32 || form.ulp <= math::usual_ulp) continue;
        cheaper.push_back(function);
        cheaper.back().forms = {form};
    }
    return cheaper;
}

TEST_P(MathFunction, KeepsTheBoundOfEachCheaperForm) {
    std::mt19937 random(3);
    std::vector<float> arguments = {0.0f, -0.0f, infinity, -infinity, quiet_nan, least_subnormal, -least_subnormal};
    for (int i = 0; i < 1000; ++i) arguments.push_back(std::bit_cast<float>(static_cast<uint32_t>(random())));
    for (const float range : {1.0f, 9.0f, 20.0f, 105.0f}) {
        std::uniform_real_distribution<float> within(-range, range);
        for (int i = 0; i < 500; ++i) arguments.push_back(within(random));
    }
    // The ends of what exponentials can hold.
    for (const float end : {88.72283f, 44.36142f, -87.33655f, -103.9721f, -13.1f, 53.0f}) {
        const std::vector<float> around = neighbours(end, 20);
        arguments.insert(arguments.end(), around.begin(), around.end());
    }
    for (const Function &form : cheaper_forms(*GetParam().function))
        expect_claim({&form, form.forms[0].ulp, form.forms[0].ulp}, arguments);
}

TEST_P(MathFunction, ListsItsFormsFromTheCheapestOn) {
    const std::vector<math::Form> &forms = GetParam().function->forms;
    for (size_t i = 1; i < forms.size(); ++i) {
        if (forms[i].bits == forms[i - 1].bits) EXPECT_LT(forms[i].ulp, forms[i - 1].ulp) << GetParam().function->name;
    }
}

TEST_P(MathFunction, KeepsItsBoundAtAllMagnitudes) {
    std::mt19937 random(1);
    std::vector<float> arguments;
    for (int i = 0; i < 8'000; ++i) arguments.push_back(std::bit_cast<float>(static_cast<uint32_t>(random())));
    expect_claim(GetParam(), arguments);
}

TEST_P(MathFunction, KeepsItsBoundWhereItIsNeitherConstantNorLinear) {
    std::mt19937 random(2);
    std::vector<float> arguments;
    for (const float range : {0.5f, 3.0f, 20.0f, 105.0f}) {
        std::uniform_real_distribution<float> within(-range, range);
        for (int i = 0; i < 4'000; ++i) arguments.push_back(within(random));
    }
    expect_claim(GetParam(), arguments);
}

/// Where exp goes from one power of 2 to the next, it must not step back by more than the last place.
TEST_P(MathFunction, IsMonotoneWithinAnUlpWhereItsPowerOf2Changes) {
    const Function &function = *GetParam().function;
    std::vector<float> arguments;
    for (int k = -150; k <= 127; ++k) {
        std::vector<float> near_change = neighbours(static_cast<float>((k + 0.5) * std::log(2.0)), 200);
        std::sort(near_change.begin(), near_change.end());
        arguments.insert(arguments.end(), near_change.begin(), near_change.end());
    }
    expect_claim(GetParam(), arguments);
    const std::vector<float> values = run(function, arguments);
    for (size_t i = 1; i < values.size(); ++i) {
        if (std::isnan(values[i - 1])) continue;  // what log has below zero
        const bool falls = exact(function, arguments[i]) < exact(function, arguments[i - 1]);
        const float lower = falls ? values[i] : values[i - 1];
        const float upper = falls ? values[i - 1] : values[i];
        ASSERT_LE(lower, std::nextafter(upper, infinity)) << function.name << " near " << arguments[i];
    }
}

TEST_P(MathFunction, OverflowsWhereTheExactValueDoes) {
    expect_claim(GetParam(), neighbours(0x1.62e43p+6f, 1000));
}

TEST(Exp, RoundsSubnormalResults) {
    expect_claim(claim_of(math::exp_function), neighbours(-87.33655f, 1000));
    expect_claim(claim_of(math::exp_function), neighbours(-103.27893f, 1000));
    expect_claim(claim_of(math::exp_function), neighbours(-103.97208f, 1000));
    EXPECT_EQ(run(math::exp_function, -104.0f), 0.0f);
    EXPECT_EQ(run(math::exp_function, -103.9f), least_subnormal);
}

TEST(Exp, OfZeroIsOne) {
    EXPECT_EQ(run(math::exp_function, 0.0f), 1.0f);
    EXPECT_EQ(run(math::exp_function, -0.0f), 1.0f);
}

TEST(Expm1, KeepsZerosAndSubnormals) {
    for (const float argument : {0.0f, -0.0f, least_subnormal, -least_subnormal, 5 * least_subnormal, -least_normal}) {
        EXPECT_EQ(bits(run(math::expm1_function, argument)), bits(argument)) << argument;
    }
}

TEST(Expm1, HasAFormWithinOneUlpWhereTheUsualOneIsNot) {
    Function exact = math::expm1_function;
    exact.forms = {math::choose_form(exact, 32, 1)};
    for (const float centre : {-0.3225f, -0.287682f, 0.36f, 0.405465f, 1.09743f, 16.9826f, 17.5f, 18.3f, 88.7f}) {
        expect_claim({&exact, 1, 1}, neighbours(centre, 3000));
    }
    EXPECT_EQ(bits(run(exact, -0.0f)), bits(-0.0f));
    EXPECT_EQ(run(exact, -infinity), -1.0f);
    EXPECT_EQ(run(exact, infinity), infinity);
    EXPECT_TRUE(std::isnan(run(exact, quiet_nan)));
}

TEST(Expm1, EndsAtMinusOne) {
    for (const float argument : {-17.5f, -20.0f, -88.0f, -1000.0f, -largest_float, -infinity}) {
        EXPECT_EQ(run(math::expm1_function, argument), -1.0f) << argument;
    }
}

TEST(Exp2, OfIntegersIsExact) {
    for (int k = -149; k <= 127; ++k) {
        EXPECT_EQ(run(math::exp2_function, static_cast<float>(k)), std::ldexp(1.0f, k)) << k;
    }
    EXPECT_EQ(run(math::exp2_function, 128.0f), infinity);
    EXPECT_EQ(run(math::exp2_function, -150.0f), 0.0f);
}

TEST(Log, EndsWhereItsArgumentsEnd) {
    for (const float zero : {0.0f, -0.0f}) EXPECT_EQ(run(math::log_function, zero), -infinity);
    for (const float negative : {-least_subnormal, -1.0f, -largest_float, -infinity}) {
        EXPECT_TRUE(std::isnan(run(math::log_function, negative))) << negative;
    }
    EXPECT_EQ(run(math::log_function, infinity), infinity);
    EXPECT_EQ(bits(run(math::log_function, 1.0f)), bits(0.0f));
}

TEST(Log, KeepsItsBoundAtSubnormalsAndAroundOne) {
    expect_claim(claim_of(math::log_function), neighbours(std::bit_cast<float>(1001u), 1000));
    expect_claim(claim_of(math::log_function), neighbours(least_normal, 1000));
    expect_claim(claim_of(math::log_function), neighbours(1.0f, 1000));
}

TEST(Log1p, EndsAtMinusOne) {
    EXPECT_EQ(run(math::log1p_function, -1.0f), -infinity);
    EXPECT_TRUE(std::isnan(run(math::log1p_function, std::nextafter(-1.0f, -2.0f))));
    EXPECT_TRUE(std::isnan(run(math::log1p_function, -infinity)));
    EXPECT_EQ(run(math::log1p_function, infinity), infinity);
}

/// Where 1 + a is rounded up to 3/2, the reduced argument is rounded as well.
TEST(Log1p, KeepsItsBoundWhereItsPowerOf2Changes) {
    for (const float change : {-0.8125f, -0.625f, -0.25f, 0.5f, 2.0f, 5.0f}) {
        expect_claim(claim_of(math::log1p_function), neighbours(change, 1000));
    }
    expect_claim(claim_of(math::log1p_function), neighbours(-1.0f, 1000));
}

TEST(Log1p, KeepsZerosAndSubnormals) {
    for (const float argument : {0.0f, -0.0f, least_subnormal, -least_subnormal, 5 * least_subnormal, -least_normal}) {
        EXPECT_EQ(bits(run(math::log1p_function, argument)), bits(argument)) << argument;
    }
}

TEST(Softplus, IsTheExponentialFarBelowAndItsArgumentFarAbove) {
    expect_claim(claim_of(math::softplus_function), neighbours(-87.33655f, 1000));
    expect_claim(claim_of(math::softplus_function), neighbours(-103.97208f, 1000));
    EXPECT_EQ(run(math::softplus_function, -104.0f), 0.0f);
    EXPECT_EQ(bits(run(math::softplus_function, -infinity)), bits(0.0f));
    for (const float large : {20.0f, 105.0f, 1e10f, largest_float, infinity}) {
        EXPECT_EQ(run(math::softplus_function, large), large);
    }
}

TEST(Softplus, KeepsItsBoundWhereItsFormsMeet) {
    expect_claim(claim_of(math::softplus_function), neighbours(std::sqrt(0.53125f), 1000));
    expect_claim(claim_of(math::softplus_function), neighbours(-std::sqrt(0.53125f), 1000));
}

TEST(Erf, IsOdd) {
    for (const float argument : {0.0f, 3 * least_subnormal, 0.3f, 0.99f, 1.01f, 3.9f, 4.0f, infinity}) {
        const float value = run(math::erf_function, argument);
        EXPECT_EQ(bits(run(math::erf_function, -argument)), bits(value) ^ 0x80000000u) << argument;
    }
}

TEST(Erf, KeepsItsBoundWhereItsFormsMeetAndWhereItEnds) {
    expect_claim(claim_of(math::erf_function), neighbours(1.0f, 1000));
    expect_claim(claim_of(math::erf_function), neighbours(3.92f, 1000));
}

TEST(Erf, KeepsItsBoundInTheFastForm) {
    Function fast = math::erf_function;
    fast.forms = {math::choose_form(math::erf_function, 32, 3.5)};
    EXPECT_GT(fast.forms[0].ulp, math::usual_ulp);
    const Claim claim = {&fast, fast.forms[0].ulp, fast.forms[0].ulp};
    for (const float centre : {least_normal, 4.3272e-4f, 0.0548f, 1.0f, 3.92f}) {
        expect_claim(claim, neighbours(centre, 1000));
        expect_claim(claim, neighbours(-centre, 1000));
    }
    expect_claim(claim, {0.0f, -0.0f, infinity, -infinity, quiet_nan});
}

TEST(Erfc, RoundsSubnormalResults) {
    expect_claim(claim_of(math::erfc_function), neighbours(9.194f, 1000));
    expect_claim(claim_of(math::erfc_function), neighbours(10.0544f, 1000));
    EXPECT_EQ(bits(run(math::erfc_function, infinity)), bits(0.0f));
}

TEST(Erfc, IsOneInTheMiddleAndEndsAtTwo) {
    EXPECT_EQ(run(math::erfc_function, 0.0f), 1.0f);
    EXPECT_EQ(run(math::erfc_function, -0.0f), 1.0f);
    for (const float argument : {-4.0f, -10.0f, -largest_float, -infinity}) {
        EXPECT_EQ(run(math::erfc_function, argument), 2.0f) << argument;
    }
}

TEST(Gaussian, RoundsSubnormalResults) {
    expect_claim(claim_of(math::gaussian_function), neighbours(9.3454f, 1000));
    expect_claim(claim_of(math::gaussian_function), neighbours(-10.1967f, 1000));
    EXPECT_EQ(run(math::gaussian_function, 10.2f), 0.0f);
    EXPECT_EQ(run(math::gaussian_function, 0.0f), 1.0f);
}

TEST(NormalCdf, RoundsSubnormalResults) {
    expect_claim(claim_of(math::normal_cdf_function), neighbours(-12.937f, 1000));
    expect_claim(claim_of(math::normal_cdf_function), neighbours(-14.1702f, 1000));
    EXPECT_EQ(bits(run(math::normal_cdf_function, -infinity)), bits(0.0f));
}

TEST(NormalCdf, IsAHalfInTheMiddleAndEndsAtOne) {
    EXPECT_EQ(run(math::normal_cdf_function, 0.0f), 0.5f);
    EXPECT_EQ(run(math::normal_cdf_function, -0.0f), 0.5f);
    for (const float argument : {6.0f, 14.5f, largest_float, infinity}) {
        EXPECT_EQ(run(math::normal_cdf_function, argument), 1.0f) << argument;
    }
}

TEST(NormalDensity, RoundsSubnormalResults) {
    expect_claim(claim_of(math::normal_density_function), neighbours(13.1467f, 1000));
    expect_claim(claim_of(math::normal_density_function), neighbours(-14.3564f, 1000));
}

TEST(Sin, KeepsZerosAndSubnormals) {
    for (const float argument : {0.0f, -0.0f, least_subnormal, -least_subnormal, 5 * least_subnormal, -least_normal}) {
        EXPECT_EQ(bits(run(math::sin_function, argument)), bits(argument)) << argument;
    }
}

/// There all depends on the reduction, and where it takes other bits of 1 / pi.
TEST(SinAndCos, KeepTheirBoundAroundTheirZerosAndAtPowersOf2) {
    std::vector<float> arguments = {0x1.6e7a3ap+120f, 0x1.a59716p+39f, 0x1.713b2cp+120f, 16367173.0f * 0x1p+72f};
    for (int k = 1; k < 3000; ++k) {
        const std::vector<float> near = neighbours(static_cast<float>(k * std::acos(0.0)), 3);
        arguments.insert(arguments.end(), near.begin(), near.end());
    }
    for (int exponent = 0; exponent < 128; ++exponent) {
        const std::vector<float> near = neighbours(std::ldexp(1.0f, exponent), 100);
        arguments.insert(arguments.end(), near.begin(), near.end());
    }
    for (size_t i = 0, size = arguments.size(); i < size; ++i) arguments.push_back(-arguments[i]);
    expect_claim(claim_of(math::sin_function), arguments);
    expect_claim(claim_of(math::cos_function), arguments);
}

TEST(Sqrt, IsCorrectlyRounded) {
    EXPECT_EQ(bits(run(math::sqrt_function, -0.0f)), bits(-0.0f));
    EXPECT_TRUE(std::isnan(run(math::sqrt_function, -least_subnormal)));
    for (const float argument : {least_subnormal, 2.0f, 0.1f, largest_float}) {
        EXPECT_EQ(run(math::sqrt_function, argument), std::sqrt(argument));
    }
}

TEST(Tanh, IsOddAndKeepsZerosAndSubnormals) {
    std::mt19937 random(4);
    std::vector<float> above;
    for (int i = 0; i < 20'000; ++i) above.push_back(std::bit_cast<float>(static_cast<uint32_t>(random()) >> 1));
    std::erase_if(above, [](float a) { return std::isnan(a); });
    std::vector<float> below;
    for (const float a : above) below.push_back(-a);
    const std::vector<float> values = run(math::tanh_function, above);
    const std::vector<float> opposites = run(math::tanh_function, below);
    for (size_t i = 0; i < above.size(); ++i) ASSERT_EQ(bits(values[i]), bits(-opposites[i])) << above[i];
    for (const float argument : {0.0f, -0.0f, least_subnormal, -least_subnormal, 5 * least_subnormal, -least_normal}) {
        EXPECT_EQ(bits(run(math::tanh_function, argument)), bits(argument)) << argument;
    }
}

TEST(Tanh, KeepsItsBoundWhereItsFormsMeetAndEndsAtOne) {
    expect_claim(claim_of(math::tanh_function), neighbours(0.95f, 1000));
    expect_claim(claim_of(math::tanh_function), neighbours(-0.95f, 1000));
    for (const float large : {9.5f, 88.0f, largest_float, infinity}) EXPECT_EQ(run(math::tanh_function, large), 1.0f);
}

TEST(Sech2, IsOneAtZeroAndRoundsSubnormalResults) {
    for (const float small : {0.0f, -0.0f, least_subnormal, -least_normal}) {
        EXPECT_EQ(run(math::sech2_function, small), 1.0f) << small;
    }
    expect_claim(claim_of(math::sech2_function), neighbours(44.3615f, 1000));
    expect_claim(claim_of(math::sech2_function), neighbours(-52.3325f, 1000));
    expect_claim(claim_of(math::sech2_function), neighbours(52.6791f, 1000));
    for (const float large : {53.0f, -1000.0f, infinity, -infinity}) {
        EXPECT_EQ(bits(run(math::sech2_function, large)), bits(0.0f)) << large;
    }
}

TEST(Sigmoid, EndsAtZeroAndOneAndRoundsSubnormalResults) {
    EXPECT_EQ(run(math::sigmoid_function, 0.0f), 0.5f);
    EXPECT_EQ(run(math::sigmoid_function, -0.0f), 0.5f);
    expect_claim(claim_of(math::sigmoid_function), neighbours(-87.33655f, 1000));
    expect_claim(claim_of(math::sigmoid_function), neighbours(-103.27893f, 1000));
    expect_claim(claim_of(math::sigmoid_function), neighbours(-103.97208f, 1000));
    for (const float large : {18.0f, 20.0f, 1000.0f, infinity}) {
        EXPECT_EQ(run(math::sigmoid_function, large), 1.0f) << large;
    }
    for (const float low : {-104.0f, -1000.0f, -infinity}) {
        EXPECT_EQ(bits(run(math::sigmoid_function, low)), bits(0.0f)) << low;
    }
}

TEST(BelowZero, FunctionsStayAboveZeroWhatTheyAreThere) {
    for (const float above : {least_subnormal, 1.0f, largest_float, infinity}) {
        EXPECT_EQ(run(math::exp_below_zero_function, above), 1.0f) << above;
        EXPECT_EQ(run(math::expm1_below_zero_function, above), above);
    }
    for (const float argument : {0.0f, -0.0f, -least_subnormal, -5 * least_subnormal, -least_normal}) {
        EXPECT_EQ(bits(run(math::expm1_below_zero_function, argument)), bits(argument)) << argument;
    }
    EXPECT_EQ(run(math::expm1_below_zero_function, -infinity), -1.0f);
    expect_claim(claim_of(math::exp_below_zero_function), neighbours(-87.33655f, 1000));
    expect_claim(claim_of(math::exp_below_zero_function), neighbours(-103.97208f, 1000));
}

TEST_P(MathFunction, KeepsTheBoundOfEachForm) {
    std::mt19937 random(5);
    std::vector<float> arguments = {0.0f, -0.0f, least_subnormal, -least_subnormal, infinity, -infinity, quiet_nan};
    for (int i = 0; i < 8'000; ++i) arguments.push_back(std::bit_cast<float>(static_cast<uint32_t>(random())));
    for (const float range : {0.5f, 3.0f, 20.0f, 105.0f}) {
        std::uniform_real_distribution<float> within(-range, range);
        for (int i = 0; i < 4'000; ++i) arguments.push_back(within(random));
    }
    for (const math::Form &form : GetParam().function->forms) {
        if (form.bits != 32) continue;
        Function of_this_form = *GetParam().function;
        of_this_form.forms = {form};
        expect_claim({&of_this_form, form.ulp, form.ulp}, arguments);
    }
}

/// The most exact form for doubles, vectorised as kernels are.
std::vector<double> run_in_double(const Function &function, std::vector<double> arguments) {
    const int size = static_cast<int>(arguments.size());
    const Halide::Buffer<double> input(arguments.data(), size);
    const Halide::Var i;
    Halide::Func output;
    output(i) = math::choose_form(function, 64, 0).lower({input(i)});
    output.vectorize(i, 4, Halide::TailStrategy::GuardWithIf);
    const Halide::Buffer<double> result =
        output.realize({size}, Halide::get_host_target().with_feature(Halide::Target::StrictFloat));
    return {result.begin(), result.end()};
}

/// The most exact form for doubles against MPFR; empty if all keep its bound.
std::string complaint_in_double(const Function &function, const std::vector<double> &arguments) {
    const math::Form &form = math::choose_form(function, 64, 0);
    const std::vector<double> results = run_in_double(function, arguments);
    for (size_t at = 0; at < arguments.size(); ++at) {
        const double actual = results[at];
        Real difference = function.evaluate({Real(arguments[at], 53)}, 140);
        const double wanted = difference.to_double();
        if (std::isnan(wanted) && std::isnan(actual)) continue;
        const bool is_same = wanted == actual && std::signbit(wanted) == std::signbit(actual);
        double distance = is_same ? 0 : std::numeric_limits<double>::infinity();
        if (std::isfinite(wanted) && std::isfinite(actual) && std::signbit(wanted) == std::signbit(actual)) {
            const bool is_normal = mpfr_regular_p(difference.get()) != 0 && mpfr_get_exp(difference.get()) > -1021;
            const long exponent = is_normal ? mpfr_get_exp(difference.get()) - 53 : -1074;
            mpfr_sub_d(difference.get(), difference.get(), actual, MPFR_RNDN);
            mpfr_mul_2si(difference.get(), difference.get(), -exponent, MPFR_RNDN);
            distance = std::fabs(difference.to_double());
        }
        if (distance <= form.ulp) continue;
        char text[200];
        std::snprintf(text, sizeof text, "%s(%a): %a instead of %a, %g ULP", function.name.c_str(), arguments[at],
                      actual, wanted, distance);
        return text;
    }
    return "";
}

TEST_P(MathFunction, KeepsItsBoundInDoubles) {
    const Function &function = *GetParam().function;
    const bool has_doubles = std::any_of(function.forms.begin(), function.forms.end(),
                                         [](const math::Form &form) { return form.bits == 64; });
    if (!has_doubles) GTEST_SKIP();
    std::mt19937_64 random(3);
    constexpr double least = std::numeric_limits<double>::denorm_min();
    constexpr double largest = std::numeric_limits<double>::max();
    std::vector<double> arguments;
    for (const double a :
         {0.0, least, 3 * least, 0x1p-1022, 1e-200, 0x1p-53, 1.0, 709.7827128933841, 745.1332191019412, 745.2, 1024.0,
          1074.5, 0x1.a3ffed0df5125p+2 /* gumbel_cdf's worst */, largest, HUGE_VAL, std::nan("")}) {
        arguments.insert(arguments.end(), {a, -a});
    }
    for (int i = 0; i < 20'000; ++i) arguments.push_back(std::bit_cast<double>(random()));
    for (const double range : {0.5, 3.0, 50.0, 1100.0}) {
        std::uniform_real_distribution<double> within(-range, range);
        for (int i = 0; i < 4'000; ++i) arguments.push_back(within(random));
    }
    const std::string wrong = complaint_in_double(function, arguments);
    EXPECT_TRUE(wrong.empty()) << wrong;
}

uint64_t bits(double value) {
    return std::bit_cast<uint64_t>(value);
}

constexpr double end_of_significands = 0x1p53;

/// For significands below 2^53 times 2^exponent, those that come nearest to a whole number of quarter turns: multiples
/// of the denominators of the continued fraction of 2^exponent * 2 / pi.
std::vector<double> significands_nearest_to_quarter_turns(int exponent) {
    // Enough for the integer part and twice as many bits of the fraction as the denominators have.
    const int precision = std::max(exponent, 0) + 200;
    Real rest(precision);
    mpfr_const_pi(rest.get(), MPFR_RNDN);
    mpfr_d_div(rest.get(), 2, rest.get(), MPFR_RNDN);
    mpfr_mul_2si(rest.get(), rest.get(), exponent, MPFR_RNDN);
    mpfr_frac(rest.get(), rest.get(), MPFR_RNDN);
    std::vector<double> found;
    double previous = 0;
    double denominator = 1;
    while (denominator < end_of_significands) {
        found.push_back(denominator * std::floor((end_of_significands - 1) / denominator));
        found.push_back(denominator * std::ceil(end_of_significands / 2 / denominator));
        mpfr_ui_div(rest.get(), 1, rest.get(), MPFR_RNDN);
        const double quotient = std::floor(mpfr_get_d(rest.get(), MPFR_RNDD));
        mpfr_frac(rest.get(), rest.get(), MPFR_RNDN);
        previous = std::exchange(denominator, quotient * denominator + previous);
    }
    // The nearest come last.
    constexpr size_t enough = 6;
    return {found.end() - static_cast<std::ptrdiff_t>(std::min(enough, found.size())), found.end()};
}

/// There all depends on the reduction, and where it takes other bits of 2 / pi.
TEST(SinAndCos, KeepTheirBoundInDoublesAroundTheirZerosAndAtPowersOf2) {
    std::vector<double> arguments;
    for (int exponent = -53; exponent <= 971; ++exponent) {
        for (const double significand : significands_nearest_to_quarter_turns(exponent)) {
            arguments.push_back(std::ldexp(significand, exponent));
        }
        const double power = std::ldexp(1, exponent + 52);
        arguments.insert(arguments.end(), {std::nextafter(power, 0), power, std::nextafter(power, HUGE_VAL)});
    }
    EXPECT_NE(std::find(arguments.begin(), arguments.end(), 0x1.6ac5b262ca1ffp+849), arguments.end())
        << "the double nearest to a whole number of quarter turns is missing";
    for (int k = 1; k < 3000; ++k) {
        // Odd k are where the sine and the cosine change places.
        const double eighths = k * std::atan(1.0);
        arguments.insert(arguments.end(), {std::nextafter(eighths, 0), eighths, std::nextafter(eighths, HUGE_VAL)});
    }
    EXPECT_EQ(complaint_in_double(math::sin_function, arguments), "");
    EXPECT_EQ(complaint_in_double(math::cos_function, arguments), "");
}

TEST(SinAndCos, AreOddAndEvenInDoublesAndKeepZerosAndSubnormals) {
    constexpr double least = std::numeric_limits<double>::denorm_min();
    std::mt19937_64 random(6);
    std::vector<double> above = {0, least, 5 * least, 0x1p-1022};
    const size_t kept = above.size();
    while (above.size() < 20'000) {
        const auto a = std::bit_cast<double>(random() >> 1);
        if (std::isfinite(a)) above.push_back(a);
    }
    std::vector<double> below;
    for (const double a : above) below.push_back(-a);
    const std::vector<double> sines = run_in_double(math::sin_function, above);
    const std::vector<double> sines_below = run_in_double(math::sin_function, below);
    const std::vector<double> cosines = run_in_double(math::cos_function, above);
    const std::vector<double> cosines_below = run_in_double(math::cos_function, below);
    for (size_t i = 0; i < above.size(); ++i) {
        ASSERT_EQ(bits(sines_below[i]), bits(-sines[i])) << above[i];
        ASSERT_EQ(bits(cosines_below[i]), bits(cosines[i])) << above[i];
    }
    for (size_t i = 0; i < kept; ++i) EXPECT_EQ(bits(sines[i]), bits(above[i])) << above[i];
}

/// Finds what differs between targets or is no single operation. Visits a shared expression once: some formulas would
/// be endless as trees.
class Operations : public Halide::Internal::IRGraphVisitor {
public:
    std::vector<std::string> forbidden;

protected:
    using IRGraphVisitor::visit;

    void visit(const Halide::Internal::Max * /*unused*/) override { forbidden.push_back("max"); }
    void visit(const Halide::Internal::Min * /*unused*/) override { forbidden.push_back("min"); }
    void visit(const Halide::Internal::LE * /*unused*/) override { forbidden.push_back("<="); }
    void visit(const Halide::Internal::GE * /*unused*/) override { forbidden.push_back(">="); }
    void visit(const Halide::Internal::Sub *operation) override {
        if (Halide::Internal::is_const_zero(operation->a)) forbidden.push_back("unary minus");
        IRGraphVisitor::visit(operation);
    }
    void visit(const Halide::Internal::Cast *operation) override {
        // Integers and other floats become floats in the same way everywhere, and bits are only cut off.
        const Halide::Type from = operation->value.type();
        const bool becomes_float = (from.is_int() || from.is_float()) && operation->type.is_float();
        const bool cuts_bits = from.is_uint() && operation->type.is_uint();
        if (!becomes_float && !cuts_bits) forbidden.push_back("a conversion");
        IRGraphVisitor::visit(operation);
    }
    void visit(const Halide::Internal::Div *operation) override {
        if (!operation->type.is_float()) forbidden.push_back("a division of integers");
        IRGraphVisitor::visit(operation);
    }
    void visit(const Halide::Internal::Call *operation) override {
        using Halide::Internal::Call;
        const bool is_operation = operation->name == "llvm.fma.f32" || operation->name == "llvm.fma.f64" ||
                                  operation->name == "sqrt_f32" || operation->name == "sqrt_f64" ||
                                  operation->is_intrinsic({Call::shift_left, Call::shift_right, Call::bitwise_xor,
                                                           Call::bitwise_and, Call::bitwise_or, Call::bitwise_not});
        if (!is_operation) forbidden.push_back("a call of " + operation->name);
        IRGraphVisitor::visit(operation);
    }
};

TEST_P(MathFunction, LowersToSingleOperations) {
    Operations operations;
    for (const math::Form &form : GetParam().function->forms) {
        const Halide::Expr argument =
            form.bits == 64 ? Halide::Expr(Halide::Param<double>("a")) : Halide::Expr(Halide::Param<float>("a"));
        form.lower({argument}).accept(&operations);
    }
    EXPECT_TRUE(operations.forbidden.empty()) << operations.forbidden.front();
}

/// autodiff and the autoschedulers know no call of ours.
TEST_P(MathFunction, HasAFormForAutodiffThatIsNearlyTheSame) {
    const Function &function = *GetParam().function;
    Function in_halide = function;
    in_halide.forms = {{.bits = 32, .ulp = 0, .lower = function.lower_for_autodiff}};
    for (const float argument : {-3.0f, -0.5f, 0.7f, 4.0f}) {
        const float wanted = exact(function, argument);
        if (std::isnan(wanted)) continue;
        EXPECT_NEAR(run(in_halide, argument), wanted, 1e-5f * std::fabs(wanted)) << function.name << " of " << argument;
    }
}

float run(Halide::Expr (*expression)(const Halide::Expr &), float argument) {
    Halide::Buffer<float> input(1);
    input(0) = argument;
    const Halide::Var i;
    Halide::Func output;
    output(i) = expression(input(i));
    return testing::realize(output, 1).front();
}

TEST(FloatBits, NegateFlipsTheSignOnly) {
    for (const float value : {0.0f, -0.0f, 1.5f, -least_subnormal, infinity}) {
        EXPECT_EQ(bits(run(math::negate, value)), bits(value) ^ 0x80000000u) << value;
    }
}

TEST(FloatBits, KeepWithinKeepsNan) {
    const auto within = [](const Halide::Expr &a) { return math::keep_within(a, -2, 3); };
    EXPECT_TRUE(std::isnan(run(within, quiet_nan)));
    EXPECT_EQ(run(within, -infinity), -2.0f);
    EXPECT_EQ(run(within, infinity), 3.0f);
    EXPECT_EQ(bits(run(within, -0.0f)), bits(-0.0f));
}

TEST(FloatBits, NearestIntegerGivesThePowerOf2) {
    const auto integer = [](const Halide::Expr &a) { return math::nearest_integer(a, 2.0f, 127).value; };
    const auto power = [](const Halide::Expr &a) {
        return math::float_of_bits(math::nearest_integer(a, 2.0f, 127).exponent_bits);
    };
    for (const float value : {0.0f, 0.2f, 0.3f, -0.2f, -0.3f, 31.1f, -62.9f}) {
        EXPECT_EQ(run(integer, value), std::nearbyint(2 * value)) << value;
        EXPECT_EQ(run(power, value), std::exp2(std::nearbyint(2 * value))) << value;
    }
}

TEST(GumbelCdf, KeepsTheLowPartOfItsExponent) {
    for (const float argument : {-4.6f, -4.4f, -3.8132505f, -1.7666f, 0.0f, 3.0f}) {
        expect_claim(claim_of(math::gumbel_cdf_function), neighbours(argument, 1000));
        expect_claim(claim_of(math::upscaled_gumbel_cdf_function), neighbours(argument, 1000));
    }
    EXPECT_EQ(bits(run(math::gumbel_cdf_function, -infinity)), bits(0.0f));
    EXPECT_EQ(run(math::gumbel_cdf_function, infinity), 1.0f);
}

TEST(TanhShrinkage, DoesNotCancelAndIsOdd) {
    for (const float argument : {1e-30f, 1e-13f, 1e-3f, 0.5f, 1.0f, 10.0f}) {
        expect_claim(claim_of(math::tanh_shrinkage_function), neighbours(argument, 1000));
        EXPECT_EQ(run(math::tanh_shrinkage_function, -argument), -run(math::tanh_shrinkage_function, argument));
    }
    EXPECT_EQ(run(math::tanh_shrinkage_function, infinity), infinity);
    EXPECT_EQ(bits(run(math::tanh_shrinkage_function, -0.0f)), bits(-0.0f));
}

TEST(Upscaled, ReachesBelowWhereTheFunctionItselfUnderflows) {
    for (const float argument : {-130.0f, -110.0f, -88.0f}) {
        expect_claim(claim_of(math::upscaled_exp_function), neighbours(argument, 1000));
        expect_claim(claim_of(math::upscaled_sigmoid_function), neighbours(argument, 1000));
    }
    for (const float argument : {-11.5f, 11.5f, 10.2f}) {
        expect_claim(claim_of(math::upscaled_gaussian_function), neighbours(argument, 1000));
    }
    for (const float argument : {-16.5f, -14.2f}) {
        expect_claim(claim_of(math::upscaled_normal_cdf_function), neighbours(argument, 1000));
        expect_claim(claim_of(math::upscaled_normal_density_function), neighbours(argument, 1000));
    }
}

TEST(Coefficients, AreThoseThatTheScriptsCompute) {
    const std::string python = ACTINIDE_PYTHON;
    if (python.empty()) GTEST_SKIP() << "no Python was found when the tests were configured";
    if (std::system((python + " -c 'import mpmath' 2>/dev/null").c_str()) != 0) GTEST_SKIP() << "Python lacks mpmath";
    for (const auto &file : std::filesystem::directory_iterator(ACTINIDE_SOURCE_DIR "/generators/math/coefficients")) {
        const std::string script = file.path().string();
        if (file.path().extension() != ".py" || file.path().stem() == "remez") continue;
        EXPECT_EQ(std::system((python + " -B " + script + " --check").c_str()), 0) << script;
    }
}

}  // namespace
}  // namespace actinide
