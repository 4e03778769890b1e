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

bool is_users_own(const Activation &activation) {
    return !activation.definition.empty() || !activation.plugin.empty();
}

const Input &main_input(const Activation &activation) {
    const auto found = std::find_if(activation.inputs.begin(), activation.inputs.end(),
                                    [](const Input &input) { return !input.held_at; });
    assert(found != activation.inputs.end());
    return *found;
}

size_t count_gradients(const Activation &activation) {
    return static_cast<size_t>(std::count_if(activation.inputs.begin(), activation.inputs.end(),
                                             [](const Input &input) { return input.has_gradient; }));
}

bool mentions_an_input(const Formula &formula, const Activation &activation) {
    return std::any_of(activation.inputs.begin(), activation.inputs.end(),
                       [&](const Input &input) { return mentions(formula, input.name); });
}

std::map<std::string, double> inputs_at(const Activation &activation, double at) {
    std::map<std::string, double> inputs;
    for (const Input &input : activation.inputs) inputs[input.name] = input.held_at.value_or(at);
    for (const Parameter &parameter : activation.parameters) inputs[parameter.name] = parameter.default_value;
    return inputs;
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

namespace {

/// The leaves of a tree of branches, each once.
void collect_values(const Formula &formula, std::vector<Formula> &values) {
    if (formula.operation() == Operation::where) {
        collect_values(formula.operands()[1], values);
        collect_values(formula.operands()[2], values);
        return;
    }
    const bool is_known =
        std::any_of(values.begin(), values.end(), [&](const Formula &each) { return equal(each, formula); });
    if (!is_known) values.push_back(formula);
}

/// The same branches, with the index of each leaf in its place.
Formula index_of(const Formula &formula, const std::vector<Formula> &values) {
    if (formula.operation() == Operation::where) {
        const std::vector<Formula> &operands = formula.operands();
        return where(operands[0], index_of(operands[1], values), index_of(operands[2], values));
    }
    const auto found =
        std::find_if(values.begin(), values.end(), [&](const Formula &each) { return equal(each, formula); });
    return {static_cast<int>(found - values.begin())};
}

/// 0 first and 1 last, so that a bit of relu's is set where the slope is 1.
void put_in_order(std::vector<Formula> &values) {
    const auto find = [&](int value) {
        return std::find_if(values.begin(), values.end(),
                            [&](const Formula &each) { return is_constant(each, value); });
    };
    if (const auto zero = find(0); zero != values.end()) std::rotate(values.begin(), zero, zero + 1);
    if (const auto one = find(1); one != values.end()) std::rotate(one, one + 1, values.end());
}

Formula value_between(const std::vector<Formula> &values, size_t begin, size_t end, const Formula &index) {
    if (end - begin == 1) return values[begin];
    const size_t middle = begin + (end - begin) / 2;
    return where(index > static_cast<int>(middle) - 1, value_between(values, middle, end, index),
                 value_between(values, begin, middle, index));
}

}  // namespace

std::optional<Slopes> find_slopes(const Activation &activation) {
    constexpr size_t most = 4;
    const Formula slope = derivative(activation);
    Slopes slopes;
    collect_values(slope, slopes.values);
    const bool is_constant_slope = slopes.values.size() < 2;
    const bool changes = std::any_of(slopes.values.begin(), slopes.values.end(),
                                     [&](const Formula &value) { return mentions_an_input(value, activation); });
    if (is_constant_slope || slopes.values.size() > most || changes) return std::nullopt;
    put_in_order(slopes.values);
    slopes.index = simplify(index_of(slope, slopes.values));
    return slopes;
}

int index_bits(const Slopes &slopes) {
    return slopes.values.size() > 2 ? 2 : 1;
}

Formula value_at(const Slopes &slopes, const Formula &index) {
    return value_between(slopes.values, 0, slopes.values.size(), index);
}

Formula computed_derivative(const Activation &activation, const Parameter &parameter) {
    return parameter.derivative_computed_as.value_or(derivative(activation, parameter));
}

}  // namespace actinide
