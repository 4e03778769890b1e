#include "generators/catalogue/families.h"

namespace actinide {

namespace {

/// Where one y belongs to several x with different slopes.
FromOutput not_from_output(const char *why) {
    return {.why_not = why};
}

}  // namespace

std::vector<Activation> thresholds() {
    const Formula threshold = variable("threshold");
    const Formula value = variable("value");
    const Formula lambd = variable("lambd");
    const Formula bias = variable("bias");
    const Formula is_shut = x >= -lambd && x <= lambd;
    const Parameter half_width{.name = "lambd", .default_value = 0.5, .meaning = "half the width of the gap around 0"};

    return {
        {
            .name = "threshold",
            .summary = "The identity above a threshold, a constant up to it.",
            .source = "torch.nn.functional.threshold; ONNX ThresholdedRelu",
            .parameters = {{.name = "threshold", .default_value = 1, .meaning = "the last x that is replaced"},
                           {.name = "value", .default_value = 0, .meaning = "what it is replaced by, any number"}},
            .forward = where(x <= threshold, value, x),
            .valid_when = finite(threshold),
            .from_output = not_from_output("an x above the threshold may equal value, which y cannot tell"),
            .conventions = {{.profiles = {Profile::onnx}, .aliases = {"thresholded_relu"}}},
        },
        {
            .name = "fatrelu",
            .summary = "Zero up to a threshold, the identity above.",
            .source = "Kurtz et al. 2020, Inducing and exploiting activation sparsity",
            .parameters = {{.name = "threshold", .default_value = 0.1, .meaning = "the last x that gives zero"}},
            .forward = where(x <= threshold, 0, x),
            .valid_when = finite(threshold),
            .from_output = not_from_output("y = 0 does not tell a closed gate from x = 0 above a negative threshold"),
        },
        {
            .name = "hardshrink",
            .summary = "Zero around zero, the identity elsewhere.",
            .source = "torch.nn.functional.hardshrink",
            .parameters = {half_width},
            .forward = where(is_shut, 0, x),
            .valid_when = lambd >= 0,
            .from_output = {.derivative = where(y >= -lambd && y <= lambd, 0, 1)},
            .conventions = {{.profiles = {Profile::keras}, .aliases = {"hard_shrink"}}},
        },
        {
            .name = "softshrink",
            .summary = "Zero around zero, elsewhere x moved towards zero by as much.",
            .source = "torch.nn.functional.softshrink; Donoho 1995",
            .parameters = {half_width},
            .forward = where(is_shut, 0, x - where(x > 0, lambd, -lambd)),
            .valid_when = lambd >= 0,
            .from_output = {.derivative = where(y >= 0 && y <= 0, 0, 1)},
            .conventions = {{.profiles = {Profile::keras}, .aliases = {"soft_shrink"}}},
        },
        {
            .name = "shrink",
            .summary = "Zero around zero, elsewhere x moved towards zero by a bias.",
            .source = "ONNX Shrink",
            .parameters = {{.name = "bias", .default_value = 0, .meaning = "how far x is moved"}, half_width},
            .forward = where(is_shut, 0, x - where(x > 0, bias, -bias)),
            .valid_when = finite(bias) && lambd >= 0,
            .from_output = not_from_output("an x outside the gap may be moved to 0, or to where another x is"),
        },
    };
}

}  // namespace actinide
