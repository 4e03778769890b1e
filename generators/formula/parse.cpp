#include "generators/formula/parse.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "generators/formula/characters.h"
#include "generators/formula/evaluate.h"
#include "generators/formula/shorthand.h"
#include "generators/math/function.h"

namespace actinide {

namespace {

constexpr int depth_limit = 200;
/// abs, min, max and powers repeat their arguments, and repeated repetitions would fill any memory.
constexpr size_t size_limit = 10'000;
constexpr int exponent_precision = 200;
constexpr std::string_view pi_name = "pi";

/// Recursive descent over the grammar, loosest operators first:
///   either := both {"||" both}          both := comparison {"&&" comparison}
///   comparison := sum [("<" | "<=" | ">" | ">=") sum]
///   sum := product {("+" | "-") product}       product := sign {("*" | "/") sign}
///   sign := "-" sign | power          power := atom [("^" | "**") exponent]          exponent := "-" exponent | atom
///   atom := constant | name | name "(" either {"," either} ")" | "(" either ")"
/// where the names before a bracket are Parser::words and the functions of generators/math.
class Parser {
public:
    /// `variables`: null where any name will do.
    Parser(std::string_view text, const std::vector<std::string> *variables) : text_(text), variables_(variables) {}

    ParseResult parse_all() {
        try {
            const Formula formula = parse_either();
            if (here() < text_.size()) fail("expected an operator or the end, found " + found());
            return {formula, {}};
        } catch (const ParseError &error) {
            return {std::nullopt, error};
        }
    }

private:
    std::string_view text_;
    const std::vector<std::string> *variables_;
    size_t at_ = 0;
    int nesting_ = 0;

    [[noreturn]] void fail(std::string message) { fail_at(std::move(message), here()); }
    [[noreturn]] static void fail_at(std::string message, size_t position) {
        throw ParseError{std::move(message), position};
    }
    [[noreturn]] static void fail_unknown(std::string message, size_t position, const std::string &name) {
        throw ParseError{std::move(message), position, name};
    }

    char peek() {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
        return at_ < text_.size() ? text_[at_] : '\0';
    }

    /// Where the next token begins.
    size_t here() {
        peek();
        return at_;
    }

    bool accept(std::string_view symbol) {
        if (text_.substr(here(), symbol.size()) != symbol) return false;
        at_ += symbol.size();
        return true;
    }

    void expect(std::string_view symbol) {
        if (!accept(symbol)) fail("expected " + quoted(symbol) + ", found " + found());
    }

    std::string found() {
        if (here() >= text_.size()) return "the end";
        const char c = text_[at_];
        if (starts_name(c)) return quoted(name_at(at_));
        if (c > ' ' && c < '\x7f') return quoted(text_.substr(at_, 1));
        return "a character that formulas do not have";
    }

    std::string_view name_at(size_t begin) const {
        size_t end = begin;
        while (end < text_.size() && continues_name(text_[end])) ++end;
        return text_.substr(begin, end - begin);
    }

    static Formula real(Formula formula, size_t position) {
        if (is_condition(formula)) fail_at("expected a number, found a condition", position);
        return formula;
    }

    static Formula condition(Formula formula, size_t position) {
        if (!is_condition(formula)) fail_at("expected a condition such as x > 0, found a number", position);
        return formula;
    }

    static Formula limited(Formula formula, size_t position) {
        if (formula.depth() > depth_limit) {
            fail_at("the formula is nested or chained more than 200 deep; split it with brackets", position);
        }
        if (formula.size() > size_limit) {
            fail_at("the formula has more than 10000 parts, counted as often as abs, min, max and powers repeat them",
                    position);
        }
        return formula;
    }

    Formula parse_either() {
        const size_t begin = here();
        Formula left = parse_both();
        while (accept("||")) {
            const size_t right = here();
            left = limited(condition(left, begin) || condition(parse_both(), right), begin);
        }
        return left;
    }

    Formula parse_both() {
        const size_t begin = here();
        Formula left = parse_comparison();
        while (accept("&&")) {
            const size_t right = here();
            left = limited(condition(left, begin) && condition(parse_comparison(), right), begin);
        }
        return left;
    }

    std::optional<Operation> accept_comparison() {
        if (accept("<=")) return Operation::less_equal;
        if (accept("<")) return Operation::less;
        if (accept(">=")) return Operation::greater_equal;
        if (accept(">")) return Operation::greater;
        return std::nullopt;
    }

