#include "generators/catalogue/families.h"

namespace actinide {

std::vector<Activation> piecewise_linear() {
    const Formula negative_slope = variable("negative_slope");
    const Formula weight = variable("weight");

    return {
        {
            .name = "relu",
            .summary = "Zero below zero, the identity above.",
            .source = "torch.nn.functional.relu; Nair and Hinton 2010",
            .forward = where(x <= 0, 0, x),
            .from_output = {.derivative = where(y <= 0, 0, 1)},
            .in_default_set = true,
        },
        {
            .name = "leaky_relu",
            .summary = "The identity above zero, a fixed gentle slope below.",
            .source = "torch.nn.functional.leaky_relu; Maas, Hannun and Ng 2013",
            .parameters = {{.name = "negative_slope", .default_value = 0.01, .meaning = "slope below zero"}},
            .forward = where(x > 0, x, negative_slope * x),
            .valid_when = finite(negative_slope),  // an infinite one makes a NaN of zero
            .from_output = {.derivative = where(y > 0, 1, negative_slope), .valid_when = negative_slope >= 0},
            .in_default_set = true,
        },
        {
            .name = "prelu",
            .summary = "The identity above zero, a learned slope below.",
            .source = "torch.nn.functional.prelu; He, Zhang, Ren and Sun 2015, eq. 1",
            .parameters = {{.name = "weight", .default_value = 0.25, .meaning = "slope below zero", .learned = true}},
            .forward = where(x > 0, x, weight * x),
            .from_output = {.why_not = "the sign of y does not tell the sign of x, because weight may be negative"},
            .in_default_set = true,
        },
    };
}

}  // namespace actinide
