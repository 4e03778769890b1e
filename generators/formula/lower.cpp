#include "generators/formula/lower.h"

#include <cassert>
#include <cmath>
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
    Lowering(const Bindings &bindings, bool for_autodiff, double function_ulp)
        : bindings_(bindings), for_autodiff_(for_autodiff), function_ulp_(function_ulp) {
        if (!bindings.empty()) type_ = bindings.begin()->second.type().element_of();
    }

    Expr lower(const Formula &formula);

private:
    const Bindings &bindings_;
    bool for_autodiff_;
    double function_ulp_;
    Halide::Type type_ = Halide::Float(32);
    /// By printed text: equal formulas print alike and different ones do not.
    std::map<std::string, Expr> lowered_;

    Expr lower_anew(const Formula &formula);
    Expr constant_of(const Formula &formula) const {
        const FloatFormat &format = type_.bits() == 64 ? float64_format : float32_format;
        return Halide::Internal::make_const(type_, exact_to(format, formula, {}));
    }
    Expr lower_sum(const Formula &formula);
    Expr lower_condition(const Formula &formula);
    Expr lower_call(const Formula &formula);
    Expr lower_negated(const Formula &formula);
    Expr lower_difference_from_zero(const Formula &a, const Formula &b);
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
    // What no variable decides is rounded once, instead of computed by arithmetic on single numbers.
    if (!for_autodiff_ && !is_condition(formula) && variables(formula).empty()) return constant_of(formula);
    switch (formula.operation()) {
        case Operation::constant:
            return constant_of(formula);
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
        // No fma takes it apart, since it is no product to lower_sum.
        case Operation::rounded:
            return lower(operands[0]);
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
    const auto is_product = [](const Formula &term) {
        return term.operation() == Operation::multiply && !variables(term).empty();
    };
    if (is_product(a)) {
        return fma(lower(a.operands()[0]), lower(a.operands()[1]), subtracts ? lower_negated(b) : lower(b));
    }
    if (is_product(b)) {
        const Formula &factor = b.operands()[0];
        return fma(subtracts ? lower_negated(factor) : lower(factor), lower(b.operands()[1]), lower(a));
    }
    if (subtracts && Halide::Internal::is_const_zero(lower(a))) return lower_difference_from_zero(a, b);
    return subtracts ? lower(a) - lower(b) : lower(a) + lower(b);
}

/// 0 - b is +0 for either zero, -0 - b is b's negation. Halide writes its own unary minus as such a difference, so the
/// compiler takes none.
Expr Lowering::lower_difference_from_zero(const Formula &a, const Formula &b) {
    const bool from_minus_zero = std::signbit(exact_to(float64_format, a, {}));
    return from_minus_zero ? lower_negated(b) : lower_negated(b) + lower(a);
}

/// Flips the sign bit; a constant's at once.
Expr Lowering::lower_negated(const Formula &formula) {
    if (formula.operation() == Operation::constant) return constant_of(-formula);
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
    if (for_autodiff_) return function.lower_for_autodiff(arguments);
    return math::choose_form(function, type_.bits(), function_ulp_).lower(arguments);
}

}  // namespace

Expr lower(const Formula &formula, const Bindings &bindings, double function_ulp) {
    return Lowering(bindings, false, function_ulp).lower(formula);
}

Expr lower_for_autodiff(const Formula &formula, const Bindings &bindings) {
    return Lowering(bindings, true, math::usual_ulp).lower(formula);
}

}  // namespace actinide
