#include "generators/catalogue/families.h"
#include "generators/catalogue/rounding.h"

namespace actinide {

namespace {

Formula sqrt(const Formula &a) {
    return call("sqrt", {a});
}

/// x (x + 3) / 6 for -3 < x < 3, rounded nearly once.
Formula hardswish_bend_computed() {
    const Formula sum = x + 3;
    const Quotient sixth = divided_by(6, sum, lost_in(sum, 3, x));
    return x * sixth.nearest + x * sixth.lacking;
}

/// (2 x + 3) / 6, the slope there.
Formula hardswish_bend_slope_computed() {
    const Quotient sixth = divided_by(6, 2 * x + 3);
    return sixth.lacking + sixth.nearest;
}

/// x (x + 2) / 2 for -2 <= x <= 0, likewise.
Formula hard_mish_bend_computed() {
    const Formula sum = x + 2;
    return (x * sum + x * lost_in(sum, 2, x)) / 2;
}

/// (x + 1)^2 / 4 for -1 < x < 1, likewise.
Formula sparse_plus_bend_computed() {
    const Formula sum = x + 1;
    return (sum * sum + sum * (2 * lost_in(sum, 1, x))) / 4;
}

}  // namespace

std::vector<Activation> piecewise_quadratic() {
    const FromOutput falls_and_rises = {.why_not = "the function falls and rises again, so that a y below 0 has two x"};

    return {
        {
            .name = "hardswish",
            .summary = "x times a straight-edged sigmoid: zero below -3, the identity from 3 on, a parabola between.",
            .source = "torch.nn.functional.hardswish; Howard et al. 2019",
            .forward = where(x <= -3, 0, where(x < 3, x * (x + 3) / 6, x)),
            .computed_as = where(x <= -3, 0, where(x < 3, hardswish_bend_computed(), x)),
            .derivative_computed_as = where(x <= -3, 0, where(x < 3, hardswish_bend_slope_computed(), 1)),
            .from_output = falls_and_rises,
            .conventions = {{.profiles = {Profile::jax, Profile::onnx, Profile::keras}, .aliases = {"hard_swish"}},
                            {.profiles = {Profile::jax, Profile::keras}, .aliases = {"hard_silu"}}},
        },
        {
            .name = "hard_mish",
            .summary = "Zero below -2, the identity above 0, a parabola between.",
            .source = "timm.layers.activations.hard_mish; Misra 2020",
            .forward = where(x < -2, 0, where(x > 0, x, x * (x + 2) / 2)),
            .computed_as = where(x < -2, 0, where(x > 0, x, hard_mish_bend_computed())),
            .derivative_computed_as = where(x < -2, 0, where(x > 0, 1, x + 1)),
            .from_output = falls_and_rises,
        },
        {
            .name = "squared_relu",
            .summary = "Zero below zero, the square above.",
            .source = "So et al. 2021, Primer",
            .forward = where(x <= 0, 0, x * x),
            .from_output = {.derivative = where(y <= 0, 0, 2 * sqrt(y))},
        },
        {
            .name = "sparse_plus",
            .summary = "Zero below -1, the identity above 1, a parabola between.",
            .source = "jax.nn.sparse_plus",
            .forward = where(x <= -1, 0, where(x >= 1, x, (x + 1) * (x + 1) / 4)),
            .computed_as = where(x <= -1, 0, where(x >= 1, x, sparse_plus_bend_computed())),
            .from_output = {.derivative = where(y <= 0, 0, where(y >= 1, 1, sqrt(y)))},
        },
    };
}

}  // namespace actinide
