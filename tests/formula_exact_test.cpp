// links: actinide_formula
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "generators/formula/differentiate.h"
#include "generators/formula/evaluate.h"
#include "generators/formula/exact.h"
#include "generators/formula/parse.h"
#include "generators/formula/print.h"

namespace actinide {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();
constexpr float largest = std::numeric_limits<float>::max();
constexpr float smallest = std::numeric_limits<float>::denorm_min();

Formula parsed(const std::string &text) {
    return parse(text).formula.value();
}
float rounded(const std::string &text, const Inputs &inputs = {}) {
    return exact_to_float(parsed(text), inputs);
}
double distance(float ours, const std::string &text, const Inputs &inputs = {}) {
    return ulp_distance(ours, parsed(text), inputs);
}

void expect_bits(float actual, float expected) {
    EXPECT_EQ(std::bit_cast<uint32_t>(actual), std::bit_cast<uint32_t>(expected)) << actual << " and " << expected;
}

TEST(Evaluate, FollowsIeee754AtSpecialValues) {
    const Inputs inputs = {{"inf", infinity}, {"nan", not_a_number}, {"zero", 0.0}, {"minus", -0.0}};
    const Values infinite = {{"inf", math::Real(static_cast<double>(infinity), 24)}};
    EXPECT_TRUE(evaluate(parsed("0 * inf"), infinite, 100).is_nan());
    EXPECT_TRUE(evaluate(parsed("inf - inf"), infinite, 100).is_nan());
    EXPECT_TRUE(std::isnan(rounded("zero / zero", inputs)));
    EXPECT_TRUE(std::isnan(rounded("nan + 1", inputs)));
    EXPECT_TRUE(std::isnan(rounded("exp(nan)", inputs)));
    expect_bits(rounded("1 / zero", inputs), infinity);
    expect_bits(rounded("1 / minus", inputs), -infinity);
    expect_bits(rounded("exp(-inf)", inputs), 0.0f);
    expect_bits(rounded("expm1(minus)", inputs), -0.0f);
    expect_bits(rounded("-zero", inputs), -0.0f);
    expect_bits(rounded("2 * minus", inputs), -0.0f);
    expect_bits(rounded("minus + zero", inputs), 0.0f);
}

TEST(Exact, TakesTheLimitWhereAnInfiniteInputGivesNoNumber) {
    const Inputs below = {{"x", -infinity}};
    const Inputs above = {{"x", infinity}};
    expect_bits(rounded("x * sigmoid(x)", below), -0.0f);
    expect_bits(rounded("x * sigmoid(x)", above), infinity);
    expect_bits(rounded("normal_cdf(x) + x * normal_density(x)", below), -0.0f);
    expect_bits(rounded("(sqrt(x * x + 1) - 1) / 2 + x", below), -infinity);
    expect_bits(rounded("gumbel_cdf(x) * (1 + x * exp(-x))", below), -0.0f);
    EXPECT_TRUE(std::isnan(rounded("sin(x)", above)));
    EXPECT_TRUE(std::isnan(rounded("x - x + sin(x)", above)));
}

TEST(Exact, KeepsTheSignOfWhatUnderflowsInMpfrToo) {
    expect_bits(rounded("normal_cdf(x) + x * normal_density(x)", {{"x", -1e20}}), -0.0f);
    expect_bits(rounded("x * sigmoid(x)", {{"x", -1e30}}), -0.0f);
}

TEST(Evaluate, ComparisonsWithNanAreFalse) {
    const Inputs inputs = {{"nan", not_a_number}};
    for (const char *condition : {"nan < 0", "nan <= 0", "nan > 0", "nan >= 0", "0 < nan", "nan <= nan",
                                  "nan < 0 || nan >= 0", "1 > 0 && nan > 0"}) {
        expect_bits(rounded("where(" + std::string(condition) + ", 1, 2)", inputs), 2.0f);
    }
}

TEST(Evaluate, OnlyTheSelectedBranchCounts) {
    expect_bits(rounded("where(1 > 0, 3, 0 / 0)"), 3.0f);
}

TEST(Exact, DecimalConstantsAreTheNearestFloats) {
    expect_bits(rounded("0.1"), 0.1f);
    expect_bits(rounded("-0.044715"), -0.044715f);
    expect_bits(rounded("1e-45"), smallest);
    expect_bits(rounded("3.4028235e38"), largest);
    expect_bits(rounded("1e39"), infinity);
    // Half way between 1 and its neighbour, and a hair above: a detour through double would round both to 1.
    expect_bits(rounded("1.000000059604644775390625"), 1.0f);
    expect_bits(rounded("1.00000005960464477539062500000000001"), std::nextafter(1.0f, 2.0f));
}

TEST(Exact, RoundsOnceIntoSubnormals) {
    const double half_of_smallest = std::ldexp(1.0, -150);
    expect_bits(rounded("x", {{"x", half_of_smallest}}), 0.0f);
    expect_bits(rounded("-x", {{"x", half_of_smallest}}), -0.0f);
    expect_bits(rounded("x * 1.0000000001", {{"x", half_of_smallest}}), smallest);
    expect_bits(rounded("x", {{"x", 3 * half_of_smallest}}), 2 * smallest);
    expect_bits(rounded("-x", {{"x", 1e-300}}), -0.0f);
}

TEST(Exact, OverflowsWhereIeee754Does) {
    const double boundary = std::ldexp(1.0, 128) - std::ldexp(1.0, 103);
    expect_bits(rounded("x", {{"x", std::nextafter(boundary, 0)}}), largest);
    expect_bits(rounded("x", {{"x", boundary}}), infinity);
    expect_bits(rounded("-x", {{"x", boundary}}), -infinity);
    expect_bits(rounded("exp(x)", {{"x", 1e30}}), infinity);
    expect_bits(rounded("1 / exp(x)", {{"x", 1e30}}), 0.0f);
}

TEST(Exact, RaisesThePrecisionUntilCancellationIsOver) {
    // e^x - 1 - x = x^2/2 + ...: at 2^-60 all of 100 bits cancel, at 2^-300 more than 600 do.
    for (const int exponent : {-60, -140, -300}) {
        const double tiny = std::ldexp(1.0, exponent);
        const float ratio = rounded("(exp(x) - 1 - x) / (x * x)", {{"x", tiny}});
        expect_bits(ratio, 0.5f);
    }
    expect_bits(rounded("where(exp(x) > 1, 1, 2)", {{"x", 1e-200}}), 1.0f);
    expect_bits(rounded("where(exp(x) > 1, 1, 2)", {{"x", 0}}), 2.0f);
}

TEST(Exact, RoundsHardCasesOfExpm1AsTheLibraryInDoubleDoes) {
    // Double has 29 bits more than float, so only a random value within 2^-29 of a tie could differ.
    for (int i = -2000; i < 2000; ++i) {
        const float x = static_cast<float>(i) / 37;
        EXPECT_EQ(rounded("expm1(x)", {{"x", x}}), static_cast<float>(std::expm1(static_cast<double>(x)))) << x;
    }
}

TEST(UlpDistance, IsMeasuredInTheLastPlaceOfTheExactValue) {
    EXPECT_EQ(distance(1.0f, "1"), 0);
    EXPECT_EQ(distance(std::nextafter(1.0f, 2.0f), "1"), 1);
    EXPECT_EQ(distance(std::nextafter(1.0f, 0.0f), "1"), 0.5);
    EXPECT_EQ(distance(2.0f, "x", {{"x", 2 + std::ldexp(1.0, -23)}}), 0.5);
    EXPECT_NEAR(distance(0.1f, "0.1"), 0.2, 1e-6);
}

TEST(UlpDistance, OfSubnormalsAndZeroCountsSmallestFloats) {
    EXPECT_EQ(distance(3 * smallest, "x", {{"x", smallest}}), 2);
    EXPECT_EQ(distance(smallest, "0"), 1);
    EXPECT_EQ(distance(0.0f, "x", {{"x", std::ldexp(1.0, -151)}}), 0.25);
    EXPECT_EQ(distance(-0.0f, "0"), 0);
    EXPECT_EQ(distance(std::numeric_limits<float>::min(), "x", {{"x", std::ldexp(1.0, -126) - smallest}}), 1);
}

TEST(UlpDistance, TreatsInfinitiesAndNanAsValues) {
    const Inputs inputs = {{"inf", infinity}, {"nan", not_a_number}};
    EXPECT_EQ(distance(not_a_number, "nan", inputs), 0);
    EXPECT_EQ(distance(1.0f, "nan", inputs), infinity);
    EXPECT_EQ(distance(not_a_number, "1", inputs), infinity);
    EXPECT_EQ(distance(infinity, "inf", inputs), 0);
    EXPECT_EQ(distance(-infinity, "inf", inputs), infinity);
    EXPECT_EQ(distance(largest, "inf", inputs), infinity);
    EXPECT_EQ(distance(infinity, "1e39"), 0);
    EXPECT_EQ(distance(infinity, "exp(1e30)"), 0);
    EXPECT_EQ(distance(infinity, "x", {{"x", largest}}), 1);
    EXPECT_EQ(distance(largest, "x", {{"x", std::ldexp(1.0, 128)}}), 1);
}

TEST(RoundedInFormulas, IsToTheArithmeticOfTheFormat) {
    const Inputs tenth = {{"x", 0.1f}};
    const double product = static_cast<double>(0.1f) * 30;
    EXPECT_EQ(exact_to(float64_format, *parse("rounded(30 * x)").formula, tenth), product);
    EXPECT_EQ(exact_to(float32_format, *parse("rounded(30 * x) - 3").formula, tenth), static_cast<float>(product) - 3);
    // A 16-bit type computes in float32, so that only the result has 16 bits.
    EXPECT_EQ(exact_to(bfloat16_format, *parse("1e6 * (rounded(x + 1) - 1)").formula, {{"x", 0x1p-24}}), 0);
    EXPECT_NE(exact_to(bfloat16_format, *parse("1e6 * (rounded(x + 1) - 1)").formula, {{"x", 0x1p-23}}), 0);
}

TEST(RoundedInFormulas, OverflowsAsFloatsDo) {
    expect_bits(rounded("1 / rounded(x * 16)", {{"x", 0x1p125}}), 0.0f);
    EXPECT_TRUE(std::isnan(rounded("sin(rounded(x * 16))", {{"x", 0x1p125}})));
}

TEST(RoundedInFormulas, HasTheSlopeOfTheRealNumber) {
    const Formula formula = *parse("sin(rounded(30 * x))").formula;
    EXPECT_EQ(print(formula), "sin(rounded(30 * x))");
    EXPECT_EQ(print(differentiate(formula, "x")), "30 * cos(rounded(30 * x))");
}

}  // namespace
}  // namespace actinide
