#include "generators/catalogue/families.h"
#include "generators/catalogue/rounding.h"

namespace actinide {

namespace {

/// Straight between two bounds, on which an x is still between them.
Formula clipped_beyond(const Formula &low, const Formula &high) {
    return where(x < low, low, where(x > high, high, x));
}

/// Where slope * x + offset passes 0 and 1, the gradient jumps, so that a rounded sum must not decide. Near 0 its
/// rounding keeps the sign; near 1 the product is compared with 1 - offset, and with what both lost where they are
/// equal.
Formula hardsigmoid_derivative_computed(const Formula &slope, const Formula &offset) {
    const Formula product = slope * x;
    const Formula rest = 1 - offset;
    const Formula reaches_1 =
        product > rest || (product >= rest && lost_in_product(slope, x) >= lost_in_any(rest, 1, -offset));
    return where(product + offset <= 0, 0, where(reaches_1, 0, slope));
}

/// (x + 1) / 2 between -1 and 1, with half its slope on both.
Formula halved_on_its_ends() {
    const Formula on_end = where(x <= -1, (x + 1) / 4, where(x >= 1, (x + 3) / 4, (x + 1) / 2));
    return where(x < -1, 0, where(x > 1, 1, on_end));
}

const char *const sign_of_weight = "the sign of y does not tell the sign of x, because weight may be negative";

}  // namespace

std::vector<Activation> piecewise_linear() {
    const Formula negative_slope = variable("negative_slope");
    const Formula weight = variable("weight");
    const Formula lower = variable("lower");
    const Formula upper = variable("upper");
    const Formula min_val = variable("min_val");
    const Formula max_val = variable("max_val");
    const Formula slope = variable("slope");
    const Formula offset = variable("offset");

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
            .name = "relu6",
            .summary = "The identity between 0 and 6, constant beyond.",
            .source = "torch.nn.functional.relu6; Krizhevsky 2010",
            .forward = where(x <= 0, 0, where(x >= 6, 6, x)),
            .from_output = {.derivative = where(y <= 0, 0, where(y >= 6, 0, 1))},
        },
        {
            .name = "hardtanh",
            .aliases = {"clip"},
            .summary = "The identity between two bounds, constant beyond.",
            .source = "torch.nn.functional.hardtanh; Collobert 2004",
            .parameters = {{.name = "min_val",
                            .default_value = -1,
                            .meaning = "lower bound, may be -infinity; for a gradient from y a number of y's type"},
                           {.name = "max_val",
                            .default_value = 1,
                            .meaning = "upper bound, may be infinity; for a gradient from y a number of y's type"}},
            .forward = where(x <= min_val, min_val, where(x >= max_val, max_val, x)),
            .valid_when = min_val <= max_val,
            .from_output = {.derivative = where(y <= min_val, 0, where(y >= max_val, 0, 1))},
            .conventions = {{.profiles = {Profile::tensorflow}, .aliases = {"clip_by_value"}},
                            {.profiles = {Profile::jax, Profile::keras}, .aliases = {"hard_tanh"}},
                            {.profiles = {Profile::tensorflow, Profile::jax, Profile::keras},
                             .why = "jax.nn.hard_tanh, keras.activations.hard_tanh and tf.clip_by_value replace only "
                                    "what is beyond a bound, so that the slope on it is 1",
                             .formulas = {{.forward = clipped_beyond(min_val, max_val),
                                           .from_output = {.why_not = "a y on a bound does not tell an x on it, where "
                                                                      "the slope is 1, from one beyond"}}}}},
        },
        {
            .name = "hardsigmoid",
            .summary = "A straight line from 0 to 1, constant beyond.",
            .source = "torch.nn.functional.hardsigmoid and, with other defaults, ONNX HardSigmoid",
            // The first double above 1/6: in every type the line is at its ends at -3 and 3, as PyTorch has it.
            .parameters = {{.name = "slope",
                            .default_value = 0.16666666666666669,
                            .meaning = "slope of the line (PyTorch 1/6, ONNX 0.2)"},
                           {.name = "offset", .default_value = 0.5, .meaning = "height of the line at 0"}},
            .forward = where(slope * x + offset <= 0, 0, where(slope * x + offset >= 1, 1, slope * x + offset)),
            .derivative_computed_as = hardsigmoid_derivative_computed(slope, offset),
            .valid_when = slope > 0 && finite(slope) && finite(offset),
            .from_output = {.derivative = where(y <= 0, 0, where(y >= 1, 0, slope))},
            .conventions = {{.profiles = {Profile::jax, Profile::onnx, Profile::keras}, .aliases = {"hard_sigmoid"}},
                            {.profiles = {Profile::onnx},
                             .why = "the default alpha of ONNX HardSigmoid",
                             .default_values = {{"slope", 0.2}}}},
        },
        {
            .name = "sparse_sigmoid",
            .summary = "A straight line from 0 at -1 to 1 at 1, constant beyond.",
            .source = "jax.nn.sparse_sigmoid",
            .forward = where(x <= -1, 0, where(x >= 1, 1, (x + 1) / 2)),
            .from_output = {.derivative = where(y <= 0, 0, where(y >= 1, 0, Formula(1) / 2))},
            .conventions = {{.profiles = {Profile::jax},
                             .why = "jax.nn.sparse_sigmoid is a clip, which halves the gradient on its bounds: the "
                                    "slope at -1 and 1 is 1/4",
                             .formulas = {{.forward = halved_on_its_ends(),
                                           .from_output = {.why_not = "y = 0 and y = 1 do not tell the ends, where the "
                                                                      "slope is 1/4, from what is beyond"}}}}},
        },
        {
            .name = "leaky_relu",
            .summary = "The identity above zero, a fixed gentle slope below.",
            .source = "torch.nn.functional.leaky_relu; Maas, Hannun and Ng 2013",
            .parameters = {{.name = "negative_slope", .default_value = 0.01, .meaning = "slope below zero"}},
            .forward = where(x > 0, x, negative_slope * x),
            .valid_when = finite(negative_slope),  // an infinite one makes a NaN of zero
            .from_output = {.derivative = where(y > 0, 1, negative_slope), .valid_when = negative_slope >= 0},
            .conventions = {{.profiles = {Profile::tensorflow},
                             .why = "the default alpha of tf.nn.leaky_relu",
                             .default_values = {{"negative_slope", 0.2}}},
                            {.profiles = {Profile::keras},
                             .why = "the default of keras.activations.leaky_relu; the layer LeakyReLU has 0.3",
                             .default_values = {{"negative_slope", 0.2}}},
                            {.profiles = {Profile::jax},
                             .why = "jax.nn.leaky_relu compares x >= 0, so that the slope at 0 is 1",
                             .formulas = {{.forward = where(x >= 0, x, negative_slope * x),
                                           .from_output = {.derivative = where(y >= 0, 1, negative_slope),
                                                           .valid_when = negative_slope > 0}}}}},
            .in_default_set = true,
        },
        {
            .name = "rrelu",
            .summary = "The identity above zero, the mean of a range of slopes below: rrelu outside of training.",
            .source = "torch.nn.functional.rrelu; Xu, Wang, Chen and Li 2015",
            .parameters = {{.name = "lower", .default_value = 1.0 / 8, .meaning = "smallest slope below zero"},
                           {.name = "upper", .default_value = 1.0 / 3, .meaning = "largest slope below zero"}},
            .forward = where(x > 0, x, (lower + upper) / 2 * x),
            .valid_when = lower <= upper && finite(lower) && finite(upper),
            .from_output = {.derivative = where(y > 0, 1, (lower + upper) / 2), .valid_when = lower >= 0},
        },
        {
            .name = "rrelu_training",
            .summary = "The identity above zero, a slope of its own for each element below: rrelu in training.",
            .source = "torch.rrelu_with_noise; Xu, Wang, Chen and Li 2015",
            .inputs = {{.name = "x"},
                       {.name = "slope",
                        .meaning = "slope below zero, drawn by the caller",
                        .held_at = 0.25,
                        .has_gradient = false}},
            .forward = where(x > 0, x, slope * x),
            .from_output = {.why_not = "the sign of y does not tell the sign of x, because a slope may be negative"},
        },
        {
            .name = "prelu",
            .summary = "The identity above zero, a learned slope below.",
            .source = "torch.nn.functional.prelu; He, Zhang, Ren and Sun 2015, eq. 1",
            .parameters = {{.name = "weight", .default_value = 0.25, .meaning = "slope below zero", .learned = true}},
            .forward = where(x > 0, x, weight * x),
            .from_output = {.why_not = sign_of_weight},
            .conventions = {{.profiles = {Profile::keras},
                             .why = "the layer PReLU begins with zeros",
                             .default_values = {{"weight", 0}}},
                            {.profiles = {Profile::keras},
                             .why = "the layer PReLU is made of two relus, so that the slope at 0 is 0",
                             .formulas = {{.forward = where(x > 0, x, where(x >= 0, 0, weight * x)),
                                           .from_output = {.why_not = sign_of_weight}}}}},
            .in_default_set = true,
        },
    };
}

}  // namespace actinide
