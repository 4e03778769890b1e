#include "generators/catalogue/activation.h"

#include <algorithm>
#include <cassert>

#include "generators/formula/differentiate.h"

namespace actinide {

const Formula x = variable("x");
const Formula gate = variable("gate");
const Formula value = variable("value");
const Formula y = variable("y");
const Formula dy = variable("dy");

const Input &main_input(const Activation &activation) {
    const auto found = std::find_if(activation.inputs.begin(), activation.inputs.end(),
                                    [](const Input &input) { return !input.held_at; });
    assert(found != activation.inputs.end());
    return *found;
}

Formula derivative(const Activation &activation) {
    return derivative(activation, main_input(activation));
}

Formula derivative(const Activation &activation, const Input &input) {
    return differentiate(activation.forward, input.name);
}

Formula computed_derivative(const Activation &activation, const Input &input) {
    const auto &own = input.held_at ? input.derivative_computed_as : activation.derivative_computed_as;
    return own.value_or(derivative(activation, input));
}

Formula derivative(const Activation &activation, const Parameter &parameter) {
    return differentiate(activation.forward, parameter.name);
}

namespace {

Formula is_literally_zero(const Formula &formula) {
    if (formula.operation() != Operation::where) return is_constant(formula, 0) ? 1 : 0;
    const std::vector<Formula> &operands = formula.operands();
    return where(operands[0], is_literally_zero(operands[1]), is_literally_zero(operands[2]));
}

}  // namespace

Formula dead_indicator(const Activation &activation) {
    if (activation.dead_when) return where(*activation.dead_when, 1, 0);
    return simplify(is_literally_zero(derivative(activation)));
}

Formula computed_derivative(const Activation &activation, const Parameter &parameter) {
    return parameter.derivative_computed_as.value_or(derivative(activation, parameter));
}

}  // namespace actinide
