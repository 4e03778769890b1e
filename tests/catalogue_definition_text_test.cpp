// links: actinide_formula
// Activations that are read from text.
#include <gtest/gtest.h>

#include <random>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/definition_text.h"
#include "generators/catalogue/elementary.h"
#include "generators/catalogue/known_activations.h"
#include "generators/catalogue/signature.h"
#include "generators/formula/print.h"
#include "generators/math/function.h"

namespace actinide {
namespace {

Activation defined(const std::string &text) {
    DefinitionResult result = parse_definition(text);
    if (!result.activation) throw std::runtime_error(text + ": " + result.error.message);
    return *result.activation;
}

std::string repeated(const std::string &piece, size_t times) {
    std::string text;
    for (size_t i = 0; i < times; ++i) text += piece;
    return text;
}

TEST(DefinitionText, BecomesAnActivation) {
    const Activation swishy = defined("  swishy(x,  beta=1.5) =\n x * sigmoid(beta * x) ");
    EXPECT_EQ(swishy.name, "swishy");
    EXPECT_EQ(print(swishy.forward), "x * sigmoid(beta * x)");
    ASSERT_EQ(swishy.parameters.size(), 1U);
    EXPECT_EQ(swishy.parameters[0].name, "beta");
    EXPECT_EQ(swishy.parameters[0].default_value, 1.5);
    EXPECT_FALSE(swishy.parameters[0].learned);
    EXPECT_FALSE(swishy.valid_when.has_value());
    EXPECT_EQ(swishy.definition, "swishy(x, beta=1.5) = x * sigmoid(beta * x)");
    EXPECT_EQ(defined(swishy.definition).definition, swishy.definition);
}

TEST(DefinitionText, HasRangesFractionsAndLearnedParameters) {
    const Activation all = defined(
        "f(x, a=1 in (0, inf), b=-1/4 in [-1, 0), c=2, d=3 in (-inf, 5], w=0.25 learned) ="
        " where(x > 0, a * x + b, c * x + d * w)");
    EXPECT_EQ(print(*all.valid_when), "finite(a) && a > 0 && (b >= -1 && b < 0) && (finite(d) && d <= 5)");
    EXPECT_EQ(all.parameters[1].default_value, -0.25);
    EXPECT_EQ(all.parameters[1].meaning, "in [-1, 0)");
    EXPECT_TRUE(all.parameters[4].learned);
    const Signature function = signature(all, Pass::forward, DType::f32);
    EXPECT_EQ(function.pattern, Pattern::channelwise);
    EXPECT_TRUE(function.valid_when.has_value());
}

TEST(DefinitionText, GivesOneSpellingToEveryCall) {
    EXPECT_EQ(print(defined("f(x, a=1) = exp(a * x) + exp(x * a)").forward), "exp(a * x) + exp(a * x)");
}

TEST(DefinitionText, HasAFormulaThatCanTakeItsPlace) {
    const std::string definition = "f(x, a=1 in (0, inf), b=2 in [0, 3]) = a * b * x";
    EXPECT_EQ(with_formula(definition, variable("x")), "f(x, a=1 in (0, inf), b=2 in [0, 3]) = x");
}

struct Mistake {
    std::string text;
    std::string place;  ///< what stands where the caret points; empty: the end
    std::string message;
};

TEST(DefinitionText, MistakesAreNamedWhereTheyStand) {
    const std::vector<Mistake> mistakes = {
        {"", "", "expected the activation's name, found the end"},
        {" \n\t ", "", "expected the activation's name, found the end"},
        {"f", "", "expected '(' and the input x, as in f(x) = ..., found the end"},
        {"f(x)", "", "expected '=' and a formula, found the end"},
        {"f(x) ?", "?", "expected '=' and a formula, found '?'"},
        {"f(x) =", "", "expected a number, a name or '(', found the end"},
        {"f(x) = x *", "", "expected a number, a name or '(', found the end"},
        {"f(x) = x = 2", "= 2", "expected an operator or the end, found '='"},
        {"f(t) = t", "t) = t", "expected the input x before all parameters, found 't'"},
        {"f() = 1", ") = 1", "expected the input x before all parameters, found ')'"},
        {"f(x, a) = a * x", ") = a", "expected '=' and the default of 'a', found ')'"},
        {"f(x, a=) = a * x", ") = a", "expected a number such as 0.25, -1e-3 or 1/6"},
        {"f(x, a=b) = a * x", "b) =", "expected a number such as 0.25, -1e-3 or 1/6"},
        {"f(x, a=1e99) = a * x", "1e99", "the number is too large or too small for a float"},
        {"f(x, a=1/0) = a * x", "1/0", "the number is too large or too small for a float"},
        {"f(x, a=1 of) = a * x",
         "of) =", "expected ',' or ')', or a range such as in (0, inf), or 'learned', found 'of'"},
        {"f(x, a=1 in 0..1) = a * x", "0..1", "expected a range such as (0, inf) or [0, 1], found '0'"},
        {"f(x, a=1 in (2, inf)) = a * x", "1 in", "the default of 'a' is not in its range"},
        {"f(x, a=1 in (1, inf)) = a * x", "1 in", "the default of 'a' is not in its range"},
        {"f(x, a=1 in (1, 1)) = a * x", "(1, 1)", "there is nothing in this range"},
        {"f(x, a=1 in [2, 1]) = a * x", "[2, 1]", "there is nothing in this range"},
        {"f(x, a=1 in (0, inf) learned) = a * x", "learned",
         "a learned parameter can become anything; leave its range out"},
        {"f(x, a=1, a=2) = a * x", "a=2", "the parameter 'a' is there twice; leave one out"},
        {"f(x, w=1, dw=2) = w * dw * x", "dw=2",
         "'dw' and 'w' would be a parameter and its gradient; take another name"},
        {"f(x, dy=1) = dy * x", "dy=1", "'dy' is another argument of the functions in C; take another name"},
        {"f(x, x=1) = x", "x=1", "'x' is another argument of the functions in C; take another name"},
        {"f(x, exp=1) = exp * x", "exp=1",
         "a parameter's name 'exp' would hide what formulas call 'exp'; take another name"},
        {"f(x, pi=3) = pi * x", "pi=3",
         "a parameter's name 'pi' would hide what formulas call 'pi'; take another name"},
        {"f(x, int=3) = int * x", "int=3", "a parameter's name 'int' is reserved by C or C++; take another name"},
        {"f(x, a__b=3) = a__b * x", "a__b",
         "a parameter's name 'a__b' has a double underscore, which C++ reserves; take another name"},
        {"f(x, a=3) = x", "a=3", "the formula does not use the parameter 'a'; leave it out"},
        {"f(x, a=3) = a * 2", "a * 2", "the formula does not depend on x"},
        {"f(x) = where(x > 0, 1, 2)", "where", "the gradient of this formula is 0 wherever there is one"},
        {"f(x, a=1 learned) = where(x > a, x, 2 * x)", "a=1",
         "the gradient in 'a' is 0 wherever there is one, so nothing can be learned; leave 'learned' out"},
        {"f(x) = x - x", "x - x", "the gradient of this formula is 0 wherever there is one"},
        {"f(x) = x > 0", "x > 0", "expected a formula that is a number, found a condition"},
        {"f(x, a=1) = b * x", "b * x", "there is neither an input nor a parameter 'b'"},
        {"f(x) = sigmod(x)", "sigmod", "there is no function 'sigmod'"},
        {"f(x) = e^x", "e^x", "there is neither an input nor a parameter 'e'"},
        {"f(x) = dy * x", "dy * x", "there is neither an input nor a parameter 'dy'"},
        {"elu(x) = x", "elu", "'elu' is in the catalogue already; take another name"},
        {"math_tanh(x) = x", "math_tanh", "'math_tanh' is in the catalogue already; take another name"},
        {"math_mine(x) = x", "math_mine", "names that begin with 'math_' are Actinide's own; take another name"},
        {"tanh(x) = x", "tanh", "the activation's name 'tanh' would hide what formulas call 'tanh'; take another name"},
        {"all(x) = x", "all", "the activation's name 'all' would hide what formulas call 'all'; take another name"},
        {"while(x) = x", "while", "the activation's name 'while' is reserved by C or C++; take another name"},
        {"_f(x) = x", "_f", "the activation's name '_f' does not begin with a letter; take another name"},
        {"2f(x) = x", "2f", "the activation's name '2f' does not begin with a letter; take another name"},
        {"f-g(x) = x", "-g", "expected '(' and the input x, as in f(x) = ..., found '-'"},
        {"\xc3\xa9(x) = x", "\xc3", "expected the activation's name, found a character that definitions do not have"},
        {"f(x) = x\x01", "\x01", "expected an operator or the end, found a character that formulas do not have"},
        {"f(x, a=1 in (0, inf), b=1 in (0, inf), c=1 in (0, inf)) = a * b * c * x", "c=1",
         "these ranges are more than 8 comparisons; leave ends out"},
        {"f(x, a=1 learned, b=1 learned, c=1 learned, d=1 learned, e=2 learned) = a * b * c * d * e * x", "e=2",
         "there may be 4 learned parameters at most"},
    };
    for (const Mistake &mistake : mistakes) {
        const DefinitionResult result = parse_definition(mistake.text);
        ASSERT_FALSE(result.activation.has_value()) << mistake.text;
        EXPECT_EQ(result.error.message, mistake.message) << mistake.text;
        const size_t place = mistake.place.empty() ? mistake.text.size() : mistake.text.find(mistake.place);
        EXPECT_EQ(result.error.position, place) << mistake.text;
    }
}

TEST(DefinitionText, TakesNoNameOfTheCatalogueOrOfAFunction) {
    for (const Activation &known : catalogue()) {
        EXPECT_FALSE(parse_definition(known.name + "(x) = x").activation.has_value()) << known.name;
        for (const std::string &alias : known.aliases) {
            EXPECT_FALSE(parse_definition(alias + "(x) = x").activation.has_value()) << alias;
        }
    }
    for (const math::Function *function : math::functions()) {
        EXPECT_FALSE(parse_definition(function->name + "(x) = x").activation.has_value()) << function->name;
        EXPECT_FALSE(parse_definition("f(x, " + function->name + "=1) = x").activation.has_value()) << function->name;
    }
}

TEST(DefinitionText, NoLengthOrDepthIsTooMuch) {
    const std::vector<std::string> hostile = {
        "f(x) = " + repeated("(", 1000000),
        "f(x) = " + repeated("abs(", 150) + "x" + repeated(")", 150),
        "f(x) = x" + repeated(" + x", 1000000),
        "f(x) = (x^64)^64",
        "f(x) = x^999999999999999999999",
        "f(x" + repeated(", a=1", 100000) + ") = x",
        repeated("f", 1000000) + "(x) = x",
        "f(x, a=" + repeated("9", 100000) + ") = a * x",
        "f(x) = max(x" + repeated(", x", 50000) + ")",
        std::string(100000, '\0'),
        "f(x) = " + repeated("exp(x) * ", 500) + "x",
    };
    for (const std::string &text : hostile) {
        const DefinitionResult result = parse_definition(text);
        EXPECT_FALSE(result.activation.has_value()) << text.substr(0, 40);
        EXPECT_LE(result.error.position, text.size());
        EXPECT_LT(result.error.message.size(), 300U);
    }
}

TEST(DefinitionText, AnyBytesGiveAnActivationOrAMessageInsideTheText) {
    const std::vector<std::string> pieces = {
        "f", "(",   "x",       ",",   "a",   "=",     "1",   ")",    "+",     "*",  "exp(", "in",     "[",
        "]", "inf", "learned", "/",   "-",   "^2",    "0.5", "max(", "where", "<",  "&&",   "\n",     "#",
        " ", "\1",  "é",       "1e9", "f(x", ", a=1", ") =", " x ",  "abs(",  "pi", "**",   "tanh(x)"};
    std::mt19937 random(11);
    for (int i = 0; i < 100000; ++i) {
        std::string text = i % 2 == 0 ? "f(x, a=1) = " : "";
        for (size_t length = random() % 16; length > 0; --length) text += pieces[random() % pieces.size()];
        const DefinitionResult result = parse_definition(text);
        if (result.activation.has_value()) {
            ASSERT_TRUE(parse_definition(result.activation->definition).activation.has_value()) << text;
            continue;
        }
        ASSERT_FALSE(result.error.message.empty()) << text;
        ASSERT_LE(result.error.position, text.size()) << text;
    }
}

TEST(DefinitionFile, HoldsDefinitionsWithCommentsAndIndentedLines) {
    const std::string text =
        "# mine\n\nf(x) = x  # the identity\n  + 1\n\n  # more\n  - 1\ng(x, a=1) = a * x\n   \n#h(x) = x";
    const std::vector<DefinitionPart> parts = split_definitions(text);
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(defined(parts[0].text).definition, "f(x) = x + 1 - 1");
    EXPECT_EQ(defined(parts[1].text).definition, "g(x, a=1) = a * x");
    for (const DefinitionPart &part : parts) {
        EXPECT_EQ(part.text.front(), text[part.begin]);
        EXPECT_LE(part.begin + part.text.size(), text.size());
    }
    EXPECT_EQ(text.substr(parts[1].begin, 4), "g(x,");
    EXPECT_TRUE(split_definitions("").empty());
    EXPECT_TRUE(split_definitions("# nothing\n\n   \n").empty());
    EXPECT_EQ(split_definitions("  f(x) = x").size(), 1U);
}

TEST(KnownActivations, AreTheCataloguesAndTheUsersOwn) {
    KnownActivations known;
    EXPECT_EQ(known.all().size(), catalogue().size());
    const Activation *own = known.add(defined("f(x) = x * tanh(x)"));
    ASSERT_NE(own, nullptr);
    EXPECT_EQ(known.add(defined("f(x) = x")), nullptr);
    EXPECT_NE(known.add(defined("g(x) = x")), nullptr);
    EXPECT_EQ(known.find("f"), own);
    EXPECT_EQ(known.find("elu"), find_activation("elu"));
    EXPECT_EQ(known.find("math_tanh"), find_activation("math_tanh"));
    EXPECT_EQ(known.find("h"), nullptr);
    ASSERT_EQ(known.own().size(), 2U);
    EXPECT_EQ(known.all().back()->name, "g");
    const KnownActivations moved = std::move(known);
    EXPECT_EQ(moved.find("f"), own);
}

}  // namespace
}  // namespace actinide
