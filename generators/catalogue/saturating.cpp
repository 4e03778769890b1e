#include "generators/catalogue/families.h"
#include "generators/catalogue/rounding.h"
#include "generators/catalogue/scaled.h"

namespace actinide {

namespace {

/// A quotient as the float nearest to it and the rest.
struct Quotient {
    Formula nearest;
    Formula rest;
};

/// (x - mu) / sigma. A rounding of it counts z^2 times in a tail.
Quotient standardised() {
    const Formula mu = variable("mu");
    const Formula sigma = variable("sigma");
    const Formula difference = x - mu;
    const Formula nearest = difference / sigma;
    const Formula lost = (difference - nearest * sigma) + lost_in_any(difference, x, -mu);
    // Far out nothing depends on it, and at infinity there is none.
    return {nearest, where(absolute(nearest) < 64, lost / sigma, 0)};
}

Formula laplace_computed() {
    const auto [z, rest] = standardised();
    const Formula tail = call("normal_cdf", {z});
    // What is nothing must not become less.
    return where(tail > 0, call("normal_density", {z}) * rest + tail, tail);
}

Formula laplace_derivative_computed() {
    const auto [z, rest] = standardised();
    const Formula density = call("normal_density", {z});
    return (density - density * (z * rest)) / variable("sigma");
}

/// -2 x e^(-x^2), whose second factor alone would be subnormal where the product is not.
Formula gaussian_derivative_computed() {
    const Formula near = within(-1000, x, 1000);
    return -2 * near * call("upscaled_gaussian", {near}) * downscale();
}

}  // namespace

std::vector<Activation> saturating() {
    const Formula beta = variable("beta");
    const Formula threshold = variable("threshold");
    const Formula mu = variable("mu");
    const Formula sigma = variable("sigma");
    const Formula is_straight = beta * x - threshold > 0;

    return {
        {
            .name = "sigmoid",
            .summary = "The logistic S between 0 and 1.",
            .source = "torch.nn.functional.sigmoid; Verhulst 1838",
            .forward = call("sigmoid", {x}),
            .derivative_computed_as = constant("0.25") * call("sech2", {constant("0.5") * x}),
            .from_output = {.derivative = y * (1 - y), .computed_as = where(absolute(y) <= 1, y - y * y, y * (1 - y))},
            .dead_when = absolute(x) > 6,
        },
        {
            .name = "logsigmoid",
            .aliases = {"log_sigmoid"},
            .summary = "The logarithm of the logistic S: x far below zero, nearly 0 above.",
            .source = "torch.nn.functional.logsigmoid",
            .forward = -call("softplus", {-x}),
            .from_output = {.derivative = -call("expm1", {y})},
            .dead_when = x > 5,
        },
        {
            .name = "tanh",
            .summary = "The hyperbolic tangent: an S between -1 and 1.",
            .source = "torch.nn.functional.tanh; LeCun, Bottou, Orr and Mueller 1998",
            .forward = call("tanh", {x}),
            .from_output = {.derivative = 1 - y * y},
            .dead_when = absolute(x) > 3,
        },
        {
            .name = "softplus",
            .summary = "A smooth ramp, the identity from a threshold on.",
            .source = "torch.nn.functional.softplus; Dugas, Bengio, Belisle, Nadeau and Garcia 2001",
            .parameters = {{.name = "beta", .default_value = 1, .meaning = "sharpness of the bend; not 0, finite"},
                           {.name = "threshold",
                            .default_value = 20,
                            .meaning = "beta x from which on it is the identity; finite"}},
            // As beta x > threshold, but one rounding cannot turn it.
            .forward = where(is_straight, x, call("softplus", {beta * x}) / beta),
            .derivative_computed_as = where(is_straight, 1, call("sigmoid", {beta * x})),
            .valid_when = unequal(beta, 0) && finite(beta) && finite(threshold),
            // Below 20, some y come from either side of the threshold.
            .from_output = {.derivative = where(beta * y - threshold > 0, 1, -call("expm1", {-(beta * y)})),
                            .valid_when = threshold >= 20},
            .dead_when = beta * x < -5 && beta * x - threshold <= 0,
            .conventions = {{.profiles = {Profile::tensorflow, Profile::jax, Profile::onnx, Profile::keras},
                             .why = "only PyTorch goes over to the identity before both are equal in floats",
                             .without = {"threshold"},
                             .formulas = {{.forward = call("softplus", {beta * x}) / beta,
                                           // Where e^-100 is lost in every format, so that beta x may overflow.
                                           .computed_as = where(beta * x > 100, x, call("softplus", {beta * x}) / beta),
                                           .derivative_computed_as = call("sigmoid", {beta * x}),
                                           .from_output = {.derivative = -call("expm1", {-(beta * y)})},
                                           .dead_when = beta * x < -5}}}},
        },
        {
            .name = "laplace",
            .summary = "The normal distribution function, an S between 0 and 1 that approximates a squared ReLU.",
            .source = "Ma et al. 2023, Mega: Moving Average Equipped Gated Attention, eq. 9",
            .parameters = {{.name = "mu", .default_value = 0.707107, .meaning = "where it is 1/2; finite"},
                           {.name = "sigma", .default_value = 0.282095, .meaning = "width of the S; above 0, finite"}},
            .forward = call("normal_cdf", {(x - mu) / sigma}),
            .computed_as = laplace_computed(),
            .derivative_computed_as = laplace_derivative_computed(),
            .valid_when = sigma > 0 && finite(sigma) && finite(mu),
            .from_output = {.why_not = "the gradient from y needs the inverse of the normal distribution function"},
            .forward_ulp = 4,
            .gradient_ulp = 4,
            .dead_when = absolute(x - mu) > 3 * sigma,
        },
        {
            .name = "gaussian",
            .summary = "A bell: 1 at zero, nothing far away.",
            .source = "Broomhead and Lowe 1988, radial basis functions",
            .forward = call("gaussian", {x}),
            .derivative_computed_as = gaussian_derivative_computed(),
            .from_output = {.why_not = "y does not tell the sign of x"},
            .gradient_ulp = 1.8,
            .dead_when = absolute(x) > constant("2.5"),
        },
        {
            .name = "tanhshrink",
            .summary = "x without its tanh: nearly nothing near zero, a shifted identity far away.",
            .source = "torch.nn.functional.tanhshrink",
            .forward = call("tanh_shrinkage", {x}),
            .from_output = {.why_not = "x - tanh(x) cannot be solved for x in closed form"},
            .forward_ulp = 2,
            .gradient_ulp = 3,
            .dead_when = absolute(x) < constant("0.1"),
            .conventions = {{.profiles = {Profile::keras}, .aliases = {"tanh_shrink"}}},
        },
    };
}

}  // namespace actinide
