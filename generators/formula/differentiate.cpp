#include "generators/formula/differentiate.h"

#include <cassert>

#include "generators/formula/parse.h"
#include "generators/formula/shorthand.h"
#include "generators/math/function.h"

namespace actinide {

namespace {

/// The function's own rule for its argument number `index`, with the actual arguments put in.
Formula outer_derivative(const Formula &call, size_t index) {
    const math::Function &function = *call.function();
    const ParseResult rule = parse(function.derivatives[index]);
    assert(rule.formula.has_value());
    std::map<std::string, Formula> arguments;
    for (size_t i = 0; i < function.arguments.size(); ++i) {
        arguments.emplace(function.arguments[i], call.operands()[i]);
    }
    return substitute(*rule.formula, arguments);
}

Formula unsimplified(const Formula &formula, const std::string &name);

/// base^n at once: its factors one by one would leave n sums of products.
Formula product_rule(const Formula &product, const std::string &name) {
    const EqualFactors factors = equal_factors(product);
    if (factors.count > 1 && factors.count <= largest_exponent) {
        const Formula others = *power(factors.base, factors.count - 1);
        return factors.count * others * unsimplified(factors.base, name);
    }
    const Formula &a = product.operands()[0];
    const Formula &b = product.operands()[1];
    return unsimplified(a, name) * b + a * unsimplified(b, name);
}

Formula chain_rule(const Formula &call, const std::string &name) {
    Formula sum = 0;
    for (size_t i = 0; i < call.operands().size(); ++i) {
        if (!mentions(call.operands()[i], name)) continue;
        sum = sum + unsimplified(call.operands()[i], name) * outer_derivative(call, i);
    }
    return sum;
}

/// Literal zeros, ones and unused terms are left to `simplify`, which sees the whole.
Formula unsimplified(const Formula &formula, const std::string &name) {
    if (!mentions(formula, name)) return 0;
    const std::vector<Formula> &operands = formula.operands();
    const auto d = [&](size_t i) { return unsimplified(operands[i], name); };
    switch (formula.operation()) {
        case Operation::variable:
            return 1;
        case Operation::add:
            return d(0) + d(1);
        case Operation::subtract:
            return d(0) - d(1);
        case Operation::multiply:
            return product_rule(formula, name);
        // (a' - a/b b') / b and not over b*b, which overflows before the result does; a/b is the forward value.
        case Operation::divide:
            return (d(0) - formula * d(1)) / operands[1];
        case Operation::negate:
            return -d(0);
        // A staircase as floats see it; the slope that is meant is that of the real number.
        case Operation::rounded:
            return d(0);
        case Operation::where:
            return where(operands[0], d(1), d(2));
        case Operation::call:
            return chain_rule(formula, name);
        default:
            break;
    }
    assert(!"a condition has no derivative");
    return 0;
}

}  // namespace

Formula differentiate(const Formula &formula, const std::string &name) {
    return simplify(unsimplified(formula, name));
}

namespace {

bool has_literal_branch(const Formula &formula) {
    if (formula.operation() != Operation::where) return is_constant(formula, 0) || is_constant(formula, 1);
    return has_literal_branch(formula.operands()[1]) || has_literal_branch(formula.operands()[2]);
}

}  // namespace

Formula multiply_into_branches(const Formula &derivative, const Formula &gradient) {
    if (derivative.operation() != Operation::where || !has_literal_branch(derivative)) {
        return simplify(derivative * gradient);
    }
    const std::vector<Formula> &operands = derivative.operands();
    return simplify(where(operands[0], multiply_into_branches(operands[1], gradient),
                          multiply_into_branches(operands[2], gradient)));
}

}  // namespace actinide
