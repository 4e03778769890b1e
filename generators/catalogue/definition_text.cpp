#include "generators/catalogue/definition_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "generators/catalogue/c_identifier.h"
#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/elementary.h"
#include "generators/formula/calls.h"
#include "generators/formula/characters.h"
#include "generators/formula/differentiate.h"
#include "generators/formula/print.h"
#include "generators/math/function.h"

namespace actinide {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// What runtime/kernel.h has places for.
constexpr size_t most_scalars = 8;
constexpr size_t most_learned = 4;
constexpr size_t most_conditions = 8;

/// What walks over a definition and its gradient may cost.
constexpr size_t largest_formula = 1000;
constexpr size_t largest_gradient = 50'000;

/// Runs of spaces as one, none at the ends.
std::string with_single_spaces(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (!is_space(c)) {
            result += c;
        } else if (!result.empty() && result.back() != ' ') {
            result += ' ';
        }
    }
    if (!result.empty() && result.back() == ' ') result.pop_back();
    return result;
}

bool is_word_of_formulas(std::string_view name) {
    constexpr std::string_view words[] = {"where", "abs", "min", "max",     "finite", "rounded",
                                          "pi",    "inf", "in",  "learned", "all"};
    return math::find_function(name) != nullptr ||
           std::find(std::begin(words), std::end(words), name) != std::end(words);
}

