#include "generators/catalogue/families.h"
#include "generators/catalogue/rounding.h"
#include "generators/catalogue/scaled.h"

namespace actinide {

namespace {

Formula sigmoid(const Formula &a) {
    return call("sigmoid", {a});
}

/// x down to -1000, where every gate is shut in every format: minus infinity times nothing is no number.
Formula not_far_below() {
    return where(x < -1000, -1000, x);
}

/// x with both ends brought near: beyond them the gates and the derivatives do not change.
Formula near() {
    return within(-1000, x, 1000);
}

/// The product x gate, where `upscaled_gate` is 2^64 of the gate at not_far_below(), so that a small product does not
/// have a subnormal factor; from `open_from` on, the gate is open in every format.
Formula gated(const Formula &upscaled_gate, const Formula &open_from) {
    return where(x > open_from, x, not_far_below() * upscaled_gate * downscale());
}

/// A real number as a float and the rest, which is small.
struct Argument {
    Formula nearest;
    Formula rest;
};

/// 2^64 sigmoid(t): a rounding of t counts t times, and its rest brings that back.
Formula upscaled_sigmoid_of(const Argument &t) {
    const Formula gate = call("upscaled_sigmoid", {t.nearest});
    return gate + gate * (t.rest * (1 - gate * downscale()));
}

/// 2^64 s(t) and s(-t) of the logistic function s, the larger of which is what the smaller lacks to 1.
struct Logistic {
    Formula upscaled_gate;
    Formula shut;
};

Logistic logistic(const Formula &t) {
    const Formula upscaled_smaller = call("upscaled_sigmoid", {-absolute(t)});
    const Formula smaller = upscaled_smaller * downscale();
    const Formula larger = 1 - smaller;
    return {where(t < 0, upscaled_smaller, larger * upscale()), where(t < 0, larger, smaller)};
}

/// d x s(x) / dx = s(x) (1 + x s(-x)).
Formula silu_derivative_computed() {
    const auto [upscaled_gate, shut] = logistic(near());
    return upscaled_gate * (1 + near() * shut) * downscale();
}

/// d x s(t) / dx = s(t) (1 + slope s(-t)) for slope = x dt/dx.
Formula self_gated_derivative(const Argument &t, const Formula &slope) {
    const auto [upscaled_gate, shut] = logistic(t.nearest);
    const Formula factor = 1 + slope * shut;
    return upscaled_gate * (factor + factor * (t.rest * shut)) * downscale();
}

/// x s(t) from the call that its derivative makes.
Formula gated_beside_derivative(const Argument &t) {
    const auto [upscaled_gate, shut] = logistic(t.nearest);
    return gated(upscaled_gate + upscaled_gate * (t.rest * shut), 1000);
}

/// beta x, kept where the gate changes. Far out nothing depends on the rest, and an infinite product has none.
Argument swish_argument() {
    const Formula product = variable("beta") * x;
    return {within(-1000, product, 1000), where(absolute(product) < 1000, lost_in_product(variable("beta"), x), 0)};
}

/// As gated(), but beta decides which x open the gate, and a large x may stand before one that is hardly open.
Formula swish_computed() {
    const Formula product = variable("beta") * x;
    const Formula input = where(product < -1000, where(x < 0, -1, 1), x);
    return where(product > 1000, x, downscaled_product(input, upscaled_sigmoid_of(swish_argument())));
}

/// d x s(beta x) / dbeta = x^2 s(t) s(-t), with 0 far out, where the smaller factor has vanished. The rest of t counts
/// in both factors, s(-t) - s(t) times, and before the second x, which may make an infinity of it all.
Formula swish_derivative_in_beta() {
    const auto [t, rest] = swish_argument();
    const Formula upscaled_smaller = call("upscaled_sigmoid", {-absolute(t)});
    const Formula larger = 1 - upscaled_smaller * downscale();
    const Formula product = downscaled_product(x, upscaled_smaller) * larger;
    const Formula balance = where(t < 0, larger * 2 - 1, 1 - larger * 2);
    return where(absolute(variable("beta") * x) >= 1000, 0, (product + product * (rest * balance)) * x);
}

/// 1.702 x.
Argument quick_gelu_argument() {
    const SplitConstant c = {constant("1.70200002193450927734375"), constant("-0.00000002193450927734375")};
    const Formula t = c.times(near());
    return {t, (c.high * near() - t) + c.low * near()};
}

/// sqrt(2 / pi), to 36 digits.
Formula root_of_two_over_pi() {
    return constant("0.797884560802865355879892119868763737");
}

/// What gelu_tanh gives to the logistic function, 2 sqrt(2 / pi) (x + 0.044715 x^3).
Formula gelu_tanh_exponent(const Formula &a) {
    return 2 * root_of_two_over_pi() * (a + constant("0.044715") * a * a * a);
}

/// The factors of x and x^3 in it.
const SplitConstant &gelu_tanh_linear() {
    static const SplitConstant factor = {constant("1.5957691669464111328125"),
                                         constant("-0.000000045340680421052715760262472526")};
    return factor;
}
const SplitConstant &gelu_tanh_cubic() {
    static const SplitConstant factor = {constant("0.071354813873767852783203125"),
                                         constant("0.00000000239883239599313562727986354099991")};
    return factor;
}

/// x down to -32, where the gate is shut in every format, so that the exponent's rest stays small.
Formula gelu_tanh_input() {
    return within(-32, x, 1000);
}

/// The same, a (c1 + c3 a^2), with everything that its roundings lose.
Argument gelu_tanh_argument() {
    const Formula a = gelu_tanh_input();
    const SplitConstant &c1 = gelu_tanh_linear();
    const SplitConstant &c3 = gelu_tanh_cubic();
    const Formula square = a * a;
    // With a product in it a sum is one fma, and so is what 2Sum has of that product.
    const Formula main = c1.high + c3.high * square;
    const Formula lost =
        (lost_in_any(main, c1.high, c3.high * square) + c1.low) + (c3.high * lost_in_product(a, a) + c3.low * square);
    const Formula sum = main + lost;
    const Formula t = sum * a;
    return {t, lost_in_product(sum, a) + lost_in(sum, main, lost) * a};
}

/// a dt/da of the same.
Formula gelu_tanh_slope() {
    const Formula a = gelu_tanh_input();
    return a * (constant("1.595769121605730711759784239737527474") +
                constant("0.21406444881780074632901625683959062299973") * (a * a));
}

Formula gelu_derivative_computed() {
    const Formula product = near() * call("upscaled_normal_density", {near()});
    const Formula sum = product + call("upscaled_normal_cdf", {near()});
    // Where both have vanished, the product still has the sign.
    return where(x < -2 && sum >= 0, product, sum) * downscale();
}

/// x from -1000 to 22, where mish is the identity in every format.
Formula mish_input() {
    return within(-1000, x, 22);
}

/// tanh(softplus(x)) = n / (n + 2) with n = w (w + 2) and w = e^x.
struct MishParts {
    Formula upscaled_w = call("upscaled_exp", {mish_input()});
    Formula w = upscaled_w * downscale();
    Formula denominator = w * (w + 2) + 2;
};

Formula mish_computed() {
    const auto [upscaled_w, w, denominator] = MishParts();
    return where(x > 22, x, mish_input() * (upscaled_w * (w + 2) / denominator) * downscale());
}

/// w / d (w + 2 + 4 x (w + 1) / d), d = n + 2.
Formula mish_derivative_computed() {
    const auto [upscaled_w, w, denominator] = MishParts();
    const Formula reciprocal = 1 / denominator;
    const Formula inner = 4 * mish_input() * (w * reciprocal + reciprocal) + (w + 2);
    return upscaled_w * inner / denominator * downscale();
}

/// 2 / sqrt(pi), the slope of erf at 0.
Formula slope_of_erf() {
    return constant(
        "1.128379167095512573896158903121545171688101258657997713688171443421284936882986828973487320404214727");
}

/// Where e^x is so small that softplus, tanh and erf are straight lines in every format.
Formula is_far_below() {
    return x < -40;
}

Formula serf_computed() {
    const Formula a = not_far_below();
    const Formula far = slope_of_erf() * a * call("upscaled_exp", {a}) * downscale();
    return where(is_far_below(), far, a * call("erf", {call("softplus", {a})}));
}

Formula serf_derivative_computed() {
    const Formula a = near();
    const Formula z = call("softplus", {a});
    const Formula far = slope_of_erf() * (1 + a) * call("upscaled_exp", {a}) * downscale();
    const Formula slope = slope_of_erf() * (call("gaussian", {z}) * sigmoid(a));
    return where(is_far_below(), far, a * slope + call("erf", {z}));
}

Formula telu_computed() {
    const Formula upscaled = call("upscaled_exp", {not_far_below()});
    const Formula near_gate = call("tanh", {upscaled * downscale()});
    return where(is_far_below(), not_far_below() * upscaled * downscale(), not_far_below() * near_gate);
}

/// From 13 / 4 on, the derivative is 1 in every format. Any further on, sech2 would have subnormal quotients, which
/// CPUs are slow at.
Formula telu_derivative_computed() {
    const Formula a = within(-1000, x, constant("3.25"));
    const Formula upscaled = call("upscaled_exp", {a});
    const Formula w = upscaled * downscale();
    const Formula slope = w * call("sech2", {w});
    return where(is_far_below(), (1 + a) * upscaled * downscale(), a * slope + call("tanh", {w}));
}

/// Down to -10, where the gate is shut in every format and e^-x no infinity.
Formula golu_derivative_computed() {
    const Formula a = within(-10, x, 1000);
    return call("upscaled_gumbel_cdf", {a}) * (a * call("exp", {-a}) + 1) * downscale();
}

/// Another definition's, for frameworks that call it by this name.
Formulas formulas_of(const Activation &other) {
    return {.forward = other.forward,
            .summary = other.summary,
            .source = other.source,
            .computed_as = other.computed_as,
            .derivative_computed_as = other.derivative_computed_as,
            .computed_beside_derivative = other.computed_beside_derivative,
            .from_output = other.from_output,
            .forward_ulp = other.forward_ulp,
            .gradient_ulp = other.gradient_ulp,
            .derivative_zero = other.derivative_zero,
            .dead_when = other.dead_when};
}

Activation with_learned_beta(Activation swish) {
    swish.name = "swish_learned";
    swish.summary = "Swish whose sharpness is learned.";
    swish.source = "Ramachandran, Zoph and Le 2017, Searching for Activation Functions, section 5";
    swish.parameters.front().learned = true;
    swish.parameters.front().derivative_computed_as = swish_derivative_in_beta();
    return swish;
}

const char *const two_inputs = "the same y comes from two values of x";

}  // namespace

std::vector<Activation> self_gated() {
    const Formula beta = variable("beta");
    const Activation gelu_tanh{
        .name = "gelu_tanh",
        .summary = "An approximation of GELU: 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).",
        .source = "torch.nn.functional.gelu with approximate='tanh'; Hendrycks and Gimpel 2016, section 2",
        // The same, as (1 + tanh(u)) / 2 is the logistic function of 2 u.
        .forward = x * sigmoid(gelu_tanh_exponent(x)),
        .computed_as = gated(upscaled_sigmoid_of(gelu_tanh_argument()), 1000),
        .derivative_computed_as = self_gated_derivative(gelu_tanh_argument(), gelu_tanh_slope()),
        .computed_beside_derivative = gated_beside_derivative(gelu_tanh_argument()),
        .from_output = {.why_not = two_inputs},
        .forward_ulp = 2.4,
        .gradient_ulp = 5.2,
        .derivative_zero = {{-1.7, -0.39}},
        .dead_when = x < -3,
    };
    const Activation swish{
        .name = "swish",
        .summary = "x times the logistic function of beta x.",
        .source = "Ramachandran, Zoph and Le 2017, Searching for Activation Functions",
        .parameters = {{.name = "beta", .default_value = 1, .meaning = "sharpness of the gate; finite"}},
        .forward = x * sigmoid(beta * x),
        .computed_as = swish_computed(),
        .derivative_computed_as = self_gated_derivative(swish_argument(), swish_argument().nearest),
        .valid_when = finite(beta),
        .from_output = {.why_not = two_inputs},
        .forward_ulp = 2.4,
        .gradient_ulp = 3.6,
        .derivative_zero = {{-2.5, -0.64}},
        .dead_when = beta * x < -7,
    };

    return {
        {
            .name = "silu",
            .summary = "x times its logistic function: a smooth ReLU that dips below zero.",
            .source = "torch.nn.functional.silu; Elfwing, Uchibe and Doya 2017",
            .forward = x * sigmoid(x),
            .computed_as = gated(call("upscaled_sigmoid", {not_far_below()}), 1000),
            .derivative_computed_as = silu_derivative_computed(),
            .computed_beside_derivative = gated(logistic(near()).upscaled_gate, 1000),
            .from_output = {.why_not = two_inputs},
            .forward_ulp = 1.8,
            .gradient_ulp = 2.9,
            .derivative_zero = {{-2.5, -0.64}},
            .dead_when = x < -7,
        },
        swish,
        with_learned_beta(swish),
        {
            .name = "quick_gelu",
            .summary = "A logistic approximation of GELU.",
            .source = "Hendrycks and Gimpel 2016, section 2; as in CLIP",
            .forward = x * sigmoid(constant("1.702") * x),
            .computed_as = gated(upscaled_sigmoid_of(quick_gelu_argument()), 1000),
            .derivative_computed_as = self_gated_derivative(quick_gelu_argument(), quick_gelu_argument().nearest),
            .computed_beside_derivative = gated_beside_derivative(quick_gelu_argument()),
            .from_output = {.why_not = two_inputs},
            .forward_ulp = 2.5,
            .gradient_ulp = 3.9,
            .derivative_zero = {{-1.5, -0.37}},
            .dead_when = x < constant("-3.6"),
        },
        {
            .name = "gelu",
            .summary = "x times the normal distribution function.",
            .source = "torch.nn.functional.gelu; Hendrycks and Gimpel 2016",
            .forward = x * call("normal_cdf", {x}),
            .computed_as = gated(call("upscaled_normal_cdf", {not_far_below()}), 1000),
            .derivative_computed_as = gelu_derivative_computed(),
            .computed_beside_derivative = gated(call("upscaled_normal_cdf", {near()}), 1000),
            .from_output = {.why_not = two_inputs},
            .forward_ulp = 2.4,
            .gradient_ulp = 2.6,
            .derivative_zero = {{-1.5, -0.39}},
            .dead_when = x < -3,
            .conventions = {{.profiles = {Profile::jax},
                             .why = "jax.nn.gelu is gelu_tanh unless approximate=False",
                             .formulas = formulas_of(gelu_tanh)}},
        },
        gelu_tanh,
        {
            .name = "mish",
            .summary = "x times the tanh of its softplus.",
            .source = "torch.nn.functional.mish; Misra 2019",
            .forward = x * call("tanh", {call("softplus", {x})}),
            .computed_as = mish_computed(),
            .derivative_computed_as = mish_derivative_computed(),
            .from_output = {.why_not = two_inputs},
            .forward_ulp = 4.6,
            .gradient_ulp = 5.8,
            .derivative_zero = {{-3.5, -0.66}},
            .dead_when = x < -7,
        },
        {
            .name = "serf",
            .summary = "x times the error function of its softplus.",
            .source = "Nag, Bhattacharyya, Mukherjee and Kundu 2021, SERF",
            .forward = x * call("erf", {call("softplus", {x})}),
            .computed_as = serf_computed(),
            .derivative_computed_as = serf_derivative_computed(),
            .from_output = {.why_not = two_inputs},
            .forward_ulp = 3,
            .gradient_ulp = 4.5,
            .derivative_zero = {{-3.5, -0.6}},
            .dead_when = x < constant("-6.3"),
        },
        {
            .name = "telu",
            .aliases = {"tanh_exp"},
            .summary = "x times the tanh of e^x.",
            .source = "Fernandez and Mali 2024, TeLU; Liu and Di 2020, TanhExp",
            .forward = x * call("tanh", {call("exp", {x})}),
            .computed_as = telu_computed(),
            .derivative_computed_as = telu_derivative_computed(),
            .from_output = {.why_not = two_inputs},
            .forward_ulp = 2.4,
            .gradient_ulp = 4,
            .derivative_zero = {{-2.1, -0.67}},
            .dead_when = x < constant("-6.2"),
        },
        {
            .name = "golu",
            .summary = "x times the Gumbel distribution function.",
            .source = "Das et al. 2025, Gompertz Linear Units",
            .forward = x * call("gumbel_cdf", {x}),
            .computed_as = gated(call("upscaled_gumbel_cdf", {not_far_below()}), 1000),
            .derivative_computed_as = golu_derivative_computed(),
            .from_output = {.why_not = two_inputs},
            .forward_ulp = 2.4,
            .gradient_ulp = 3,
            .derivative_zero = {{-1.1, -0.23}},
            .dead_when = x < -2,
        },
    };
}

}  // namespace actinide
