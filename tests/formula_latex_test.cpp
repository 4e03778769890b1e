// links: actinide_formula
// Formulas as LaTeX.
#include <gtest/gtest.h>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/signature.h"
#include "generators/formula/parse.h"
#include "generators/formula/print_latex.h"

namespace actinide {
namespace {

std::string latex_of(const std::string &text) {
    return print_latex(parse(text).formula.value());
}

TEST(Latex, WritesArithmeticWithTheBracketsThatItNeeds) {
    EXPECT_EQ(latex_of("a - (b - c)"), "a - \\left(b - c\\right)");
    EXPECT_EQ(latex_of("(a + b) * c"), "\\left(a + b\\right) \\, c");
    EXPECT_EQ(latex_of("a * -b"), "a \\, \\left(-b\\right)");
    EXPECT_EQ(latex_of("-a * b"), "\\left(-a\\right) \\, b");
    EXPECT_EQ(latex_of("-(a * b)"), "-a \\, b");
    EXPECT_EQ(latex_of("x * 2"), "x \\cdot 2");
    EXPECT_EQ(latex_of("(a + b) / c"), "\\frac{a + b}{c}");
    EXPECT_EQ(latex_of("(x / 2)^2"), "\\left(\\frac{x}{2}\\right)^{2}");
    EXPECT_EQ(latex_of("x^3"), "x^{3}");
    EXPECT_EQ(latex_of("1e-6 * x"), "1 \\cdot 10^{-6} \\, x");
}

TEST(Latex, WritesFunctionsAsMathematicsHasThem) {
    EXPECT_EQ(latex_of("alpha * expm1(x)"), "\\alpha \\, \\left(e^{x} - 1\\right)");
    EXPECT_EQ(latex_of("sqrt(x * x + 1)"), "\\sqrt{x^{2} + 1}");
    EXPECT_EQ(latex_of("gaussian(x + 1)"), "e^{-\\left(x + 1\\right)^{2}}");
    EXPECT_EQ(latex_of("tanh(x)^2"), "\\left(\\tanh\\left(x\\right)\\right)^{2}");
    EXPECT_EQ(latex_of("tanh_shrinkage(pi)"), "\\operatorname{tanh\\_shrinkage}\\left(\\pi\\right)");
    EXPECT_EQ(latex_of("abs(x)"), "\\left|x\\right|");
}

TEST(Latex, WritesBranchesAsCases) {
    EXPECT_EQ(latex_of("where(x > 0, x, where(x >= -1 && y < 2, a, b))"),
              "\\begin{cases} x & \\text{if } x > 0 \\\\ a & \\text{if } x \\ge -1 \\wedge y < 2 \\\\ "
              "b & \\text{otherwise} \\end{cases}");
    EXPECT_EQ(latex_of("max(x, 0)"), "\\max\\left(x, 0\\right)");
    EXPECT_EQ(latex_of("where(x > 6, 6, x)"), "\\min\\left(x, 6\\right)");
    EXPECT_EQ(
        print_latex(where(finite(variable("a")) || unequal(variable("a"), 0), 1, 2)),
        "\\begin{cases} 1 & \\text{if } a \\text{ finite} \\vee a \\ne 0 \\\\ 2 & \\text{otherwise} \\end{cases}");
}

TEST(Latex, WritesNamesAsLettersWhereTheyAreSome) {
    EXPECT_EQ(print_latex_name("alpha_p"), "\\alpha_{p}");
    EXPECT_EQ(print_latex_name("p1"), "p_{1}");
    EXPECT_EQ(print_latex_name("negative_slope"), "\\mathit{negative\\_slope}");
    EXPECT_EQ(print_latex_name("min_val"), "\\mathit{min\\_val}");
    EXPECT_EQ(print_latex_name("x"), "x");
}

class OfTheCatalogue : public ::testing::TestWithParam<size_t> {};

INSTANTIATE_TEST_SUITE_P(Catalogue, OfTheCatalogue, ::testing::Range(size_t{0}, catalogue().size()),
                         [](const auto &info) { return catalogue()[info.param].name; });

size_t count(const std::string &text, const std::string &part) {
    size_t found = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

TEST_P(OfTheCatalogue, ClosesWhatItOpens) {
    const Activation &activation = catalogue()[GetParam()];
    for (const Pass pass : all_passes()) {
        if (!why_unsupported(activation, pass).empty()) continue;
        for (const OutputFormula &output : output_formulas(activation, pass)) {
            for (const Formula &formula : {output.exact, output.computed}) {
                const std::string text = print_latex(formula);
                EXPECT_EQ(count(text, "{"), count(text, "}")) << text;
                EXPECT_EQ(count(text, "\\left"), count(text, "\\right")) << text;
                EXPECT_EQ(count(text, "\\begin{cases}"), count(text, "\\end{cases}")) << text;
                EXPECT_EQ(text.find('#'), std::string::npos) << text;
            }
        }
    }
}

}  // namespace
}  // namespace actinide