/// The other arguments of the C functions.
bool is_argument_name(std::string_view name) {
    constexpr std::string_view names[] = {"x",
                                          "y",
                                          "dx",
                                          "dy",
                                          "n",
                                          "outer",
                                          "channels",
                                          "inner",
                                          "workspace",
                                          "stream",
                                          "rows",
                                          "columns",
                                          "x_stride",
                                          "y_stride",
                                          "dx_stride",
                                          "dy_stride",
                                          "residual",
                                          "x_bias",
                                          "residual_stride",
                                          "workspace_bytes",
                                          "dead",
                                          "mask",
                                          "mask_bytes",
                                          "table",
                                          "x_scale",
                                          "x_zero_point",
                                          "y_scale",
                                          "y_zero_point"};
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

struct Bound {
    double value;
    std::string text;
    bool is_included;
};

struct OwnParameter {
    Parameter parameter;
    size_t begin = 0;
    std::optional<Formula> range = {};
    size_t comparisons = 0;
};

class DefinitionParser {
public:
    explicit DefinitionParser(std::string_view text) : text_(text) {}

    DefinitionResult parse_all() {
        try {
            return {parse_activation(), {}};
        } catch (const ParseError &error) {
            return {std::nullopt, error};
        }
    }

private:
    std::string_view text_;
    size_t at_ = 0;
    std::vector<OwnParameter> parameters_;

    [[noreturn]] static void fail_at(std::string message, size_t position) {
        throw ParseError{std::move(message), position};
    }
    [[noreturn]] void fail(std::string message) { fail_at(std::move(message), here()); }

    size_t here() {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
        return at_;
    }

    bool accept(std::string_view symbol) {
        if (text_.substr(here(), symbol.size()) != symbol) return false;
        at_ += symbol.size();
        return true;
    }

    std::string_view word_at(size_t begin) const {
        size_t end = begin;
        while (end < text_.size() && continues_name(text_[end])) ++end;
        return text_.substr(begin, end - begin);
    }

    bool accept_word(std::string_view word) {
        if (word_at(here()) != word) return false;
        at_ += word.size();
        return true;
    }

    std::string found() {
        if (here() >= text_.size()) return "the end";
        const std::string_view word = word_at(at_);
        if (!word.empty()) return quoted(word);
        const char c = text_[at_];
        return c > ' ' && c < '\x7f' ? quoted(text_.substr(at_, 1)) : "a character that definitions do not have";
    }

    void expect(std::string_view symbol, std::string_view why = "") {
        if (!accept(symbol)) fail("expected " + quoted(symbol) + std::string(why) + ", found " + found());
    }

    std::string parse_identifier(const std::string &what) {
        const size_t begin = here();
        const std::string name(word_at(begin));
        if (name.empty()) fail("expected " + what + ", found " + found());
        at_ += name.size();
        const std::string reason = why_not_a_c_identifier(name);
        if (!reason.empty()) fail_at(what + " " + quoted(name) + " " + reason + "; take another name", begin);
        if (is_word_of_formulas(name)) {
            fail_at(
                what + " " + quoted(name) + " would hide what formulas call " + quoted(name) + "; take another name",
                begin);
        }
        return name;
    }

    std::string parse_activation_name() {
        const size_t begin = here();
        std::string name = parse_identifier("the activation's name");
        if (const Activation *known = find_activation(name)) {
            const std::string other = known->name == name ? "" : ", another name of " + quoted(known->name);
            fail_at(quoted(name) + " is in the catalogue already" + other + "; take another name", begin);
        }
        if (name.starts_with(elementary_prefix)) {
            fail_at("names that begin with 'math_' are Actinide's own; take another name", begin);
        }
        return name;
    }

    Activation parse_activation() {
        const std::string name = parse_activation_name();
        expect("(", " and the input x, as in " + name + "(x) = ...");
        if (!accept_word("x")) fail("expected the input x before all parameters, found " + found());
        while (accept(",")) parameters_.push_back(parse_parameter());
        expect(")");
        expect("=", " and a formula");
        check_counts();
        const size_t begin = here();
        const Formula formula = share_calls(parse_formula(begin));
        Activation activation{
            .name = name,
            .summary = "Defined by the formula below.",
            .source = "a definition of the user's own",
            .forward = formula,
            .from_output = {.why_not = "a definition by one formula does not tell how the gradient follows from y"},
            // Nothing is promised: what it errs by is measured.
            .forward_ulp = infinity,
            .gradient_ulp = infinity,
            .definition = with_single_spaces(text_),
        };
        for (const OwnParameter &own : parameters_) {
            activation.parameters.push_back(own.parameter);
            if (!own.range) continue;
            activation.valid_when = activation.valid_when ? *activation.valid_when && *own.range : own.range;
        }
        check_gradients(activation, begin);
        return activation;
    }

    Formula parse_formula(size_t begin) {
        std::vector<std::string> names = {"x"};
        for (const OwnParameter &own : parameters_) names.push_back(own.parameter.name);
        ParseResult result = parse(text_.substr(begin), names);
        if (!result.formula) {
            result.error.position += begin;
            throw std::move(result.error);
        }
        const Formula formula = *result.formula;
        if (is_condition(formula)) fail_at("expected a formula that is a number, found a condition", begin);
        if (formula.size() > largest_formula) {
            fail_at("the formula has more than 1000 parts, counted as often as abs, min, max and powers repeat them",
                    begin);
        }
        if (!mentions(formula, "x")) fail_at("the formula does not depend on x", begin);
        for (const OwnParameter &own : parameters_) {
            if (mentions(formula, own.parameter.name)) continue;
            fail_at("the formula does not use the parameter " + quoted(own.parameter.name) + "; leave it out",
                    own.begin);
        }
        return formula;
    }

    void check_gradients(const Activation &activation, size_t position) const {
        const Formula gradient = derivative(activation);
        if (is_constant(gradient, 0)) fail_at("the gradient of this formula is 0 wherever there is one", position);
        size_t size = gradient.size();
        for (const OwnParameter &own : parameters_) {
            const Formula in_parameter = derivative(activation, own.parameter);
            if (own.parameter.learned && is_constant(in_parameter, 0)) {
                fail_at("the gradient in " + quoted(own.parameter.name) +
                            " is 0 wherever there is one, so nothing can be learned; leave 'learned' out",
                        own.begin);
            }
            size += in_parameter.size();
        }
        if (size > largest_gradient) fail_at("the gradients of this formula have more than 50000 parts", position);
    }

    void check_counts() {
        size_t scalars = 0;
        size_t learned = 0;
        size_t comparisons = 0;
        for (const OwnParameter &own : parameters_) {
            ++(own.parameter.learned ? learned : scalars);
            comparisons += own.comparisons;
            if (scalars > most_scalars) fail_at("there may be 8 parameters at most", own.begin);
            if (learned > most_learned) fail_at("there may be 4 learned parameters at most", own.begin);
            if (comparisons > most_conditions)
                fail_at("these ranges are more than 8 comparisons; leave ends out", own.begin);
        }
    }

    OwnParameter parse_parameter() {
        OwnParameter own;
        own.begin = here();
        own.parameter.name = parse_identifier("a parameter's name");
        check_parameter_name(own);
        expect("=", " and the default of " + quoted(own.parameter.name));
        const size_t default_begin = here();
        own.parameter.default_value = parse_number();
        own.parameter.meaning = "any value";
        if (accept_word("in")) parse_range(own, default_begin);
        const size_t learned_begin = here();
        if (accept_word("learned")) {
            if (own.range) fail_at("a learned parameter can become anything; leave its range out", learned_begin);
            own.parameter.learned = true;
        }
        if (here() < text_.size() && text_[at_] != ',' && text_[at_] != ')') {
            fail("expected ',' or ')', or a range such as in (0, inf), or 'learned', found " + found());
        }
        return own;
    }

    void check_parameter_name(const OwnParameter &own) const {
        const std::string &name = own.parameter.name;
        if (is_argument_name(name)) {
            fail_at(quoted(name) + " is another argument of the functions in C; take another name", own.begin);
        }
        for (const OwnParameter &other : parameters_) {
            if (other.parameter.name == name) {
                fail_at("the parameter " + quoted(name) + " is there twice; leave one out", own.begin);
            }
            // The gradient of a learned w is returned in dw.
            if (name == "d" + other.parameter.name || other.parameter.name == "d" + name) {
                fail_at(quoted(name) + " and " + quoted(other.parameter.name) +
                            " would be a parameter and its gradient; take another name",
                        own.begin);
            }
        }
    }

    /// "0.25", "-1e-3" or "1/6".
    double parse_number() {
        const size_t begin = here();
        const double numerator = parse_decimal();
        const double value = accept("/") ? numerator / parse_decimal() : numerator;
        const auto as_float = static_cast<float>(value);
        if (!std::isfinite(as_float) || (as_float == 0 && value != 0)) {
            fail_at("the number is too large or too small for a float", begin);
        }
        return value;
    }

    double parse_decimal() {
        const size_t begin = here();
        const bool is_negative = accept("-");
        const size_t digits = here();
        size_t end = digits;
        while (end < text_.size() && (continues_name(text_[end]) || text_[end] == '.' || is_sign_of_exponent(end))) {
            ++end;
        }
        double value = 0;
        const std::string text(text_.substr(digits, end - digits));
        const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool begins_well = !text.empty() && (is_digit(text.front()) || text.front() == '.');
        if (!begins_well || rest != text.data() + text.size() || error == std::errc::invalid_argument) {
            fail_at("expected a number such as 0.25, -1e-3 or 1/6", begin);
        }
        if (error != std::errc()) fail_at("the number is too large or too small for a float", begin);
        at_ = end;
        return is_negative ? -value : value;
    }

    bool is_sign_of_exponent(size_t at) const {
        return (text_[at] == '-' || text_[at] == '+') && at > 0 && (text_[at - 1] == 'e' || text_[at - 1] == 'E');
    }

    void parse_range(OwnParameter &own, size_t default_begin) {
        const size_t begin = here();
        const bool includes_low = accept("[");
        if (!includes_low && !accept("(")) fail("expected a range such as (0, inf) or [0, 1], found " + found());
        const Bound low = parse_bound(includes_low);
        expect(",");
        Bound high = parse_bound(false);
        high.is_included = accept("]");
        if (!high.is_included) expect(")", " or ']'");
        const bool is_one_point = low.value == high.value && low.is_included && high.is_included;
        if (!(low.value < high.value) && !is_one_point) fail_at("there is nothing in this range", begin);
        const double value = own.parameter.default_value;
        if (value < low.value || value > high.value || (value == low.value && !low.is_included) ||
            (value == high.value && !high.is_included)) {
            fail_at("the default of " + quoted(own.parameter.name) + " is not in its range", default_begin);
        }
        own.parameter.meaning = "in " + with_single_spaces(text_.substr(begin, at_ - begin));
        const Formula parameter = variable(own.parameter.name);
        const bool stops_before_infinity =
            (std::isinf(low.value) && !low.is_included) || (std::isinf(high.value) && !high.is_included);
        if (stops_before_infinity) add_comparison(own, finite(parameter), 2);
        if (std::isfinite(low.value)) {
            add_comparison(own, low.is_included ? parameter >= constant(low.text) : parameter > constant(low.text));
        }
        if (std::isfinite(high.value)) {
            add_comparison(own, high.is_included ? parameter <= constant(high.text) : parameter < constant(high.text));
        }
    }

    static void add_comparison(OwnParameter &own, const Formula &comparison, size_t count = 1) {
        own.range = own.range ? *own.range && comparison : comparison;
        own.comparisons += count;
    }

    Bound parse_bound(bool is_included) {
        const size_t begin = here();
        const bool is_negative = accept("-");
        if (accept_word("inf")) return {is_negative ? -infinity : infinity, "", is_included};
        at_ = begin;
        const double value = parse_decimal();
        std::string text(text_.substr(begin, at_ - begin));
        std::erase_if(text, is_space);
        return {value, text, is_included};
    }
};

}  // namespace

