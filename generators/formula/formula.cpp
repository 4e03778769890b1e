#include "generators/formula/formula.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "generators/math/function.h"

namespace actinide {

struct Formula::Node {
    Operation operation;
    std::string text;
    std::vector<Formula> operands;
    const math::Function *function;
    int depth;
    size_t size;
};

namespace {

/// Trees this large are not counted on; some would not fit any integer.
constexpr size_t uncounted_size = size_t{1} << 40U;

Formula make(Operation operation, std::string text, std::vector<Formula> operands,
             const math::Function *function = nullptr) {
    int deepest = 0;
    size_t size = 1;
    for (const Formula &operand : operands) {
        deepest = std::max(deepest, operand.depth());
        size = std::min(size + operand.size(), uncounted_size);
    }
    return Formula(std::make_shared<const Formula::Node>(
        Formula::Node{operation, std::move(text), std::move(operands), function, deepest + 1, size}));
}

Formula make(Operation operation, std::vector<Formula> operands) {
    const bool wants_conditions = operation == Operation::both || operation == Operation::either;
    for (size_t i = 0; i < operands.size(); ++i) {
        const bool wants_condition = wants_conditions || (operation == Operation::where && i == 0);
        assert(is_condition(operands[i]) == wants_condition);
        (void)wants_condition;
    }
    return make(operation, "", std::move(operands));
}

/// "007.50E+03" -> "7.5e3": numbers that are written alike compare alike.
std::string without_needless_zeros(const std::string &text) {
    const size_t exponent_at = text.find_first_of("eE");
    std::string digits = text.substr(0, exponent_at);
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.find('.') != std::string::npos) {
        digits.erase(digits.find_last_not_of('0') + 1);
        if (digits.back() == '.') digits.pop_back();
    }
    if (digits.empty()) return "0";
    if (digits.front() == '.') digits.insert(digits.begin(), '0');
    if (exponent_at == std::string::npos) return digits;

    std::string exponent = text.substr(exponent_at + 1);
    const bool is_negative = exponent.front() == '-';
    exponent.erase(0, std::min(exponent.find_first_not_of("+-0"), exponent.size()));
    if (exponent.empty()) return digits;
    return digits + (is_negative ? "e-" : "e") + exponent;
}

Formula unsigned_constant(const std::string &text) {
    assert(text.find_first_not_of("0123456789.eE+-") == std::string::npos);
    return make(Operation::constant, without_needless_zeros(text), {});
}

Formula integer(int value) {
    const Formula magnitude = unsigned_constant(std::to_string(std::abs(static_cast<long>(value))));
    return value < 0 ? -magnitude : magnitude;
}

void collect_variables(const Formula &formula, std::vector<std::string> &names) {
    if (formula.operation() == Operation::variable &&
        std::find(names.begin(), names.end(), formula.text()) == names.end()) {
        names.push_back(formula.text());
    }
    for (const Formula &operand : formula.operands()) collect_variables(operand, names);
}

void collect_conditions(const Formula &formula, std::vector<Formula> &found) {
    if (formula.operation() == Operation::where) {
        const Formula &condition = formula.operands()[0];
        const auto is_same = [&](const Formula &known) { return equal(known, condition); };
        if (std::none_of(found.begin(), found.end(), is_same)) found.push_back(condition);
    }
    for (const Formula &operand : formula.operands()) collect_conditions(operand, found);
}

void collect_comparisons(const Formula &condition, std::vector<Formula> &found) {
    if (condition.operation() != Operation::both && condition.operation() != Operation::either) {
        const auto is_same = [&](const Formula &known) { return equal(known, condition); };
        if (std::none_of(found.begin(), found.end(), is_same)) found.push_back(condition);
        return;
    }
    for (const Formula &operand : condition.operands()) collect_comparisons(operand, found);
}

}  // namespace

Formula::Formula(int value) : Formula(integer(value)) {}
Formula::Formula(std::shared_ptr<const Node> node) : node_(std::move(node)) {}

Operation Formula::operation() const {
    return node_->operation;
}
const std::string &Formula::text() const {
    return node_->text;
}
const std::vector<Formula> &Formula::operands() const {
    return node_->operands;
}
const math::Function *Formula::function() const {
    return node_->function;
}
int Formula::depth() const {
    return node_->depth;
}
size_t Formula::size() const {
    return node_->size;
}

Formula constant(const std::string &text) {
    assert(!text.empty());
    return text.front() == '-' ? -unsigned_constant(text.substr(1)) : unsigned_constant(text);
}

Formula variable(const std::string &name) {
    return make(Operation::variable, name, {});
}

Formula call(const math::Function &function, std::vector<Formula> arguments) {
    if (arguments.size() != function.arguments.size()) {
        throw std::invalid_argument("'" + function.name + "' takes " + std::to_string(function.arguments.size()) +
                                    " argument(s), not " + std::to_string(arguments.size()));
    }
    return make(Operation::call, function.name, std::move(arguments), &function);
}

Formula call(const std::string &function, std::vector<Formula> arguments) {
    const math::Function *found = math::find_function(function);
    if (found == nullptr) throw std::invalid_argument("there is no function '" + function + "'");
    return call(*found, std::move(arguments));
}

