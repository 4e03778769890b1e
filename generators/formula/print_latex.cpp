#include "generators/formula/print_latex.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "generators/formula/characters.h"
#include "generators/formula/shorthand.h"

namespace actinide {

namespace {

/// How tightly an operation binds; an operand that binds less tightly than its place asks for needs brackets.
enum Binding { loosest, disjunction, conjunction, comparison, sum, sign, product, power, atom };

struct Latex {
    std::string text;
    Binding binding;
};

/// What stands around the argument, which is written for each #.
struct Notation {
    std::string_view function;
    std::string_view pattern;
    Binding binding;
    Binding argument = loosest;
};

constexpr std::array<Notation, 14> notations = {{
    {"cos", R"(\cos\left(#\right))", power},
    {"exp", "e^{#}", power},
    {"exp2", "2^{#}", power},
    {"expm1", "e^{#} - 1", sum},
    {"gaussian", "e^{-#^{2}}", power, atom},
    {"gumbel_cdf", "e^{-e^{-#}}", power, product},
    {"log", R"(\ln\left(#\right))", power},
    {"log1p", R"(\ln\left(1 + #\right))", power, product},
    {"normal_cdf", R"(\Phi\left(#\right))", power},
    {"normal_density", R"(\varphi\left(#\right))", power},
    {"sech2", R"(\operatorname{sech}^{2}\left(#\right))", product},
    {"sin", R"(\sin\left(#\right))", power},
    {"sqrt", R"(\sqrt{#})", atom},
    {"tanh", R"(\tanh\left(#\right))", power},
}};

constexpr std::array<std::string_view, 10> greek = {"alpha", "beta",   "gamma", "delta", "epsilon",
                                                    "theta", "lambda", "mu",    "sigma", "omega"};

std::string escaped(std::string_view name) {
    std::string text;
    for (const char c : name) text += c == '_' ? std::string("\\_") : std::string(1, c);
    return text;
}

/// A letter of either alphabet; nothing where the name is a word.
std::optional<std::string> letter(std::string_view name) {
    if (name.size() == 1) return std::string(name);
    const bool is_greek = std::find(greek.begin(), greek.end(), name) != greek.end();
    return is_greek ? std::optional("\\" + std::string(name)) : std::nullopt;
}

std::string bracketed(const std::string &text) {
    return "\\left(" + text + "\\right)";
}

Latex latex(const Formula &formula);

std::string latex_at(const Formula &formula, Binding least) {
    const Latex part = latex(formula);
    return part.binding < least ? bracketed(part.text) : part.text;
}

Latex constant_latex(const Formula &formula) {
    if (equal(formula, pi())) return {"\\pi", atom};
    const std::string &text = formula.text();
    const size_t exponent = text.find_first_of("eE");
    if (exponent == std::string::npos) return {text, atom};
    return {text.substr(0, exponent) + " \\cdot 10^{" + text.substr(exponent + 1) + "}", product};
}

Latex call_latex(const Formula &formula) {
    for (const Notation &notation : notations) {
        if (notation.function != formula.text()) continue;
        const std::string argument = latex_at(formula.operands()[0], notation.argument);
        std::string text;
        for (const char c : notation.pattern) text += c == '#' ? argument : std::string(1, c);
        return {text, notation.binding};
    }
    std::string arguments;
    for (const Formula &operand : formula.operands()) {
        arguments += (arguments.empty() ? "" : ", ") + latex_at(operand, loosest);
    }
    return {"\\operatorname{" + escaped(formula.text()) + "}" + bracketed(arguments), power};
}

/// where(a > b, b, a) is the smaller of a and b, where(a < b, b, a) the larger: "\\min"; nothing where it is neither.
std::optional<std::string> extreme(const Formula &formula) {
    const Formula &condition = formula.operands()[0];
    const bool is_smaller =
        condition.operation() == Operation::greater || condition.operation() == Operation::greater_equal;
    const bool is_larger = condition.operation() == Operation::less || condition.operation() == Operation::less_equal;
    if (!is_smaller && !is_larger) return std::nullopt;
    const bool takes_other =
        equal(condition.operands()[1], formula.operands()[1]) && equal(condition.operands()[0], formula.operands()[2]);
    return takes_other ? std::optional<std::string>(is_smaller ? "\\min" : "\\max") : std::nullopt;
}

/// One row for each branch, those of an inner `where` at the end among them.
Latex cases_latex(const Formula &formula) {
    std::string rows;
    if (const auto name = extreme(formula)) {
        return {*name + bracketed(latex_at(formula.operands()[2], loosest) + ", " +
                                  latex_at(formula.operands()[1], loosest)),
                power};
    }
    Formula rest = formula;
    while (rest.operation() == Operation::where && !is_absolute(rest)) {
        rows += latex_at(rest.operands()[1], loosest) + " & \\text{if } " + latex_at(rest.operands()[0], loosest) +
                " \\\\ ";
        rest = Formula(rest.operands()[2]);
    }
    return {"\\begin{cases} " + rows + latex_at(rest, loosest) + " & \\text{otherwise} \\end{cases}", comparison};
}

Latex product_latex(const Formula &formula) {
    const EqualFactors factors = equal_factors(formula);
    if (factors.count > 1) return {latex_at(factors.base, atom) + "^{" + std::to_string(factors.count) + "}", power};
    const std::string left = latex_at(formula.operands()[0], product);
    const std::string right = latex_at(formula.operands()[1], product);
    return {left + (is_digit(right.front()) ? " \\cdot " : " \\, ") + right, product};
}

Latex both_latex(const Formula &formula) {
    if (is_finite(formula))
        return {latex_at(formula.operands()[0].operands()[0], sum) + " \\text{ finite}", comparison};
    return {latex_at(formula.operands()[0], conjunction) + " \\wedge " + latex_at(formula.operands()[1], conjunction),
            conjunction};
}

Latex either_latex(const Formula &formula) {
    if (is_unequal(formula)) {
        const std::vector<Formula> &sides = formula.operands()[0].operands();
        return {latex_at(sides[0], sum) + " \\ne " + latex_at(sides[1], sum), comparison};
    }
    return {latex_at(formula.operands()[0], disjunction) + " \\vee " + latex_at(formula.operands()[1], disjunction),
            disjunction};
}

Latex binary_latex(const Formula &formula, const char *symbol, Binding binding, Binding left, Binding right) {
    return {latex_at(formula.operands()[0], left) + symbol + latex_at(formula.operands()[1], right), binding};
}

Latex latex(const Formula &formula) {
    const std::vector<Formula> &operands = formula.operands();
    switch (formula.operation()) {
        case Operation::constant:
            return constant_latex(formula);
        case Operation::variable:
            return {print_latex_name(formula.text()), atom};
        case Operation::add:
            return binary_latex(formula, " + ", sum, sum, product);
        case Operation::subtract:
            return binary_latex(formula, " - ", sum, sum, product);
        case Operation::multiply:
            return product_latex(formula);
        case Operation::divide:
            return {"\\frac{" + latex_at(operands[0], loosest) + "}{" + latex_at(operands[1], loosest) + "}", product};
        case Operation::negate:
            return {"-" + latex_at(operands[0], product), sign};
        case Operation::rounded:
            return {"\\operatorname{rounded}" + bracketed(latex_at(operands[0], loosest)), power};
        case Operation::less:
            return binary_latex(formula, " < ", comparison, sum, sum);
        case Operation::less_equal:
            return binary_latex(formula, " \\le ", comparison, sum, sum);
        case Operation::greater:
            return binary_latex(formula, " > ", comparison, sum, sum);
        case Operation::greater_equal:
            return binary_latex(formula, " \\ge ", comparison, sum, sum);
        case Operation::both:
            return both_latex(formula);
        case Operation::either:
            return either_latex(formula);
        case Operation::where:
            if (is_absolute(formula)) return {"\\left|" + latex_at(operands[2], loosest) + "\\right|", atom};
            return cases_latex(formula);
        case Operation::call:
            return call_latex(formula);
    }
    return {"", atom};
}

}  // namespace

std::string print_latex(const Formula &formula) {
    return latex(formula).text;
}

std::string print_latex_name(const std::string &name) {
    if (const auto whole = letter(name)) return *whole;
    // "alpha_p" and "p1": a letter with an index.
    const size_t underscore = name.find('_');
    const size_t head_size = underscore != std::string::npos ? underscore : name.find_first_of("0123456789");
    const std::string_view view(name);
    const auto head = head_size == std::string::npos ? std::nullopt : letter(view.substr(0, head_size));
    if (head) return *head + "_{" + escaped(view.substr(head_size + (head_size == underscore ? 1 : 0))) + "}";
    return "\\mathit{" + escaped(name) + "}";
}

}  // namespace actinide
