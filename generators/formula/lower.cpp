#include "generators/formula/lower.h"

#include <cassert>
#include <utility>
#include <vector>

#include "generators/formula/exact.h"
#include "generators/formula/print.h"
#include "generators/math/float_bits.h"
#include "generators/math/function.h"

namespace actinide {

namespace {

using Halide::Expr;

/// a <= b, false for NaN. Halide 21's own `<=` on floats is unordered in its x86 backend (fcmp ule: true for NaN, even
/// under strict_float) and ordered in its ARM backend; LLVM joins these two comparisons into one ordered `<=`.
Expr at_most(const Expr &a, const Expr &b) {
    return a < b || a == b;
}

class Lowering {
public:
    Lowering(const Bindings &bindings, bool for_autodiff) : bindings_(bindings), for_autodiff_(for_autodiff) {}

    Expr lower(const Formula &formula);

private:
    const Bindings &bindings_;
    bool for_autodiff_;
    /// By printed text: equal formulas print alike and different ones do not.
    std::map<std::string, Expr> lowered_;

    Expr lower_anew(const Formula &formula);
    Expr lower_sum(const Formula &formula);
    Expr lower_condition(const Formula &formula);
    Expr lower_call(const Formula &formula);
    Expr lower_negated(const Formula &formula);
    Expr fma(const Expr &a, const Expr &b, const Expr &c) const {
        return for_autodiff_ ? a * b + c : math::fma(a, b, c);
    }
};

Expr Lowering::lower(const Formula &formula) {
    const std::string text = print(formula);
    const auto known = lowered_.find(text);
    if (known != lowered_.end()) return known->second;
    const Expr expression = lower_anew(formula);
    lowered_.emplace(text, expression);
    return expression;
}

Expr Lowering::lower_anew(const Formula &formula) {
    const std::vector<Formula> &operands = formula.operands();
    switch (formula.operation()) {
        case Operation::constant:
            return Expr(exact_to_float(formula, {}));
        case Operation::variable:
            return bindings_.at(formula.text());
        case Operation::add:
        case Operation::subtract:
            return lower_sum(formula);
        case Operation::multiply:
            return lower(operands[0]) * lower(operands[1]);
        case Operation::divide:
            return lower(operands[0]) / lower(operands[1]);
        case Operation::negate:
            return lower_negated(operands[0]);
        case Operation::where:
            return Halide::select(lower_condition(operands[0]), lower(operands[1]), lower(operands[2]));
        case Operation::call:
            return lower_call(formula);
        default:
            return lower_condition(formula);
    }
}

/// a*b + c, a + b*c and their differences round once. With two products the left one is fused.
Expr Lowering::lower_sum(const Formula &formula) {
    const Formula &a = formula.operands()[0];
    const Formula &b = formula.operands()[1];
    const bool subtracts = formula.operation() == Operation::subtract;
    if (a.operation() == Operation::multiply) {
        return fma(lower(a.operands()[0]), lower(a.operands()[1]), subtracts ? lower_negated(b) : lower(b));
    }
    if (b.operation() == Operation::multiply) {
        const Formula &factor = b.operands()[0];
        return fma(subtracts ? lower_negated(factor) : lower(factor), lower(b.operands()[1]), lower(a));
    }
    return subtracts ? lower(a) - lower(b) : lower(a) + lower(b);
}

/// Flips the sign bit; a constant's at once.
Expr Lowering::lower_negated(const Formula &formula) {
    if (formula.operation() == Operation::constant) return Expr(-exact_to_float(formula, {}));
    return for_autodiff_ ? -lower(formula) : math::negate(lower(formula));
}

Expr Lowering::lower_condition(const Formula &formula) {
    const Expr a = lower(formula.operands()[0]);
    const Expr b = lower(formula.operands()[1]);
    switch (formula.operation()) {
        case Operation::less:
            return a < b;
        case Operation::less_equal:
            return at_most(a, b);
        case Operation::greater:
            return a > b;
        case Operation::greater_equal:
            return at_most(b, a);
        case Operation::both:
            return a && b;
        case Operation::either:
            return a || b;
        default:
            break;
    }
    assert(!"not a condition");
    return {};
}

Expr Lowering::lower_call(const Formula &formula) {
    std::vector<Expr> arguments;
    for (const Formula &operand : formula.operands()) arguments.push_back(lower(operand));
    const math::Function &function = *formula.function();
    return for_autodiff_ ? function.lower_for_autodiff(arguments) : function.lower(arguments);
}

}  // namespace

Expr lower(const Formula &formula, const Bindings &bindings) {
    return Lowering(bindings, false).lower(formula);
}

Expr lower_for_autodiff(const Formula &formula, const Bindings &bindings) {
    return Lowering(bindings, true).lower(formula);
}

}  // namespace actinide
