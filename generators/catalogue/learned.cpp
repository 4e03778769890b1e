#include "generators/catalogue/families.h"
#include "generators/catalogue/scaled.h"

namespace actinide {

namespace {

Formula sigmoid(const Formula &a) {
    return call("sigmoid", {a});
}

const FromOutput not_monotone{.why_not = "several x have the same y"};
const FromOutput needs_x{.why_not = "the gradient of a learned parameter needs x"};

/// a sigmoid(b), where sigmoid(b) alone may be subnormal.
Formula product_with_sigmoid(const Formula &a, const Formula &b) {
    return downscaled_product(a, call("upscaled_sigmoid", {b}));
}

/// e^x - 1 - x below zero: with t = tanh(h) of h = x / 2 it is 2 (h t - (h - t)) / (1 - t), whose parts do not cancel.
Formula expm1_beyond_line() {
    const Formula h = x / 2;
    const Formula t = call("tanh", {h});
    return 2 * (h * t - call("tanh_shrinkage", {h})) / (1 - t);
}

}  // namespace

std::vector<Activation> learned() {
    const Formula alpha = variable("alpha");
    const Formula beta = variable("beta");
    const Formula gamma = variable("gamma");
    const Formula shift = variable("shift");
    const Formula p1 = variable("p1");
    const Formula p2 = variable("p2");
    const Formula part = (p1 - p2) * x;
    // Farther out one of the lines is all there is, and infinities would meet zeros.
    const Formula product = beta * part;
    const Formula u = within(-1000, product, 1000);
    const Formula is_far = absolute(product) > 1000;
    const Formula bend = sigmoid(u) * sigmoid(-u);
    const Formula a = variable("a");
    const Formula b = variable("b");
    const Formula exponential = call("exp", {x / b});
    const Formula alpha_p = variable("alpha_p");
    const Formula alpha_n = variable("alpha_n");
    const Formula expm1_below_zero = call("expm1_below_zero", {x});
    const Formula scale = variable("scale");
    const Formula bias = variable("bias");
    const std::string one_for_all = "; one for all channels in the paper, where its gradient is the sum of these";

    return {
        {
            .name = "acon_c",
            .summary = "A smooth choice of the larger of p1 x and p2 x: swish at the usual parameters.",
            .source = "Ma, Zhang, Liu and Sun 2021 (ACON-C)",
            .parameters = {{.name = "p1",
                            .default_value = 1,
                            .meaning = "slope far above zero",
                            .learned = true,
                            .derivative_computed_as = x * (sigmoid(u) + u * bend)},
                           {.name = "p2",
                            .default_value = 0,
                            .meaning = "slope far below zero",
                            .learned = true,
                            .derivative_computed_as = x * (sigmoid(-u) - u * bend)},
                           {.name = "beta",
                            .default_value = 1,
                            .meaning = "how sharp the choice is; 0 takes the mean of both",
                            .learned = true,
                            .derivative_computed_as = where(is_far, 0, part * (part * bend))}},
            .forward = part * sigmoid(beta * part) + p2 * x,
            .computed_as = where(is_far, where(product > 0, p1, p2) * x, product_with_sigmoid(part, u) + p2 * x),
            .derivative_computed_as = product_with_sigmoid((p1 - p2) * (1 + u * sigmoid(-u)), u) + p2,
            .from_output = not_monotone,
            .forward_ulp = 2,
            .gradient_ulp = 3,
            .terms_may_cancel = true,
        },
        {
            .name = "pelu",
            .summary = "ELU with a learned height and a learned width, whose slope is the same on both sides of zero.",
            .source = "Trottier, Giguere and Chaib-draa 2016",
            .parameters =
                {{.name = "a", .default_value = 1, .meaning = "minus the limit at -infinity; above 0", .learned = true},
                 {.name = "b",
                  .default_value = 1,
                  .meaning = "width of the bend; above 0",
                  .learned = true,
                  .derivative_computed_as = where(x > 0, -(a / b * (x / b)), -(a / b * (x / b * exponential)))}},
            .forward = where(x > 0, a / b * x, a * call("expm1", {x / b})),
            .derivative_computed_as = where(x > 0, a / b, a / b * exponential),
            .valid_when = a > 0 && b > 0,
            .from_output = needs_x,
            .dead_when = x < 0 && x / b < -5,
        },
        {
            .name = "xielu",
            .summary = "The integral of a bent line: a parabola above zero, a line that an exponential bends below.",
            .source = "Huang and Schlag 2024, after the softplus that keeps its parameters in range",
            .parameters =
                {{.name = "alpha_p", .default_value = 0.8, .meaning = "curvature above zero; above 0", .learned = true},
                 {.name = "alpha_n",
                  .default_value = 0.8,
                  .meaning = "how much is bent below zero; above beta",
                  .learned = true,
                  .derivative_computed_as = where(x > 0, 0, expm1_beyond_line())},
                 {.name = "beta", .default_value = 0.5, .meaning = "slope at zero"}},
            .forward = where(x > 0, alpha_p * x * x + beta * x, alpha_n * call("expm1", {x}) + (beta - alpha_n) * x),
            .computed_as = where(x > 0, x * (alpha_p * x + beta), alpha_n * expm1_below_zero + (beta - alpha_n) * x),
            .derivative_computed_as = where(x > 0, 2 * alpha_p * x + beta, alpha_n * expm1_below_zero + beta),
            .from_output = not_monotone,
            .forward_ulp = 2,
            .terms_may_cancel = true,
        },
        {
            .name = "dynamic_tanh",
            .summary = "A scaled tanh in the place of a normalisation.",
            .source = "Zhu, Chen, He, LeCun and Liu 2025 (DyT)",
            .parameters =
                {{.name = "alpha", .default_value = 0.5, .meaning = "scale of x" + one_for_all, .learned = true},
                 {.name = "gamma", .default_value = 1, .meaning = "scale of the output", .learned = true},
                 {.name = "beta", .default_value = 0, .meaning = "what is added to it", .learned = true}},
            .forward = gamma * call("tanh", {alpha * x}) + beta,
            .from_output = needs_x,
            .terms_may_cancel = true,
            .dead_when = absolute(alpha * x) > 3,
        },
        {
            .name = "dynamic_erf",
            .summary = "A scaled and shifted error function in the place of a normalisation.",
            .source = "Chen, Lu, Zhu, Sun and Liu 2025 (Derf), eq. 10",
            .parameters =
                {{.name = "alpha", .default_value = 0.5, .meaning = "scale of x" + one_for_all, .learned = true},
                 {.name = "shift", .default_value = 0, .meaning = "added to alpha x" + one_for_all, .learned = true},
                 {.name = "gamma", .default_value = 1, .meaning = "scale of the output", .learned = true},
                 {.name = "beta", .default_value = 0, .meaning = "what is added to it", .learned = true}},
            .forward = gamma * call("erf", {alpha * x + shift}) + beta,
            .from_output = needs_x,
            .forward_ulp = 1.5,
            .gradient_ulp = 3,
            .terms_may_cancel = true,
            .dead_when = absolute(alpha * x + shift) > constant("2.15"),
        },
        {
            .name = "star_relu",
            .summary = "The square of ReLU, scaled and shifted to mean 0 and variance 1 for normal inputs.",
            .source = "Yu, Si, Zhou, Luo, Zhou, Feng, Yan and Wang 2022 (MetaFormer Baselines)",
            .parameters =
                {{.name = "scale", .default_value = 0.8944, .meaning = "factor of the square", .learned = true},
                 {.name = "bias", .default_value = -0.4472, .meaning = "what is added", .learned = true}},
            // The factor first: x * x may overflow where the product does not.
            .forward = where(x <= 0, bias, scale * x * x + bias),
            .derivative_computed_as = where(x <= 0, 0, 2 * scale * x),
            .from_output = needs_x,
            .forward_ulp = 1.5,
            .terms_may_cancel = true,
        },
    };
}

}  // namespace actinide