Formula operator+(const Formula &a, const Formula &b) {
    return make(Operation::add, {a, b});
}
Formula operator-(const Formula &a, const Formula &b) {
    return make(Operation::subtract, {a, b});
}
Formula operator*(const Formula &a, const Formula &b) {
    return make(Operation::multiply, {a, b});
}
Formula operator/(const Formula &a, const Formula &b) {
    return make(Operation::divide, {a, b});
}
Formula operator-(const Formula &a) {
    return make(Operation::negate, {a});
}
Formula rounded(const Formula &a) {
    return make(Operation::rounded, {a});
}
Formula operator<(const Formula &a, const Formula &b) {
    return make(Operation::less, {a, b});
}
Formula operator<=(const Formula &a, const Formula &b) {
    return make(Operation::less_equal, {a, b});
}
Formula operator>(const Formula &a, const Formula &b) {
    return make(Operation::greater, {a, b});
}
Formula operator>=(const Formula &a, const Formula &b) {
    return make(Operation::greater_equal, {a, b});
}
Formula operator&&(const Formula &a, const Formula &b) {
    return make(Operation::both, {a, b});
}
Formula operator||(const Formula &a, const Formula &b) {
    return make(Operation::either, {a, b});
}

Formula where(const Formula &condition, const Formula &if_true, const Formula &if_false) {
    return make(Operation::where, {condition, if_true, if_false});
}

bool equal(const Formula &a, const Formula &b) {
    if (a.node() == b.node()) return true;
    if (a.operation() != b.operation() || a.depth() != b.depth() || a.text() != b.text()) return false;
    return std::equal(a.operands().begin(), a.operands().end(), b.operands().begin(), b.operands().end(), equal);
}

Formula absolute(const Formula &a) {
    return where(a < 0, -a, a);
}

bool is_absolute(const Formula &formula) {
    return formula.operation() == Operation::where && equal(formula, absolute(formula.operands()[2]));
}

Formula unequal(const Formula &a, const Formula &b) {
    return a < b || a > b;
}

bool is_unequal(const Formula &formula) {
    if (formula.operation() != Operation::either || formula.operands()[0].operation() != Operation::less) return false;
    const std::vector<Formula> &sides = formula.operands()[0].operands();
    return equal(formula, unequal(sides[0], sides[1]));
}

Formula finite(const Formula &a) {
    static const Formula largest = constant("1.7976931348623157e308");  // of float64, hence of all types
    return a >= -largest && a <= largest;
}

bool is_finite(const Formula &formula) {
    if (formula.operation() != Operation::both) return false;
    const Formula &first = formula.operands()[0];
    return first.operation() == Operation::greater_equal && equal(formula, finite(first.operands()[0]));
}

bool is_constant(const Formula &formula, int value) {
    return equal(formula, Formula(value));
}

bool is_condition(const Formula &formula) {
    switch (formula.operation()) {
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal:
        case Operation::both:
        case Operation::either:
            return true;
        default:
            return false;
    }
}

bool mentions(const Formula &formula, const std::string &name) {
    if (formula.operation() == Operation::variable) return formula.text() == name;
    return std::any_of(formula.operands().begin(), formula.operands().end(),
                       [&](const Formula &operand) { return mentions(operand, name); });
}

Formula with_operands(const Formula &formula, std::vector<Formula> operands) {
    assert(operands.size() == formula.operands().size());
    return make(formula.operation(), formula.text(), std::move(operands), formula.function());
}

Formula substitute(const Formula &formula, const std::string &name, const Formula &replacement) {
    return substitute(formula, std::map<std::string, Formula>{{name, replacement}});
}

Formula substitute(const Formula &formula, const std::map<std::string, Formula> &replacements) {
    if (formula.operation() == Operation::variable) {
        const auto found = replacements.find(formula.text());
        return found == replacements.end() ? formula : found->second;
    }
    std::vector<Formula> operands;
    for (const Formula &operand : formula.operands()) operands.push_back(substitute(operand, replacements));
    return with_operands(formula, std::move(operands));
}

std::vector<std::string> variables(const Formula &formula) {
    std::vector<std::string> names;
    collect_variables(formula, names);
    return names;
}

std::vector<Formula> conditions(const Formula &formula) {
    std::vector<Formula> found;
    collect_conditions(formula, found);
    return found;
}

std::vector<Formula> comparisons(const Formula &formula) {
    std::vector<Formula> found;
    for (const Formula &condition : conditions(formula)) collect_comparisons(condition, found);
    return found;
}

std::vector<Formula> conjuncts(const Formula &condition) {
    if (condition.operation() != Operation::both || is_finite(condition)) return {condition};
    std::vector<Formula> all;
    for (const Formula &operand : condition.operands()) {
        for (const Formula &part : conjuncts(operand)) all.push_back(part);
    }
    return all;
}

namespace {

void collect_functions(const Formula &formula, std::vector<const math::Function *> &found) {
    const math::Function *own = formula.function();
    if (own != nullptr && std::find(found.begin(), found.end(), own) == found.end()) found.push_back(own);
    for (const Formula &operand : formula.operands()) collect_functions(operand, found);
}

}  // namespace

std::vector<const math::Function *> functions_called(const Formula &formula) {
    std::vector<const math::Function *> found;
    collect_functions(formula, found);
    return found;
}

std::string function_without_form(const Formula &formula, int bits) {
    const auto has_bits = [&](const math::Form &form) { return form.bits == bits; };
    for (const math::Function *function : functions_called(formula)) {
        if (std::none_of(function->forms.begin(), function->forms.end(), has_bits)) return function->name;
    }
    return "";
}

}  // namespace actinide
