// links: actinide_formula
#include <Halide.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "generators/math/exp.h"
#include "generators/math/expm1.h"
#include "generators/math/float_bits.h"
#include "generators/math/function.h"
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
    {&math::exp_function, 0.892, 0.892},
    {&math::expm1_function, 0.882, 1.496},
};

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
        EXPECT_NE(bound.find(std::to_string(ulp).substr(0, 5) + " ULP"), std::string::npos) << bound;
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

TEST_P(MathFunction, KeepsItsBoundAtAllMagnitudes) {
    std::mt19937 random(1);
    std::vector<float> arguments;
    for (int i = 0; i < 100'000; ++i) arguments.push_back(std::bit_cast<float>(static_cast<uint32_t>(random())));
    expect_claim(GetParam(), arguments);
}

TEST_P(MathFunction, KeepsItsBoundWhereItIsNeitherConstantNorLinear) {
    std::mt19937 random(2);
    std::vector<float> arguments;
    for (const float range : {0.5f, 3.0f, 20.0f, 105.0f}) {
        std::uniform_real_distribution<float> within(-range, range);
        for (int i = 0; i < 50'000; ++i) arguments.push_back(within(random));
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
        ASSERT_LE(values[i - 1], std::nextafter(values[i], infinity)) << function.name << " near " << arguments[i];
    }
}

TEST_P(MathFunction, OverflowsWhereTheExactValueDoes) {
    expect_claim(GetParam(), neighbours(0x1.62e43p+6f, 1000));
}

TEST(Exp, RoundsSubnormalResults) {
    expect_claim(claims[0], neighbours(-87.33655f, 1000));
    expect_claim(claims[0], neighbours(-103.27893f, 1000));
    expect_claim(claims[0], neighbours(-103.97208f, 1000));
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

TEST(Expm1, EndsAtMinusOne) {
    for (const float argument : {-17.5f, -20.0f, -88.0f, -1000.0f, -largest_float, -infinity}) {
        EXPECT_EQ(run(math::expm1_function, argument), -1.0f) << argument;
    }
}

/// Finds what differs between targets or is no single operation.
class Operations : public Halide::Internal::IRVisitor {
public:
    std::vector<std::string> forbidden;

protected:
    using IRVisitor::visit;

    void visit(const Halide::Internal::Max * /*unused*/) override { forbidden.push_back("max"); }
    void visit(const Halide::Internal::Min * /*unused*/) override { forbidden.push_back("min"); }
    void visit(const Halide::Internal::LE * /*unused*/) override { forbidden.push_back("<="); }
    void visit(const Halide::Internal::GE * /*unused*/) override { forbidden.push_back(">="); }
    void visit(const Halide::Internal::Sub *operation) override {
        if (Halide::Internal::is_const_zero(operation->a)) forbidden.push_back("unary minus");
        IRVisitor::visit(operation);
    }
    void visit(const Halide::Internal::Cast *operation) override {
        forbidden.push_back("a conversion");
        IRVisitor::visit(operation);
    }
    void visit(const Halide::Internal::Div *operation) override {
        forbidden.push_back("a division");
        IRVisitor::visit(operation);
    }
    void visit(const Halide::Internal::Call *operation) override {
        using Halide::Internal::Call;
        const bool is_operation = operation->name == "llvm.fma.f32" ||
                                  operation->is_intrinsic({Call::shift_left, Call::shift_right, Call::bitwise_xor,
                                                           Call::bitwise_and, Call::bitwise_or});
        if (!is_operation) forbidden.push_back("a call of " + operation->name);
        IRVisitor::visit(operation);
    }
};

TEST_P(MathFunction, LowersToSingleOperations) {
    Operations operations;
    const math::Form &form = math::choose_form(*GetParam().function, 32, math::usual_ulp);
    form.lower({Halide::Param<float>("a")}).accept(&operations);
    EXPECT_TRUE(operations.forbidden.empty()) << operations.forbidden.front();
}

/// autodiff and the autoschedulers know no call of ours.
TEST_P(MathFunction, HasAFormForAutodiffThatIsNearlyTheSame) {
    const Function &function = *GetParam().function;
    Function in_halide = function;
    in_halide.forms = {{.bits = 32, .ulp = 0, .lower = function.lower_for_autodiff}};
    for (const float argument : {-3.0f, -0.5f, 0.7f, 4.0f}) {
        const float wanted = exact(function, argument);
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

TEST(Coefficients, AreThoseThatTheScriptsCompute) {
    const std::string python = ACTINIDE_PYTHON;
    if (python.empty()) GTEST_SKIP() << "no Python was found when the tests were configured";
    if (std::system((python + " -c 'import mpmath' 2>/dev/null").c_str()) != 0) GTEST_SKIP() << "Python lacks mpmath";
    for (const Function *function : math::functions()) {
        const std::string script =
            ACTINIDE_SOURCE_DIR "/generators/math/coefficients/" + function->name + ".py --check";
        EXPECT_EQ(std::system((python + " -B " + script).c_str()), 0) << script;
    }
}

}  // namespace
}  // namespace actinide
