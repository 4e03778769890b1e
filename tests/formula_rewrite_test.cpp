// links: actinide_formula
// Forms that are said to be equal, and the calls that formulas make.
#include <gtest/gtest.h>

#include "generators/formula/calls.h"
#include "generators/formula/differentiate.h"
#include "generators/formula/evaluate.h"
#include "generators/formula/parse.h"
#include "generators/formula/print.h"
#include "generators/formula/rewrite.h"
#include "tests/formula_random_trees.h"
#include "tests/formula_reals.h"

namespace actinide {
namespace {

constexpr int precision = 3000;  // erf(28) is 1 but for 2^-1130

Formula parsed(const std::string &text) {
    return parse(text).formula.value();
}

std::string safely(const std::string &text) {
    return print(rewrite_safely(parsed(text)).formula);
}

class EqualFormsOf : public ::testing::TestWithParam<const std::vector<EqualForms> *> {};

TEST_P(EqualFormsOf, AreEqualWhereverTheFirstIsDefined) {
    testing::RandomTrees random(5);
    for (const EqualForms &each : *GetParam()) {
        int tried = 0;
        for (int i = 0; i < 40; ++i) {
            const Values values = testing::exactly({{"a", i % 2 == 0 ? random.value() : 20 * random.value()}});
            const math::Real typed = evaluate(parsed(each.typed), values, precision);
            if (typed.is_nan()) continue;
            ++tried;
            EXPECT_GT(testing::agreeing_bits(evaluate(parsed(each.better), values, precision), typed), 200)
                << each.typed << " = " << each.better << " at " << values.at("a").to_double();
        }
        EXPECT_GT(tried, 10) << each.typed;
    }
}

INSTANTIATE_TEST_SUITE_P(Rewrite, EqualFormsOf, ::testing::Values(&safe_forms(), &related_calls()));

TEST(Rewrite, FindsEverySafeFormWhateverItsArgument) {
    for (const EqualForms &each : safe_forms()) {
        for (const char *argument : {"x", "beta * x + 1", "x / 3", "exp(x)"}) {
            const Formula typed = substitute(parsed(each.typed), "a", parsed(argument));
            EXPECT_FALSE(rewrite_safely(typed).steps.empty()) << print(typed);
        }
    }
}

TEST(Rewrite, LooksAtNoOrder) {
    EXPECT_EQ(safely("log(exp(x) + 1)"), "softplus(x)");
    EXPECT_EQ(safely("x * tanh(log(exp(beta * x) + 1))"), "x * tanh(softplus(beta * x))");
    EXPECT_EQ(safely("x / (exp(-x * beta) + 1)"), "x / (exp(-(x * beta)) + 1)");
    EXPECT_EQ(safely("x * (1 / (exp(-x * beta) + 1))"), "x * sigmoid(x * beta)");
    EXPECT_EQ(safely("0.5 * x * (1 + erf(x / 2^0.5))"), "0.5 * x * (2 * normal_cdf(x))");
    EXPECT_EQ(safely("exp(-x^2)"), "gaussian(x)");
    EXPECT_EQ(safely("log(1 + x^2)"), "log1p(x * x)");
}

TEST(Rewrite, LeavesWhatIsSafe) {
    for (const char *text : {"x * sigmoid(x)", "where(x > 0, x, expm1(x))", "log1p(abs(x))", "exp(x) + 1", "x - 1"}) {
        EXPECT_TRUE(rewrite_safely(parsed(text)).steps.empty()) << text;
        EXPECT_EQ(safely(text), text);
    }
}

TEST(Rewrite, SaysWhatStandsForWhat) {
    const Rewriting rewriting = rewrite_safely(parsed("log(1 + exp(x)) * tanh(log(1 + exp(x)))"));
    ASSERT_EQ(rewriting.steps.size(), 1U);
    EXPECT_EQ(rewriting.steps[0].typed, "log(1 + exp(x))");
    EXPECT_EQ(rewriting.steps[0].better, "softplus(x)");
}

TEST(Calls, AreOneWhereOnlyTheOrderDiffers) {
    EXPECT_EQ(print(share_calls(parsed("exp(a * x) + exp(x * a)"))), "exp(a * x) + exp(a * x)");
    EXPECT_EQ(print(share_calls(parsed("exp(a * x * b) - tanh(exp(b * (a * x)))"))),
              "exp(a * x * b) - tanh(exp(a * x * b))");
    EXPECT_EQ(print(share_calls(parsed("exp(a - x) + exp(x - a)"))), "exp(a - x) + exp(x - a)");
    EXPECT_EQ(print(share_calls(parsed("where(x + 1 > 0, exp(x + 1), exp(1 + x))"))),
              "where(x + 1 > 0, exp(x + 1), exp(x + 1))");
}

TEST(Calls, AreCountedOnceWithTheirGradients) {
    const Formula telu = parsed("x * tanh(exp(x))");
    EXPECT_EQ(transcendental_calls({telu}).size(), 2U);
    EXPECT_EQ(transcendental_calls({telu, differentiate(telu, "x")}).size(), 3U);
    EXPECT_EQ(transcendental_calls({parsed("sqrt(x) + exp(x) * exp(x)")}).size(), 1U);
}

TEST(Calls, KeepTheirValueWhenTheyAreShared) {
    testing::RandomTrees random(6);
    for (int i = 0; i < 500; ++i) {
        const Formula formula = random.number(5);
        std::map<std::string, double> at;
        for (const char *name : {"x", "alpha", "a", "negative_slope", "_b2"}) at[name] = random.value();
        const Values values = testing::exactly(at);
        const math::Real expected = evaluate(formula, values, precision);
        const math::Real shared = evaluate(share_calls(formula), values, precision);
        if (expected.is_nan() || mpfr_regular_p(expected.get()) == 0) continue;
        EXPECT_GT(testing::agreeing_bits(shared, expected), 100) << print(formula);
    }
}

}  // namespace
}  // namespace actinide
