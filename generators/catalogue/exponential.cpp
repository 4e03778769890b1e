#include "generators/catalogue/families.h"

namespace actinide {

namespace {

Formula expm1(const Formula &a) {
    return call("expm1", {a});
}

}  // namespace

std::vector<Activation> exponential() {
    const Formula alpha = variable("alpha");

    return {
        {
            .name = "elu",
            .summary = "The identity above zero, saturates at -alpha below.",
            .source = "torch.nn.functional.elu; Clevert, Unterthiner and Hochreiter 2015",
            .parameters = {{.name = "alpha",
                            .default_value = 1,
                            .meaning = "minus the limit at -infinity; any finite"}},
            .forward = where(x > 0, x, alpha * expm1(x)),
            // What e^x is above zero is never looked at.
            .computed_as = where(x > 0, x, alpha * call("expm1_below_zero", {x})),
            .derivative_computed_as = where(x > 0, 1, alpha * call("exp_below_zero", {x})),
            .from_output = {.derivative = where(y > 0, 1, y + alpha), .valid_when = alpha >= 0},
            .in_default_set = true,
        },
    };
}

}  // namespace actinide
