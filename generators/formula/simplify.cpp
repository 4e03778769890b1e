#include <charconv>
#include <cstdlib>
#include <numeric>
#include <optional>

#include "generators/formula/differentiate.h"

namespace actinide {

namespace {

constexpr long largest_folded_integer = 1'000'000'000;

std::optional<long> integer_value(const Formula &formula) {
    if (formula.operation() == Operation::negate) {
        const std::optional<long> magnitude = integer_value(formula.operands()[0]);
        return magnitude ? std::optional<long>(-*magnitude) : std::nullopt;
    }
    if (formula.operation() != Operation::constant) return std::nullopt;
    long value = 0;
    const std::string &text = formula.text();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_integer = error == std::errc() && end == text.data() + text.size();
    return is_integer && value <= largest_folded_integer ? std::optional<long>(value) : std::nullopt;
}

std::optional<Formula> folded_integer(long value) {
    if (std::abs(value) > largest_folded_integer) return std::nullopt;
    return Formula(static_cast<int>(value));
}

/// `a op b` where both are integers and the result is one of moderate size.
std::optional<Formula> fold_integers(Operation operation, const Formula &a, const Formula &b) {
    const std::optional<long> left = integer_value(a);
    const std::optional<long> right = integer_value(b);
    if (!left || !right) return std::nullopt;
    switch (operation) {
        case Operation::add:
            return folded_integer(*left + *right);
        case Operation::subtract:
            return folded_integer(*left - *right);
        case Operation::multiply:
            return folded_integer(*left * *right);
        case Operation::divide:
            if (*right == 0 || *left % *right != 0) return std::nullopt;
            return folded_integer(*left / *right);
        default:
            return std::nullopt;
    }
}

bool is_negation(const Formula &formula) {
    return formula.operation() == Operation::negate;
}
const Formula &negated(const Formula &formula) {
    return formula.operands()[0];
}

/// A `where` that lets through one of its branches or nothing. Operations that keep 0 go into the branch, so that
/// infinities outside cannot leak through the closed gate.
bool is_gate(const Formula &formula) {
    return formula.operation() == Operation::where &&
           (is_constant(formula.operands()[1], 0) || is_constant(formula.operands()[2], 0));
}

template <typename Change>
Formula change_open_branch(const Formula &gate, const Change &change) {
    const std::vector<Formula> &operands = gate.operands();
    const auto changed = [&](const Formula &branch) { return is_constant(branch, 0) ? branch : change(branch); };
    return where(operands[0], changed(operands[1]), changed(operands[2]));
}

Formula simple_negation(const Formula &a) {
    if (is_constant(a, 0)) return a;
    if (is_negation(a)) return negated(a);
    if (is_gate(a)) return change_open_branch(a, simple_negation);
    return -a;
}

Formula simple_product(const Formula &a, const Formula &b) {
    if (is_constant(a, 0) || is_constant(b, 0)) return 0;
    if (is_constant(a, 1)) return b;
    if (is_constant(b, 1)) return a;
    if (const auto folded = fold_integers(Operation::multiply, a, b)) return *folded;
    if (is_negation(a)) return simple_negation(simple_product(negated(a), b));
    if (is_negation(b)) return simple_negation(simple_product(a, negated(b)));
    if (is_gate(a)) return change_open_branch(a, [&](const Formula &branch) { return simple_product(branch, b); });
    if (is_gate(b)) return change_open_branch(b, [&](const Formula &branch) { return simple_product(a, branch); });
    if (b.operation() == Operation::constant && a.operation() != Operation::constant) return simple_product(b, a);
    if (b.operation() == Operation::multiply) {
        if (const auto folded = fold_integers(Operation::multiply, a, b.operands()[0])) {
            return simple_product(*folded, b.operands()[1]);
        }
    }
    return a * b;
}

/// What is left of the product `formula` without its factor `factor`.
std::optional<Formula> without_factor(const Formula &formula, const Formula &factor) {
    if (formula.operation() != Operation::multiply) return std::nullopt;
    const Formula &left = formula.operands()[0];
    const Formula &right = formula.operands()[1];
    if (equal(left, factor)) return right;
    if (equal(right, factor)) return left;
    if (const auto rest = without_factor(left, factor)) return *rest * right;
    if (const auto rest = without_factor(right, factor)) return left * *rest;
    return std::nullopt;
}

/// f + b f as f (1 + b), where f is a call: products keep their relative accuracy, and zeros their sign.
std::optional<Formula> factored_out(Operation operation, const Formula &a, const Formula &b) {
    if (a.operation() != Operation::call) return std::nullopt;
    const auto rest = without_factor(b, a);
    if (!rest) return std::nullopt;
    return a * (operation == Operation::add ? 1 + *rest : 1 - *rest);
}

Formula simple_sum(const Formula &a, const Formula &b) {
    if (is_constant(a, 0)) return b;
    if (is_constant(b, 0)) return a;
    if (const auto folded = fold_integers(Operation::add, a, b)) return *folded;
    if (is_negation(b)) return a - negated(b);
    if (is_negation(a)) return b - negated(a);
    if (equal(a, b)) return simple_product(2, a);
    if (const auto product = factored_out(Operation::add, a, b)) return *product;
    // a + 3 + a
    if (a.operation() == Operation::add && equal(a.operands()[0], b)) {
        return simple_product(2, b) + a.operands()[1];
    }
    return a + b;
}

Formula simple_difference(const Formula &a, const Formula &b) {
    if (is_constant(b, 0)) return a;
    if (is_constant(a, 0)) return simple_negation(b);
    if (const auto folded = fold_integers(Operation::subtract, a, b)) return *folded;
    if (is_negation(b)) return simple_sum(a, negated(b));
    if (const auto product = factored_out(Operation::subtract, a, b)) return *product;
    return a - b;
}

/// 2 * a / 4 as a / 2.
std::optional<Formula> reduced_fraction(const Formula &numerator, const Formula &denominator) {
    if (numerator.operation() != Operation::multiply) return std::nullopt;
    const std::optional<long> factor = integer_value(numerator.operands()[0]);
    const std::optional<long> divisor = integer_value(denominator);
    if (!factor || !divisor || *factor == 0 || *divisor <= 0) return std::nullopt;
    const long common = std::gcd(*factor, *divisor);
    if (common == 1) return std::nullopt;
    const Formula reduced = simple_product(*folded_integer(*factor / common), numerator.operands()[1]);
    return common == *divisor ? reduced : reduced / *folded_integer(*divisor / common);
}

Formula simple_quotient(const Formula &a, const Formula &b) {
    if (is_constant(a, 0) && !is_constant(b, 0)) return 0;
    if (is_constant(b, 1)) return a;
    if (const auto folded = fold_integers(Operation::divide, a, b)) return *folded;
    if (is_negation(a)) return simple_negation(simple_quotient(negated(a), b));
    if (is_negation(b)) return simple_negation(simple_quotient(a, negated(b)));
    if (is_gate(a)) return change_open_branch(a, [&](const Formula &branch) { return simple_quotient(branch, b); });
    if (const auto reduced = reduced_fraction(a, b)) return *reduced;
    return a / b;
}

}  // namespace

Formula simplify(const Formula &formula) {
    std::vector<Formula> operands;
    for (const Formula &operand : formula.operands()) operands.push_back(simplify(operand));
    switch (formula.operation()) {
        case Operation::add:
            return simple_sum(operands[0], operands[1]);
        case Operation::subtract:
            return simple_difference(operands[0], operands[1]);
        case Operation::multiply:
            return simple_product(operands[0], operands[1]);
        case Operation::divide:
            return simple_quotient(operands[0], operands[1]);
        case Operation::negate:
            return simple_negation(operands[0]);
        case Operation::rounded:
            return rounded(operands[0]);
        case Operation::where:
            if (equal(operands[1], operands[2])) return operands[1];
            // The condition as it was written: rounding must not move the switch.
            return where(formula.operands()[0], operands[1], operands[2]);
        case Operation::call:
            return call(*formula.function(), std::move(operands));
        default:
            return formula;
    }
}

}  // namespace actinide