DefinitionResult parse_definition(std::string_view text) {
    return DefinitionParser(text).parse_all();
}

std::string with_formula(const std::string &definition, const Formula &formula) {
    int open = 0;
    size_t at = definition.find('(');
    for (; at < definition.size(); ++at) {
        const char c = definition[at];
        if (c == '(' || c == '[') ++open;
        if (c == ')' || c == ']') --open;
        if (open == 0) break;
    }
    return definition.substr(0, at + 1) + " = " + print(formula);
}

std::vector<DefinitionPart> split_definitions(std::string_view text) {
    std::vector<DefinitionPart> parts;
    size_t begin = 0;
    while (begin < text.size()) {
        const size_t end = std::min(text.find('\n', begin), text.size());
        std::string line(text.substr(begin, end - begin));
        const size_t comment = std::min(line.find('#'), line.size());
        std::fill(line.begin() + static_cast<ptrdiff_t>(comment), line.end(), ' ');
        const bool is_blank = std::all_of(line.begin(), line.end(), is_space);
        const bool goes_on = !parts.empty() && (is_blank || is_space(line.front()));
        if (goes_on) {
            parts.back().text += "\n" + line;
        } else if (!is_blank) {
            parts.push_back({begin, line});
        }
        begin = end + 1;
    }
    return parts;
}

}  // namespace actinide