    static Formula compare(Operation operation, const Formula &a, const Formula &b) {
        switch (operation) {
            case Operation::less_equal:
                return a <= b;
            case Operation::less:
                return a < b;
            case Operation::greater_equal:
                return a >= b;
            default:
                return a > b;
        }
    }

    Formula parse_comparison() {
        const size_t begin = here();
        Formula left = parse_sum();
        const std::optional<Operation> operation = accept_comparison();
        if (!operation) return left;
        const size_t right_begin = here();
        const Formula right = parse_sum();
        const size_t after = here();
        if (accept_comparison()) fail_at("comparisons do not chain; write a < b && b < c", after);
        return limited(compare(*operation, real(left, begin), real(right, right_begin)), begin);
    }

    Formula parse_sum() {
        const size_t begin = here();
        Formula left = parse_product();
        while (peek() == '+' || peek() == '-') {
            const bool adds = text_[at_++] == '+';
            const size_t right_begin = here();
            const Formula right = real(parse_product(), right_begin);
            left = limited(adds ? real(left, begin) + right : real(left, begin) - right, begin);
        }
        return left;
    }

    Formula parse_product() {
        const size_t begin = here();
        Formula left = parse_sign();
        while (peek() == '*' || peek() == '/') {
            const bool multiplies = text_[at_++] == '*';
            const size_t right_begin = here();
            const Formula right = real(parse_sign(), right_begin);
            left = limited(multiplies ? real(left, begin) * right : real(left, begin) / right, begin);
        }
        return left;
    }

    /// Everything that nests passes through here once per level.
    Formula parse_sign() {
        if (++nesting_ > depth_limit) fail("the formula is nested more than 200 deep");
        const size_t begin = here();
        const Formula formula = accept("-") ? parse_negation(begin) : parse_power();
        --nesting_;
        return formula;
    }

    Formula parse_negation(size_t begin) {
        const size_t operand = here();
        return limited(-real(parse_sign(), operand), begin);
    }

    bool accept_power() { return accept("^") || accept("**"); }

    Formula parse_power() {
        const size_t begin = here();
        Formula base = parse_atom();
        if (!accept_power()) return base;
        const size_t exponent_begin = here();
        const Formula exponent = parse_exponent();
        const size_t after = here();
        if (accept_power()) fail_at("powers do not chain; write (a^b)^c or a^(b^c)", after);
        const std::optional<Formula> result =
            power(real(base, begin), value_of_exponent(base, exponent, exponent_begin));
        if (!result) {
            fail_at("expected an exponent that is a whole number or a half, from -64 to 64, as in x^3, x^-1, x^0.5",
                    exponent_begin);
        }
        return limited(*result, begin);
    }

    Formula parse_exponent() {
        if (++nesting_ > depth_limit) fail("the formula is nested more than 200 deep");
        const size_t begin = here();
        const Formula exponent = accept("-") ? -real(parse_exponent(), begin) : real(parse_atom(), begin);
        --nesting_;
        return exponent;
    }

    static double value_of_exponent(const Formula &base, const Formula &exponent, size_t position) {
        if (variables(exponent).empty()) return evaluate(exponent, {}, exponent_precision).to_double();
        const std::string other = is_constant(base, 2) ? "exp2(a)" : "exp(b * log(a)) where a is above 0";
        fail_at("expected a constant exponent; write " + other, position);
    }

    Formula parse_atom() {
        const char c = peek();
        if (is_digit(c) || c == '.') return parse_constant();
        if (starts_name(c)) return parse_name();
        if (!accept("(")) fail("expected a number, a name or '(', found " + found());
        const Formula inside = parse_either();
        expect(")");
        return inside;
    }

    void skip_digits() {
        while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    }

    Formula parse_constant() {
        const size_t begin = at_;
        skip_digits();
        if (at_ < text_.size() && text_[at_] == '.') ++at_;
        skip_digits();
        const bool has_digits = at_ - begin > 1 || is_digit(text_[begin]);
        if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) ++at_;
        if (at_ < text_.size() && !is_digit(text_[at_ - 1]) && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
        skip_digits();

        double value = 0;
        const std::string text(text_.substr(begin, at_ - begin));
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool is_written_well = has_digits && end == text.data() + text.size();
        if (!is_written_well || (at_ < text_.size() && (continues_name(text_[at_]) || text_[at_] == '.'))) {
            fail_at("expected a decimal number such as 0.5 or 1e-6", begin);
        }
        if (error == std::errc::result_out_of_range) {
            fail_at("the number is too large or too small for any floating-point type", begin);
        }
        return constant(text);
    }

