#include "generators/catalogue/activation.h"

#include "generators/formula/differentiate.h"

namespace actinide {

const Formula x = variable("x");
const Formula y = variable("y");
const Formula dy = variable("dy");

Formula derivative(const Activation &activation) {
    return differentiate(activation.forward, x.text());
}

Formula derivative(const Activation &activation, const Parameter &parameter) {
    return differentiate(activation.forward, parameter.name);
}

Formula computed_derivative(const Activation &activation, const Parameter &parameter) {
    return parameter.derivative_computed_as.value_or(derivative(activation, parameter));
}

}  // namespace actinide
