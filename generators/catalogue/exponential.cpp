#include "generators/catalogue/families.h"
#include "generators/catalogue/scaled.h"

namespace actinide {

namespace {

Formula expm1(const Formula &a) {
    return call("expm1", {a});
}

/// e^x up to 0.
Formula exp_below_zero(const Formula &a) {
    return call("exp_below_zero", {a});
}

/// SELU's two constants: with them, mean 0 and variance 1 are a fixed point of a layer.
Formula selu_scale() {
    return constant("1.0507009873554805");
}
Formula selu_alpha() {
    return constant("1.6732632423543772");
}
/// The scale, whose high part is rounded down, as an infinity takes both parts' signs.
const SplitConstant &split_selu_scale() {
    static const SplitConstant scale = {constant("1.0507009029388427734375"), constant("0.0000000844166377265625")};
    return scale;
}
/// Scale times alpha.
const SplitConstant &split_selu_limit() {
    static const SplitConstant limit = {constant("1.7580993175506591796875"),
                                        constant("0.0000000232967176021465515842446")};
    return limit;
}

/// The float32 that ONNX Selu has for both, and what their product is and lacks.
Formula onnx_selu_scale() {
    return constant("1.05070102214813232421875");
}
Formula onnx_selu_alpha() {
    return constant("1.67326319217681884765625");
}
const SplitConstant &split_onnx_selu_limit() {
    static const SplitConstant limit = {constant("1.7580993175506591796875"),
                                        constant("0.0000000287923711539406212978065013885498046875")};
    return limit;
}

/// What other frameworks have otherwise of SELU.
struct SeluParts {
    Formula is_straight;    ///< in x
    Formula is_straight_y;  ///< the same in y
    Formula scale;
    Formula scaled;  ///< the scale times x, as it is computed
    Formula limit;   ///< the scale times alpha
    SplitConstant split_limit;
};

Formulas selu_formulas(const SeluParts &parts) {
    const auto &[straight, straight_y, scale, scaled, limit, split_limit] = parts;
    return {.forward = where(straight, scale * x, limit * expm1(x)),
            .computed_as = where(straight, scaled, split_limit.times(call("expm1_below_zero", {x}))),
            .derivative_computed_as = where(straight, scale, split_limit.times(exp_below_zero(x))),
            .from_output = {.derivative = where(straight_y, scale, y + limit),
                            .computed_as = where(straight_y, scale, (y + split_limit.high) + split_limit.low)},
            .forward_ulp = 2.1,
            .gradient_ulp = 2.1};
}

}  // namespace

std::vector<Activation> exponential() {
    const Formula alpha = variable("alpha");

    return {
        {
            .name = "elu",
            .summary = "The identity above zero, saturates at -alpha below.",
            .source = "torch.nn.functional.elu; Clevert, Unterthiner and Hochreiter 2015",
            .parameters = {{.name = "alpha", .default_value = 1, .meaning = "minus the limit at -infinity"}},
            .forward = where(x > 0, x, alpha * expm1(x)),
            // What e^x is above zero is never looked at.
            .computed_as = where(x > 0, x, alpha * call("expm1_below_zero", {x})),
            .derivative_computed_as = where(x > 0, 1, alpha * call("exp_below_zero", {x})),
            .valid_when = finite(alpha),  // an infinite one makes a NaN of zero
            .from_output = {.derivative = where(y > 0, 1, y + alpha), .valid_when = alpha >= 0},
            .dead_when = x < -5,
            .in_default_set = true,
        },
        {
            .name = "selu",
            .summary = "An ELU with the constants that keep a deep network's mean 0 and variance 1.",
            .source = "torch.nn.functional.selu; Klambauer, Unterthiner, Mayr and Hochreiter 2017, eq. 2",
            .forward = where(x > 0, selu_scale() * x, selu_scale() * selu_alpha() * expm1(x)),
            .computed_as =
                where(x > 0, split_selu_scale().times(x), split_selu_limit().times(call("expm1_below_zero", {x}))),
            .derivative_computed_as = where(x > 0, selu_scale(), split_selu_limit().times(exp_below_zero(x))),
            .from_output = {.derivative = where(y > 0, selu_scale(), y + selu_scale() * selu_alpha()),
                            .computed_as =
                                where(y > 0, selu_scale(), (y + split_selu_limit().high) + split_selu_limit().low)},
            .forward_ulp = 2.1,
            .gradient_ulp = 2.1,
            .dead_when = x < -5,
            .conventions =
                {{.profiles = {Profile::tensorflow, Profile::keras},
                  .why = "the gradient of tf.nn.selu takes the side of the identity at 0: the slope there is 1.0507",
                  .formulas = selu_formulas({.is_straight = x >= 0,
                                             .is_straight_y = y >= 0,
                                             .scale = selu_scale(),
                                             .scaled = split_selu_scale().times(x),
                                             .limit = selu_scale() * selu_alpha(),
                                             .split_limit = split_selu_limit()})},
                 {.profiles = {Profile::onnx},
                  .why = "the attributes of ONNX Selu are float32 numbers",
                  .formulas = selu_formulas({.is_straight = x > 0,
                                             .is_straight_y = y > 0,
                                             .scale = onnx_selu_scale(),
                                             .scaled = onnx_selu_scale() * x,
                                             .limit = onnx_selu_scale() * onnx_selu_alpha(),
                                             .split_limit = split_onnx_selu_limit()})}},
        },
        {
            .name = "celu",
            .summary = "An ELU with a continuous slope: the identity above zero, saturates at -alpha below.",
            .source =
                "torch.nn.functional.celu; Barron 2017, Continuously Differentiable Exponential Linear Units, eq. 2",
            .parameters = {{.name = "alpha",
                            .default_value = 1,
                            .meaning = "minus the limit at -infinity; not 0, finite"}},
            .forward = where(x > 0, x, alpha * expm1(x / alpha)),
            .derivative_computed_as = where(x > 0, 1, call("exp", {x / alpha})),
            .valid_when = unequal(alpha, 0) && finite(alpha),
            .from_output = {.derivative = where(y > 0, 1, 1 + y / alpha),
                            .computed_as = where(y > 0, 1, (y + alpha) / alpha)},
            .dead_when = x < 0 && x / alpha < -5,
        },
    };
}

}  // namespace actinide