    Formula parse_name() {
        const size_t begin = at_;
        const std::string name(name_at(begin));
        at_ += name.size();
        const bool is_called = peek() == '(';
        for (const Word &word : words) {
            if (name == word.name && (is_called || word.is_reserved)) return (this->*word.parse)(begin);
        }
        const math::Function *function = math::find_function(name);
        if (function == nullptr && is_called) fail_unknown("there is no function " + quoted(name), begin, name);
        if (function == nullptr) return parse_variable(name, begin);
        if (!is_called) fail_at(quoted(name) + " is a function and needs its arguments in brackets", begin);
        return parse_call(*function, begin);
    }

    Formula parse_variable(const std::string &name, size_t begin) const {
        const bool is_known =
            variables_ == nullptr || std::find(variables_->begin(), variables_->end(), name) != variables_->end();
        if (name == pi_name) return pi();
        if (is_known) return variable(name);
        fail_unknown("there is neither an input nor a parameter " + quoted(name), begin, name);
    }

    /// What is written as a call and is none of generators/math's functions.
    struct Word {
        std::string_view name;
        Formula (Parser::*parse)(size_t begin);
        bool is_reserved = false;  ///< the others may be names of parameters where no bracket follows
    };

    Formula parse_where(size_t begin) {
        expect("(");
        size_t operand = here();
        const Formula chooses = condition(parse_either(), operand);
        expect(",");
        operand = here();
        const Formula if_true = real(parse_either(), operand);
        expect(",");
        operand = here();
        const Formula if_false = real(parse_either(), operand);
        expect(")");
        return limited(where(chooses, if_true, if_false), begin);
    }

    /// abs(a), finite(a), rounded(a): what is written as a call and is a tree of its own.
    template <Formula (*make)(const Formula &)>
    Formula parse_about_number(size_t begin) {
        expect("(");
        const size_t operand = here();
        const Formula inside = real(parse_either(), operand);
        expect(")");
        return limited(make(inside), begin);
    }

    /// "(a, b, …)"
    std::vector<Formula> parse_arguments() {
        expect("(");
        std::vector<Formula> arguments;
        do {
            const size_t argument = here();
            arguments.push_back(real(parse_either(), argument));
        } while (accept(","));
        expect(")");
        return arguments;
    }

    /// By halves, as each choice between two repeats both.
    static Formula extreme_of(std::vector<Formula> arguments, bool largest, size_t begin) {
        while (arguments.size() > 1) {
            std::vector<Formula> winners;
            for (size_t i = 0; i + 1 < arguments.size(); i += 2) {
                const Formula &a = arguments[i];
                const Formula &b = arguments[i + 1];
                winners.push_back(limited(largest ? maximum(a, b) : minimum(a, b), begin));
            }
            if (arguments.size() % 2 != 0) winners.push_back(arguments.back());
            arguments = std::move(winners);
        }
        return arguments.front();
    }

    template <bool largest>
    Formula parse_extreme(size_t begin) {
        std::vector<Formula> arguments = parse_arguments();
        if (arguments.size() < 2) {
            fail_at(quoted(largest ? "max" : "min") + " takes two arguments or more, found 1", begin);
        }
        return extreme_of(std::move(arguments), largest, begin);
    }

    Formula parse_call(const math::Function &function, size_t begin) {
        std::vector<Formula> arguments = parse_arguments();
        if (arguments.size() != function.arguments.size()) {
            fail_at(quoted(function.name) + " takes " + std::to_string(function.arguments.size()) +
                        " argument(s), found " + std::to_string(arguments.size()),
                    begin);
        }
        return limited(call(function, std::move(arguments)), begin);
    }

public:
    static const std::array<Word, 6> words;
};

const std::array<Parser::Word, 6> Parser::words = {{
    {"where", &Parser::parse_where, true},
    {"min", &Parser::parse_extreme<false>},
    {"max", &Parser::parse_extreme<true>},
    {"abs", &Parser::parse_about_number<absolute>},
    {"rounded", &Parser::parse_about_number<rounded>},
    {"finite", &Parser::parse_about_number<finite>},
}};

}  // namespace

std::vector<std::string> formula_words() {
    std::vector<std::string> names;
    names.reserve(Parser::words.size() + 1);
    for (const auto &word : Parser::words) names.emplace_back(word.name);
    names.emplace_back(pi_name);
    return names;
}

ParseResult parse(std::string_view text) {
    return Parser(text, nullptr).parse_all();
}

ParseResult parse(std::string_view text, const std::vector<std::string> &variables) {
    return Parser(text, &variables).parse_all();
}

}  // namespace actinide
