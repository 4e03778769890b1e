// links: actinide_formula
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/signature.h"
#include "generators/formula/parse.h"
#include "tests/formula_random_trees.h"
#include "tests/formula_realize.h"

namespace actinide {
namespace {

using testing::Arrays;

Formula parsed(const std::string &text) {
    return parse(text).formula.value();
}

Arrays random_arrays(const std::vector<std::string> &names, size_t size) {
    std::mt19937 random(5);
    std::uniform_real_distribution<float> magnitudes(-4, 4);
    Arrays arrays;
    for (const std::string &name : names) {
        for (size_t i = 0; i < size; ++i) arrays[name].push_back(magnitudes(random));
    }
    return arrays;
}

template <typename Expected>
void expect_same_bits(const std::string &text, const Expected &expected) {
    const size_t size = 1000;
    const Arrays arrays = random_arrays({"a", "b", "c", "d"}, size);
    const std::vector<float> actual = testing::run_lowered(parsed(text), arrays);
    for (size_t i = 0; i < size; ++i) {
        const float wanted = expected(arrays.at("a")[i], arrays.at("b")[i], arrays.at("c")[i], arrays.at("d")[i]);
        ASSERT_EQ(std::bit_cast<uint32_t>(actual[i]), std::bit_cast<uint32_t>(wanted))
            << text << ": " << actual[i] << " instead of " << wanted;
    }
}

TEST(Lower, FusesTheLeftmostProductOfASum) {
    expect_same_bits("a * b + c", [](float a, float b, float c, float) { return std::fma(a, b, c); });
    expect_same_bits("a + b * c", [](float a, float b, float c, float) { return std::fma(b, c, a); });
    expect_same_bits("a * b - c", [](float a, float b, float c, float) { return std::fma(a, b, -c); });
    expect_same_bits("a - b * c", [](float a, float b, float c, float) { return std::fma(-b, c, a); });
    expect_same_bits("a * b + c * d", [](float a, float b, float c, float d) { return std::fma(a, b, c * d); });
    expect_same_bits("a * b - c * d", [](float a, float b, float c, float d) { return std::fma(a, b, -(c * d)); });
    expect_same_bits("a + b + c * d", [](float a, float b, float c, float d) { return std::fma(c, d, a + b); });
    expect_same_bits("a * b * c + d", [](float a, float b, float c, float d) { return std::fma(a * b, c, d); });
    expect_same_bits("2 * a - 0.1", [](float a, float, float, float) { return std::fma(2.0f, a, -0.1f); });
}

TEST(Lower, RoundsEveryOtherOperationOnItsOwn) {
    expect_same_bits("(a + b) * c", [](float a, float b, float c, float) { return (a + b) * c; });
    expect_same_bits("a / b / c", [](float a, float b, float c, float) { return a / b / c; });
    expect_same_bits("a / 3", [](float a, float, float, float) { return a / 3.0f; });
    expect_same_bits("1 / a", [](float a, float, float, float) { return 1.0f / a; });
    expect_same_bits("a + b - a", [](float a, float b, float, float) { return (a + b) - a; });
    expect_same_bits("(a + 0.1) + 0.2", [](float a, float, float, float) { return (a + 0.1f) + 0.2f; });
    expect_same_bits("(a * 0.1) * 0.2", [](float a, float, float, float) { return (a * 0.1f) * 0.2f; });
}

TEST(Lower, SubtractsFromZeroAsIeee754Does) {
    expect_same_bits("0 - a", [](float a, float, float, float) { return 0.0f - a; });
    const Arrays zeros = {{"x", {0.0f, -0.0f}}};
    for (const float difference : testing::run_lowered(parsed("0 - x"), zeros)) EXPECT_FALSE(std::signbit(difference));
    const std::vector<float> from_minus_zero = testing::run_lowered(parsed("-0 - x"), zeros);
    EXPECT_TRUE(std::signbit(from_minus_zero[0]));
    EXPECT_FALSE(std::signbit(from_minus_zero[1]));
}

TEST(Lower, SelectsByConditions) {
    const auto expected = [](float a, float b, float c, float d) { return (a < b && b <= c) || d >= 3 ? a : -b; };
    expect_same_bits("where(a < b && b <= c || d >= 3, a, -b)", expected);
}

TEST(Lower, ComparisonsWithNanAreFalse) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const char *condition :
         {"x < 1", "x <= 1", "x > 1", "x >= 1", "1 < x", "1 <= x", "1 > x", "1 >= x", "x <= x"}) {
        const Formula formula = parsed("where(" + std::string(condition) + ", 1, 2)");
        const std::vector<float> actual = testing::run_lowered(formula, {{"x", std::vector<float>(11, nan)}});
        EXPECT_EQ(actual, std::vector<float>(11, 2.0f)) << condition;
    }
}

