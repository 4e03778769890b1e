// links: actinide_formula
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "generators/formula/evaluate.h"
#include "generators/formula/parse.h"
#include "generators/formula/print.h"
#include "generators/formula/shorthand.h"
#include "generators/math/function.h"
#include "tests/formula_random_trees.h"

namespace actinide {
namespace {

const Formula x = variable("x");
const Formula alpha = variable("alpha");

Formula parsed(const std::string &text) {
    const ParseResult result = parse(text);
    EXPECT_TRUE(result.formula.has_value()) << text << ": " << result.error.message;
    return result.formula.value_or(variable("unparsed"));
}

std::string repeated(const std::string &piece, size_t times) {
    std::string text;
    for (size_t i = 0; i < times; ++i) text += piece;
    return text;
}

std::string chained(const std::string &piece, size_t times) {
    std::string text(1, 'x');
    text += repeated(piece, times);
    return text;
}

TEST(FormulaText, PrintedTreesParseBackToTheSameTree) {
    testing::RandomTrees trees(1);
    for (int i = 0; i < 20000; ++i) {
        const Formula formula = i % 4 == 0 ? trees.condition(5) : trees.number(5);
        const std::string text = print(formula);
        const ParseResult result = parse(text);
        ASSERT_TRUE(result.formula.has_value()) << text << ": " << result.error.message;
        ASSERT_TRUE(equal(*result.formula, formula)) << text << " came back as " << print(*result.formula);
    }
}

TEST(FormulaText, ReadsAsItIsWrittenInTheCatalogue) {
    EXPECT_EQ(print(where(x > 0, x, alpha * call("expm1", {x}))), "where(x > 0, x, alpha * expm1(x))");
    EXPECT_EQ(print(where(x >= -1 && x < constant("0.50"), -x, 2 * x)), "where(x >= -1 && x < 0.5, -x, 2 * x)");
}

TEST(FormulaText, CallsAnAbsoluteValueAbs) {
    EXPECT_EQ(print(1 + absolute(x * alpha)), "1 + abs(x * alpha)");
    EXPECT_TRUE(equal(parsed("abs(x - abs(alpha))"), absolute(x - absolute(alpha))));
    EXPECT_EQ(print(where(x < 0, -x, alpha)), "where(x < 0, -x, alpha)");
    EXPECT_EQ(print(where(x <= 0, -x, x)), "where(x <= 0, -x, x)");
    EXPECT_TRUE(equal(parsed("abs * 2"), variable("abs") * 2));
    EXPECT_EQ(parse("abs(x > 0)").error.message, "expected a number, found a condition");
}

TEST(FormulaText, CallsTwoBoundsOfEveryTypeFinite) {
    EXPECT_EQ(print(x > 0 && finite(alpha)), "x > 0 && finite(alpha)");
    EXPECT_TRUE(equal(parsed("finite(alpha) && alpha > 0"), finite(alpha) && alpha > 0));
    EXPECT_EQ(print(alpha >= -5 && alpha <= 5), "alpha >= -5 && alpha <= 5");
    EXPECT_TRUE(equal(parsed("finite * 2"), variable("finite") * 2));
}

TEST(FormulaText, WritesPowersAsProductsQuotientsAndRoots) {
    EXPECT_TRUE(equal(parsed("x^2"), x * x));
    EXPECT_TRUE(equal(parsed("x**3"), x * x * x));
    EXPECT_TRUE(equal(parsed("-x^2"), -(x * x)));
    EXPECT_TRUE(equal(parsed("2 * x^4"), 2 * ((x * x) * (x * x))));
    EXPECT_TRUE(equal(parsed("x^-2"), 1 / (x * x)));
    EXPECT_TRUE(equal(parsed("x^0.5"), call("sqrt", {x})));
    EXPECT_TRUE(equal(parsed("x^(-1/2)"), 1 / call("sqrt", {x})));
    EXPECT_TRUE(equal(parsed("x^1.5"), x * call("sqrt", {x})));
    EXPECT_TRUE(equal(parsed("(x + 1)^2"), (x + 1) * (x + 1)));
    EXPECT_TRUE(is_constant(parsed("x^0"), 1));
    EXPECT_TRUE(equal(parsed("x^1"), x));
    EXPECT_EQ(equal_factors(parsed("x^64")).count, 64);
    EXPECT_EQ(equal_factors(parsed("x * alpha")).count, 1);
}

TEST(FormulaText, ChoosesTheSideThatPyTorchTakesWhereMinAndMaxTie) {
    EXPECT_EQ(print(parsed("max(x, 0)")), "where(x <= 0, 0, x)");
    EXPECT_EQ(print(parsed("max(0, x)")), "where(x <= 0, 0, x)");
    EXPECT_EQ(print(parsed("min(x, 6)")), "where(x >= 6, 6, x)");
    EXPECT_EQ(print(parsed("min(alpha, x)")), "where(x >= alpha, alpha, x)");
    EXPECT_EQ(print(parsed("max(x, alpha * x)")), "where(x >= alpha * x, x, alpha * x)");
    EXPECT_EQ(print(parsed("max(1, alpha)")), "where(1 >= alpha, 1, alpha)");
}

TEST(FormulaText, KeepsANanOfTheInputInMinAndMax) {
    const Values values{{"x", math::Real(std::nan(""), 53)}, {"alpha", math::Real(2.0, 53)}};
    for (const char *text :
         {"max(x, 0)", "min(0, x)", "max(x, alpha, -alpha)", "min(alpha * x, x, 1, 2, 3)", "max(where(x > 0, 1, 2), x)",
          "max(x, where(x > 0, 1, 2))", "max(abs(x), exp(x))", "min(max(x, 0), 6)", "x * min(max(x + 3, 0), 6) / 6"}) {
        EXPECT_TRUE(evaluate(parsed(text), values, 100).is_nan()) << text;
    }
}

TEST(FormulaText, FindsTheLargestAndTheSmallestOfMany) {
    const Values values{{"x", math::Real(0.75, 53)}, {"alpha", math::Real(-3.0, 53)}};
    EXPECT_EQ(evaluate(parsed("max(x, alpha, 0.5, 0.7, x - 1)"), values, 100).to_double(), 0.75);
    EXPECT_EQ(evaluate(parsed("min(x, 0.5, alpha, 0.7, x - 1)"), values, 100).to_double(), -3);
}

TEST(FormulaText, KnowsPi) {
    EXPECT_NEAR(evaluate(parsed("pi"), {}, 100).to_double(), std::acos(-1.0), 1e-15);
    EXPECT_EQ(print(parsed("sin(pi * x)")), "sin(pi * x)");
}

TEST(FormulaText, KnowsNoOtherNamesThanThoseItIsGiven) {
    EXPECT_TRUE(parse("x * alpha + pi", {"x", "alpha"}).formula.has_value());
    const ParseResult result = parse("x * alhpa", {"x", "alpha"});
    EXPECT_EQ(result.error.message, "there is neither an input nor a parameter 'alhpa'");
    EXPECT_EQ(result.error.position, 4U);
    EXPECT_EQ(result.error.unknown, "alhpa");
    EXPECT_EQ(parse("sigmod(x)").error.unknown, "sigmod");
}

TEST(FormulaText, RepeatedRepetitionsAreLimited) {
    EXPECT_FALSE(parse(repeated("abs(", 100) + chained(")", 100)).formula.has_value());
    EXPECT_FALSE(parse(repeated("(", 100) + chained(")^64", 100)).formula.has_value());
    EXPECT_FALSE(parse("max(x" + repeated(", x", 100000) + ")").formula.has_value());
    std::string nested(1, 'x');
    for (int i = 0; i < 100; ++i) nested = "max(" + nested + ", 1)";
    EXPECT_FALSE(parse(nested).formula.has_value());
    EXPECT_FALSE(parse("x^" + repeated("-", 100000) + "1").formula.has_value());
}

TEST(FormulaText, PrintsOnlyTheBracketsThatAreNeeded) {
    const Formula a = variable("a");
    const Formula b = variable("b");
    const Formula c = variable("c");
    EXPECT_EQ(print(a + b + c), "a + b + c");
    EXPECT_EQ(print(a + (b + c)), "a + (b + c)");
    EXPECT_EQ(print(a - (b - c)), "a - (b - c)");
    EXPECT_EQ(print(a * b + c), "a * b + c");
    EXPECT_EQ(print(a * (b + c)), "a * (b + c)");
    EXPECT_EQ(print(a / (b / c)), "a / (b / c)");
    EXPECT_EQ(print(-(a * b)), "-(a * b)");
    EXPECT_EQ(print(-a * b), "-a * b");
    EXPECT_EQ(print(-(-a)), "--a");
    EXPECT_EQ(print(where(((a < b) || (b < c)) && (a < c), a, b)), "where((a < b || b < c) && a < c, a, b)");
}

TEST(FormulaText, BindsOperatorsAsMathematicsDoes) {
    const Formula a = variable("a");
    const Formula b = variable("b");
    EXPECT_TRUE(equal(parsed("a-b*x/2"), a - b * x / 2));
    EXPECT_TRUE(equal(parsed(" ( a - b ) - x "), (a - b) - x));
    EXPECT_TRUE(equal(parsed("-a*b"), (-a) * b));
    EXPECT_TRUE(equal(parsed("where(a<b||b<x&&x<1,a,b)"), where((a < b) || ((b < x) && (x < 1)), a, b)));
}

TEST(FormulaText, ConstantsThatAreWrittenDifferentlyAreTheSameConstant) {
    for (const char *text : {"0.5", ".5", "00.50", "0.5e0", "0.5E-00"}) {
        EXPECT_TRUE(equal(parsed(text), constant("0.5"))) << text;
    }
    for (const char *text : {"1", "1.", "01", "1.00", "1e0"}) EXPECT_TRUE(is_constant(parsed(text), 1)) << text;
    for (const char *text : {"0", "0.0", "00", "0e5"}) EXPECT_TRUE(is_constant(parsed(text), 0)) << text;
    EXPECT_TRUE(is_constant(parsed("-3"), -3));
    EXPECT_TRUE(equal(Formula(-3), -Formula(3)));
}

struct Mistake {
    std::string text;
    size_t position;
    std::string message;
};

TEST(FormulaText, MistakesAreNamedWhereTheyStand) {
    const std::vector<Mistake> mistakes = {
        {"", 0, "expected a number, a name or '(', found the end"},
        {"   ", 3, "expected a number, a name or '(', found the end"},
        {"x +", 3, "expected a number, a name or '(', found the end"},
        {"x + * 2", 4, "expected a number, a name or '(', found '*'"},
        {"(x", 2, "expected ')', found the end"},
        {"x)", 1, "expected an operator or the end, found ')'"},
        {"x  y", 3, "expected an operator or the end, found 'y'"},
        {"2x", 0, "expected a decimal number such as 0.5 or 1e-6"},
        {"x + 1.2.3", 4, "expected a decimal number such as 0.5 or 1e-6"},
        {".", 0, "expected a decimal number such as 0.5 or 1e-6"},
        {"1e", 0, "expected a decimal number such as 0.5 or 1e-6"},
        {"1e+", 0, "expected a decimal number such as 0.5 or 1e-6"},
        {"1e999", 0, "the number is too large or too small for any floating-point type"},
        {"x > 0", 5, ""},
        {"1 + (x > 0)", 4, "expected a number, found a condition"},
        {"-(x > 0)", 1, "expected a number, found a condition"},
        {"where(x, 1, 2)", 6, "expected a condition such as x > 0, found a number"},
        {"where(x > 0, 1)", 14, "expected ',', found ')'"},
        {"where", 5, "expected '(', found the end"},
        {"x && alpha", 0, "expected a condition such as x > 0, found a number"},
        {"0 < x < 1", 6, "comparisons do not chain; write a < b && b < c"},
        {"nosuch(x)", 0, "there is no function 'nosuch'"},
        {"2 * exp", 4, "'exp' is a function and needs its arguments in brackets"},
        {"exp(x, x)", 0, "'exp' takes 1 argument(s), found 2"},
        {"exp()", 4, "expected a number, a name or '(', found ')'"},
        {"x ^ x", 4, "expected a constant exponent; write exp(b * log(a)) where a is above 0"},
        {"2^x", 2, "expected a constant exponent; write exp2(a)"},
        {"x^2^3", 3, "powers do not chain; write (a^b)^c or a^(b^c)"},
        {"x^0.3", 2, "expected an exponent that is a whole number or a half, from -64 to 64, as in x^3, x^-1, x^0.5"},
        {"x**1e9", 3, "expected an exponent that is a whole number or a half, from -64 to 64, as in x^3, x^-1, x^0.5"},
        {"x^(1/0)", 2, "expected an exponent that is a whole number or a half, from -64 to 64, as in x^3, x^-1, x^0.5"},
        {"x^(x > 0)", 2, "expected a number, found a condition"},
        {"(x > 0)^2", 0, "expected a number, found a condition"},
        {"x^", 2, "expected a number, a name or '(', found the end"},
        {"max(x)", 0, "'max' takes two arguments or more, found 1"},
        {"min()", 4, "expected a number, a name or '(', found ')'"},
        {"max(x, x > 0)", 7, "expected a number, found a condition"},
        {"x & x", 2, "expected an operator or the end, found '&'"},
        {"x = 1", 2, "expected an operator or the end, found '='"},
        {std::string("x\0y", 3), 1, "expected an operator or the end, found a character that formulas do not have"},
        {"\xff\xfe", 0, "expected a number, a name or '(', found a character that formulas do not have"},
        {"\xc3\xa9", 0, "expected a number, a name or '(', found a character that formulas do not have"},
    };
    for (const Mistake &mistake : mistakes) {
        const ParseResult result = parse(mistake.text);
        EXPECT_EQ(result.formula.has_value(), mistake.message.empty()) << mistake.text;
        if (mistake.message.empty()) continue;
        EXPECT_EQ(result.error.message, mistake.message) << mistake.text;
        EXPECT_EQ(result.error.position, mistake.position) << mistake.text;
    }
}

TEST(FormulaText, MessagesDoNotRepeatAnAbsurdlyLongName) {
    const ParseResult result = parse(repeated("name", 100000) + "(x)");
    EXPECT_EQ(result.error.message, "there is no function 'namenamenamenamenamenamenamenamenamename...'");
}

TEST(FormulaText, DepthIsLimitedHoweverItIsReached) {
    for (const size_t times : {size_t{250}, size_t{1000000}}) {
        EXPECT_FALSE(parse(repeated("(", times) + chained(")", times)).formula.has_value());
        EXPECT_FALSE(parse(repeated("-", times) + "x").formula.has_value());
        EXPECT_FALSE(parse(repeated("exp(", times) + chained(")", times)).formula.has_value());
        EXPECT_FALSE(parse(chained(" + x", times)).formula.has_value());
        EXPECT_FALSE(parse(chained(" * x", times)).formula.has_value());
        EXPECT_FALSE(parse(repeated("where(x > 0", 1) + repeated(" && x > 0", times) + ", 1, 2)").formula.has_value());
        EXPECT_FALSE(parse(repeated("where(x > 0, 1, ", times) + chained(")", times)).formula.has_value());
    }
    EXPECT_TRUE(parse(repeated("(", 190) + chained(")", 190)).formula.has_value());
    EXPECT_TRUE(parse(chained(" + x", 190)).formula.has_value());
    EXPECT_TRUE(parse(repeated("exp(", 190) + chained(")", 190)).formula.has_value());
}

TEST(FormulaText, AnyBytesGiveAFormulaOrAMessageInsideTheText) {
    const std::string alphabet = std::string("x1.e+-*/^()<>=&|, \t\n\0\x80", 23) + "where(exp(alphamax(min(";
    std::mt19937 random(7);
    for (int i = 0; i < 200000; ++i) {
        std::string text;
        for (size_t length = random() % 24; length > 0; --length) text += alphabet[random() % alphabet.size()];
        const ParseResult result = parse(text);
        if (result.formula.has_value()) continue;
        ASSERT_FALSE(result.error.message.empty());
        ASSERT_LE(result.error.position, text.size());
    }
}

TEST(FormulaTree, EqualityIsOfStructure) {
    EXPECT_TRUE(equal(x + 1, variable("x") + 1));
    EXPECT_FALSE(equal(x + 1, 1 + x));
    EXPECT_FALSE(equal(x, alpha));
    EXPECT_FALSE(equal(x - 1, x + 1));
}

TEST(FormulaTree, SubstitutesAllNamesAtOnce) {
    const Formula a = variable("a");
    const Formula b = variable("b");
    EXPECT_TRUE(equal(substitute(a - b, {{"a", b}, {"b", a}}), b - a));
    EXPECT_TRUE(equal(substitute(where(x > 0, x, a), "x", x * 2), where(x * 2 > 0, x * 2, a)));
}

TEST(Parse, KnowsEveryWordThatItLists) {
    const std::vector<std::string> words = formula_words();
    EXPECT_NE(std::find(words.begin(), words.end(), "rounded"), words.end());
    for (const std::string &word : words) {
        const ParseError error = parse(word + "(a", {"a"}).error;
        if (word != "pi") EXPECT_GT(error.position, word.size()) << "only the rest is at fault: " << error.message;
        EXPECT_EQ(math::find_function(word), nullptr) << word;
    }
    EXPECT_TRUE(equal(*parse("pi", std::vector<std::string>{}).formula, pi()));
}

TEST(Parse, KnowsNoWordThatTheReadmeDoesNotTell) {
    std::ifstream stream(std::string(ACTINIDE_SOURCE_DIR) + "/README.md");
    const std::string readme{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    const size_t grammar = readme.find("A formula has");
    ASSERT_NE(grammar, std::string::npos);
    const std::string paragraph = readme.substr(grammar, readme.find("\n\n", grammar) - grammar);
    for (const std::string &word : formula_words()) EXPECT_NE(paragraph.find("`" + word), std::string::npos) << word;
}

TEST(FormulaTree, TakesConditionsApartAtTheirAnds) {
    const Formula both = finite(alpha) && (unequal(alpha, 0) && x > 1);
    const std::vector<Formula> parts = conjuncts(both);
    ASSERT_EQ(parts.size(), 3u);
    EXPECT_TRUE(is_finite(parts[0]));
    EXPECT_TRUE(is_unequal(parts[1]));
    EXPECT_FALSE(is_unequal(x < 0 || x > 1));
    EXPECT_FALSE(is_unequal(parts[2]));
    EXPECT_FALSE(is_finite(both));
}

TEST(FormulaTree, ListsVariablesAndConditionsInOrder) {
    const Formula a = variable("a");
    const Formula formula = where(x > a, where(a < 1, alpha, x), where(x > a, 1, 2));
    EXPECT_EQ(variables(formula), (std::vector<std::string>{"x", "a", "alpha"}));
    const std::vector<Formula> found = conditions(formula);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(print(found[0]), "x > a");
    EXPECT_EQ(print(found[1]), "a < 1");
    EXPECT_TRUE(mentions(formula, "alpha"));
    EXPECT_FALSE(mentions(formula, "alph"));
}

}  // namespace
}  // namespace actinide
