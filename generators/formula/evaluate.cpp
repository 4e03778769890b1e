#include "generators/formula/evaluate.h"

#include <cassert>
#include <utility>

#include "generators/math/function.h"

namespace actinide {

namespace {

using math::Real;

/// A value, and whether it is the exact one so far: only rounded numbers leave noise when they cancel.
struct Tracked {
    Real value;
    bool is_exact;
};

class Evaluator {
public:
    Evaluator(const Values &values, int precision) : values_(values), precision_(precision) {}

    Tracked value(const Formula &formula);
    bool lost_digits() const { return lost_digits_; }

private:
    const Values &values_;
    int precision_;
    bool lost_digits_ = false;

    Tracked of_constant(const std::string &text) const;
    Tracked of_variable(const std::string &name) const;
    Tracked of_call(const Formula &formula);
    Tracked of_negation(const Formula &operand);
    Tracked of_arithmetic(const Formula &formula);
    bool holds(const Formula &condition);
    bool compare(const Formula &comparison);
    void watch_cancellation(const Real &difference, const Tracked &a, const Tracked &b);
};

Tracked Evaluator::value(const Formula &formula) {
    switch (formula.operation()) {
        case Operation::constant:
            return of_constant(formula.text());
        case Operation::variable:
            return of_variable(formula.text());
        case Operation::negate:
            return of_negation(formula.operands()[0]);
        case Operation::rounded:
            return value(formula.operands()[0]);
        case Operation::where:
            return value(formula.operands()[holds(formula.operands()[0]) ? 1 : 2]);
        case Operation::call:
            return of_call(formula);
        default:
            return of_arithmetic(formula);
    }
}

Tracked Evaluator::of_constant(const std::string &text) const {
    Real value(precision_);
    const bool is_exact = mpfr_strtofr(value.get(), text.c_str(), nullptr, 10, MPFR_RNDN) == 0;
    return {std::move(value), is_exact};
}

Tracked Evaluator::of_variable(const std::string &name) const {
    const auto found = values_.find(name);
    assert(found != values_.end());
    return {found->second, true};
}

Tracked Evaluator::of_call(const Formula &formula) {
    std::vector<Real> arguments;
    for (const Formula &operand : formula.operands()) arguments.push_back(value(operand).value);
    mpfr_clear_underflow();
    Real result = formula.function()->evaluate(arguments, precision_);
    // A number still, whose sign decides that of sums and products.
    if (mpfr_zero_p(result.get()) != 0 && mpfr_underflow_p() != 0) {
        mpfr_signbit(result.get()) != 0 ? mpfr_nextbelow(result.get()) : mpfr_nextabove(result.get());
    }
    return {std::move(result), false};
}

Tracked Evaluator::of_negation(const Formula &operand) {
    Tracked result = value(operand);
    mpfr_neg(result.value.get(), result.value.get(), MPFR_RNDN);
    return result;
}

Tracked Evaluator::of_arithmetic(const Formula &formula) {
    const Tracked a = value(formula.operands()[0]);
    const Tracked b = value(formula.operands()[1]);
    Real result(precision_);
    int rounding = 0;
    switch (formula.operation()) {
        case Operation::add:
            rounding = mpfr_add(result.get(), a.value.get(), b.value.get(), MPFR_RNDN);
            watch_cancellation(result, a, b);
            break;
        case Operation::subtract:
            rounding = mpfr_sub(result.get(), a.value.get(), b.value.get(), MPFR_RNDN);
            watch_cancellation(result, a, b);
            break;
        case Operation::multiply:
            rounding = mpfr_mul(result.get(), a.value.get(), b.value.get(), MPFR_RNDN);
            break;
        case Operation::divide:
            rounding = mpfr_div(result.get(), a.value.get(), b.value.get(), MPFR_RNDN);
            break;
        default:
            assert(!"a condition is not a number");
    }
    return {std::move(result), rounding == 0 && a.is_exact && b.is_exact};
}

bool Evaluator::holds(const Formula &condition) {
    const std::vector<Formula> &operands = condition.operands();
    switch (condition.operation()) {
        case Operation::both:
            return holds(operands[0]) && holds(operands[1]);
        case Operation::either:
            return holds(operands[0]) || holds(operands[1]);
        default:
            return compare(condition);
    }
}

bool Evaluator::compare(const Formula &comparison) {
    const Tracked a = value(comparison.operands()[0]);
    const Tracked b = value(comparison.operands()[1]);
    Real difference(precision_);
    mpfr_sub(difference.get(), a.value.get(), b.value.get(), MPFR_RNDN);
    watch_cancellation(difference, a, b);
    switch (comparison.operation()) {
        case Operation::less:
            return mpfr_less_p(a.value.get(), b.value.get()) != 0;
        case Operation::less_equal:
            return mpfr_lessequal_p(a.value.get(), b.value.get()) != 0;
        case Operation::greater:
            return mpfr_greater_p(a.value.get(), b.value.get()) != 0;
        default:
            return mpfr_greaterequal_p(a.value.get(), b.value.get()) != 0;
    }
}

void Evaluator::watch_cancellation(const Real &difference, const Tracked &a, const Tracked &b) {
    if (a.is_exact && b.is_exact) return;
    if (mpfr_regular_p(a.value.get()) == 0 || mpfr_regular_p(b.value.get()) == 0) return;
    const bool vanished = mpfr_zero_p(difference.get()) != 0;
    const auto enough = mpfr_get_exp(a.value.get()) - precision_ / 4;
    if (vanished || mpfr_get_exp(difference.get()) < enough) lost_digits_ = true;
}

}  // namespace

Real evaluate(const Formula &formula, const Values &values, int precision) {
    return Evaluator(values, precision).value(formula).value;
}

Evaluation evaluate_watchfully(const Formula &formula, const Values &values, int precision) {
    Evaluator evaluator(values, precision);
    Real value = evaluator.value(formula).value;
    return {std::move(value), evaluator.lost_digits()};
}

}  // namespace actinide