TEST(Lower, KeepsSignsOfZeroAndNan) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Arrays zero_and_nan = {{"x", {0.0f, -0.0f, nan, -1.0f}}};
    const std::vector<float> negated = testing::run_lowered(parsed("-x"), zero_and_nan);
    EXPECT_TRUE(std::signbit(negated[0]));
    EXPECT_FALSE(std::signbit(negated[1]));
    const std::vector<float> gated = testing::run_lowered(parsed("where(x <= 0, 0, x)"), zero_and_nan);
    EXPECT_EQ(gated[0], 0.0f);
    EXPECT_FALSE(std::signbit(gated[1]));
    EXPECT_TRUE(std::isnan(gated[2]));
    EXPECT_EQ(gated[3], 0.0f);
}

TEST(Lower, MakesOneExpressionOfEqualSubtrees) {
    const Halide::Expr lowered = lower(parsed("exp(x) * exp(x)"), {{"x", Halide::Param<float>("x")}});
    const auto *product = lowered.as<Halide::Internal::Mul>();
    ASSERT_NE(product, nullptr);
    EXPECT_TRUE(product->a.same_as(product->b));
}

/// Finds what differs between targets or is no single operation.
/// Each shared expression is looked at once: as a tree the deepest formulas have millions of nodes.
class ForbiddenOperations : public Halide::Internal::IRGraphVisitor {
public:
    std::vector<std::string> found;

protected:
    using IRGraphVisitor::visit;

    void visit(const Halide::Internal::Max * /*unused*/) override { found.push_back("max"); }
    void visit(const Halide::Internal::Min * /*unused*/) override { found.push_back("min"); }
    void visit(const Halide::Internal::LE *operation) override { visit_unordered(operation); }
    void visit(const Halide::Internal::GE *operation) override { visit_unordered(operation); }
    void visit(const Halide::Internal::Sub *operation) override {
        if (operation->type.is_float() && Halide::Internal::is_const_zero(operation->a)) found.push_back("unary minus");
        IRGraphVisitor::visit(operation);
    }
    void visit(const Halide::Internal::Call *operation) override {
        for (const char *name : {"round", "fast_", "exp_f32", "log_f32", "pow_f32"}) {
            if (operation->name.find(name) != std::string::npos) found.push_back(operation->name);
        }
        IRGraphVisitor::visit(operation);
    }

private:
    /// On x86 Halide makes these true for NaN.
    template <typename Comparison>
    void visit_unordered(const Comparison *operation) {
        if (operation->a.type().is_float()) found.push_back("a float comparison <= or >=");
        IRGraphVisitor::visit(operation);
    }
};

Bindings symbols(const Formula &formula) {
    Bindings bindings;
    for (const std::string &name : variables(formula)) bindings[name] = Halide::Param<float>(name);
    return bindings;
}

TEST(Lower, UsesNoForbiddenOperation) {
    std::vector<Formula> formulas;
    testing::RandomTrees trees(6);
    for (int i = 0; i < 200; ++i) formulas.push_back(trees.number(5));
    for (const Activation &activation : catalogue()) {
        for (const Pass pass : all_passes()) {
            if (!why_unsupported(activation, pass).empty()) continue;
            for (const OutputFormula &output : output_formulas(activation, pass)) formulas.push_back(output.computed);
        }
    }
    for (const Formula &formula : formulas) {
        ForbiddenOperations lint;
        lower(formula, symbols(formula)).accept(&lint);
        EXPECT_TRUE(lint.found.empty()) << lint.found.front();
    }
}

}  // namespace
}  // namespace actinide
