// links: actinide_formula
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "generators/formula/differentiate.h"
#include "generators/formula/parse.h"
#include "generators/formula/print.h"
#include "tests/formula_random_trees.h"
#include "tests/formula_reals.h"

namespace actinide {
namespace {

using math::Real;

constexpr int precision = 700;
constexpr int step_bits = 160;

Formula parsed(const std::string &text) {
    return parse(text).formula.value();
}
std::string derivative_text(const std::string &text) {
    return print(differentiate(parsed(text), "x"));
}
std::string simplified(const std::string &text) {
    return print(simplify(parsed(text)));
}

Values random_values(testing::RandomTrees &random) {
    std::map<std::string, double> values;
    for (const char *name : {"x", "alpha", "a", "negative_slope", "_b2"}) values[name] = random.value();
    return testing::exactly(values);
}

/// Whether no part of the formula comes near an overflow, a division by zero or a total cancellation.
bool is_moderate(const Formula &formula, const Values &values) {
    if (!is_condition(formula)) {
        const Real value = evaluate(formula, values, precision);
        const bool is_zero = mpfr_zero_p(value.get()) != 0;
        if (!is_zero && (mpfr_regular_p(value.get()) == 0 || std::abs(mpfr_get_exp(value.get())) > 120)) return false;
    }
    return std::all_of(formula.operands().begin(), formula.operands().end(),
                       [&](const Formula &operand) { return is_moderate(operand, values); });
}

/// Whether a difference quotient of moderate values cannot tell it from zero.
bool is_noise(const Real &slope) {
    return mpfr_zero_p(slope.get()) != 0 || mpfr_get_exp(slope.get()) < -250;
}

TEST(Derivative, OfEveryFunctionAgreesWithCentralDifferences) {
    testing::RandomTrees random(2);
    for (const math::Function *function : math::functions()) {
        ASSERT_EQ(function->derivatives.size(), function->arguments.size()) << function->name;
        std::vector<Formula> arguments;
        for (const std::string &name : function->arguments) arguments.push_back(variable(name));
        const Formula formula = call(*function, arguments);
        for (const std::string &name : function->arguments) {
            const Formula derivative = differentiate(formula, name);
            for (int i = 0; i < 200; ++i) {
                std::map<std::string, double> at;
                for (const std::string &argument : function->arguments) at[argument] = random.value();
                const Values values = testing::exactly(at);
                if (evaluate(formula, values, precision).is_nan()) continue;
                const Real expected = testing::central_difference(formula, name, values, step_bits, precision);
                EXPECT_GT(testing::agreeing_bits(evaluate(derivative, values, precision), expected), 250)
                    << print(derivative) << " at " << at.begin()->second;
            }
        }
    }
}

TEST(Derivative, OfRandomTreesAgreesWithCentralDifferences) {
    testing::RandomTrees random(3);
    int compared = 0;
    for (int i = 0; i < 4000; ++i) {
        const Formula formula = random.number(5);
        const Formula derivative = differentiate(formula, "x");
        const Values values = random_values(random);
        if (!mentions(formula, "x") || !is_moderate(formula, values)) continue;
        const Real expected = testing::central_difference(formula, "x", values, step_bits, precision);
        ++compared;
        const Real ours = evaluate(derivative, values, precision);
        if (is_noise(ours) && is_noise(expected)) continue;
        ASSERT_GT(testing::agreeing_bits(ours, expected), 60) << print(formula) << "\n-> " << print(derivative);
    }
    EXPECT_GT(compared, 300);
}

TEST(Derivative, IsWrittenNeatly) {
    EXPECT_EQ(derivative_text("where(x > 0, x, alpha * expm1(x))"), "where(x > 0, 1, alpha * exp(x))");
    EXPECT_EQ(derivative_text("where(x <= 0, 0, x)"), "where(x <= 0, 0, 1)");
    EXPECT_EQ(derivative_text("exp(-x)"), "-exp(-x)");
    EXPECT_EQ(derivative_text("exp(beta * x)"), "beta * exp(beta * x)");
    EXPECT_EQ(derivative_text("x * x"), "2 * x");
    EXPECT_EQ(derivative_text("3 * x - 5"), "3");
    EXPECT_EQ(derivative_text("x / 4"), "1 / 4");
    EXPECT_EQ(derivative_text("alpha / x"), "-(alpha / x / x)");
    EXPECT_EQ(derivative_text("alpha * exp(beta)"), "0");
    EXPECT_EQ(derivative_text("where(x > 0, x + 1, x - 1)"), "1");
    EXPECT_EQ(derivative_text("scale * where(x > 0, x, 0)"), "where(x > 0, scale, 0)");
}

TEST(Derivative, UsesTheBranchThatTheConditionSelectsAtAKink) {
    const auto at_zero = [](const std::string &text) {
        return evaluate(differentiate(parsed(text), "x"), testing::exactly({{"x", 0}}), 53).to_double();
    };
    EXPECT_EQ(at_zero("where(x > 0, 2 * x, 3 * x)"), 3);
    EXPECT_EQ(at_zero("where(x >= 0, 2 * x, 3 * x)"), 2);
    EXPECT_EQ(at_zero("where(x < 0, 2 * x, 3 * x)"), 3);
    EXPECT_EQ(at_zero("where(x <= 0, 2 * x, 3 * x)"), 2);
}

TEST(Derivative, ArgumentsOfCallsMayBearTheRulesOwnNames) {
    // The rule of exp is written over `a`; an argument that mentions `a` must not be replaced twice.
    const Formula a = variable("a");
    EXPECT_EQ(print(differentiate(call("exp", {2 * a}), "a")), "2 * exp(2 * a)");
}

TEST(Simplify, KeepsTheValueOfRandomTrees) {
    testing::RandomTrees random(4);
    int compared = 0;
    for (int i = 0; i < 20000; ++i) {
        const Formula formula = random.number(6);
        const Values values = random_values(random);
        if (!is_moderate(formula, values)) continue;
        const Real expected = evaluate(formula, values, precision);
        ++compared;
        const Formula simple = simplify(formula);
        ASSERT_GT(testing::agreeing_bits(evaluate(simple, values, precision), expected), 300)
            << print(formula) << "\n-> " << print(simple);
    }
    EXPECT_GT(compared, 3000);
}

TEST(Simplify, FoldsWhatIsLiteral) {
    EXPECT_EQ(simplified("0 * x + 1 * alpha"), "alpha");
    EXPECT_EQ(simplified("x - 0 + 0"), "x");
    EXPECT_EQ(simplified("--x"), "x");
    EXPECT_EQ(simplified("-0"), "0");
    EXPECT_EQ(simplified("2 * 3 - 10"), "-4");
    EXPECT_EQ(simplified("6 / 3"), "2");
    EXPECT_EQ(simplified("7 / 3"), "7 / 3");
    EXPECT_EQ(simplified("1 / 0"), "1 / 0");
    EXPECT_EQ(simplified("0 / 0"), "0 / 0");
    EXPECT_EQ(simplified("2 * (3 * x)"), "6 * x");
    EXPECT_EQ(simplified("x + -alpha"), "x - alpha");
    EXPECT_EQ(simplified("x - -alpha"), "x + alpha");
    EXPECT_EQ(simplified("where(x > 0, x, x)"), "x");
    EXPECT_EQ(simplified("1000000000 * 1000000000"), "1000000000 * 1000000000");
}

TEST(Simplify, LeavesConditionsAsTheyAreWritten) {
    EXPECT_EQ(simplified("where(1 * x + 0 > --alpha, 1 * x, 0)"), "where(1 * x + 0 > --alpha, x, 0)");
}

TEST(MultiplyIntoBranches, NothingLeaksThroughAClosedGate) {
    const Formula gradient = variable("dy");
    const auto product = [&](const std::string &text) { return print(multiply_into_branches(parsed(text), gradient)); };
    EXPECT_EQ(product("where(x <= 0, 0, 1)"), "where(x <= 0, 0, dy)");
    EXPECT_EQ(product("where(x > 0, 1, alpha * exp(x))"), "where(x > 0, dy, alpha * exp(x) * dy)");
    EXPECT_EQ(product("where(x > 0, where(x < 6, 1, 0), -1)"), "where(x > 0, where(x < 6, dy, 0), -dy)");
    EXPECT_EQ(product("scale * where(x > 0, 1, 0)"), "where(x > 0, scale * dy, 0)");
    EXPECT_EQ(product("where(x > 1, where(x > 2, 1, x), exp(x))"),
              "where(x > 1, where(x > 2, dy, x * dy), exp(x) * dy)");
    EXPECT_EQ(product("where(x > 1, exp(x), x)"), "where(x > 1, exp(x), x) * dy");
    EXPECT_EQ(product("1"), "dy");
    EXPECT_EQ(product("0"), "0");
}

}  // namespace
}  // namespace actinide
