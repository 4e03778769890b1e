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

Activation bowl() {
    // Beyond, the bell is 0; infinity times 0 would be no number.
    const Formula a = where(x > 30, 30, where(x < -30, -30, x));
    return {.name = "bowl",
            .summary = "A bell upside down: 0 at zero, 1 far away.",
            .source = "our paper, eq. 4",
            .forward = 1 - call("exp", {-(x * x)}),
            .computed_as = -call("expm1", {-(x * x)}),  // the difference cancels near 0
            .derivative_computed_as = 2 * a * call("gaussian", {a}),
            .from_output = {.why_not = "y does not tell the sign of x"},
            .forward_ulp = 2,
            .gradient_ulp = 2};
}

}  // namespace

void actinide_define(std::vector<Activation> &activations) {
    activations = {swishy(), bowl()};
}
