// Two activations in a plugin: one from a paper, and one that says how it is computed where its formula cancels.
#include <generators/catalogue/plugin.h>

using namespace actinide;

namespace {

Activation swishy() {
    const Formula beta = variable("beta");
    return {.name = "swishy",
            .summary = "x times a logistic function of beta x.",
            .source = "our paper, eq. 3",
            .parameters = {{.name = "beta", .default_value = 1, .meaning = "steepness of the gate"}},
            .forward = x * call("sigmoid", {beta * x}),
            .valid_when = finite(beta)};
}

Activation bipolar_sigmoid() {
    return {.name = "bipolar_sigmoid",
            .summary = "A logistic function from -1 to 1.",
            .source = "our paper, eq. 4",
            .forward = 2 * call("sigmoid", {x}) - 1,
            .computed_as = call("tanh", {x / 2}),  // the difference cancels near 0
            .derivative_computed_as = call("sech2", {x / 2}) / 2,
            .from_output = {.derivative = (1 - y * y) / 2},
            .gradient_ulp = 1};
}

}  // namespace

void actinide_define(std::vector<Activation> &activations) {
    activations = {swishy(), bipolar_sigmoid()};
}
