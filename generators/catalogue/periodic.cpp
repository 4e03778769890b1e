#include "generators/catalogue/families.h"

namespace actinide {

namespace {

Formula sine(const Formula &a) {
    return call("sin", {a});
}

const FromOutput not_monotone{.why_not = "several x have the same y"};

/// A snake's formula, and where the phase is so large that twice of it may overflow, `limit`, what is left without the
/// wave: y does not feel it there unless alpha or beta is below 1e-13, and gradients are those of a wave's mean.
Formula before_far_out(const Formula &phase, const Formula &formula, const Formula &limit) {
    static const Formula far_out = constant("85070591730234615865843651857942052864");  // 2^126
    return where(absolute(phase) > far_out, limit, formula);
}

}  // namespace

std::vector<Activation> periodic() {
    const Formula omega = variable("omega");
    const Formula alpha = variable("alpha");
    const Formula beta = variable("beta");
    // As every library has it: far out, the product's own rounding is many periods.
    const Formula phase = rounded(alpha * x);
    const Formula wave = sine(phase);
    const Formula doubled_wave = sine(2 * phase);

    return {
        {
            .name = "sine",
            .summary = "A sine wave, for networks that represent signals.",
            .source = "Sitzmann, Martel, Bergman, Lindell and Wetzstein 2020 (SIREN), eq. 4",
            .parameters = {{.name = "omega", .default_value = 30, .meaning = "how fast it turns; finite"}},
            .forward = sine(rounded(omega * x)),
            .valid_when = finite(omega),
            .from_output = not_monotone,
            .gradient_ulp = 1.6,
        },
        {
            .name = "snake",
            .summary = "The identity with a ripple of learned frequency: for data that repeats.",
            .source = "Ziyin, Hartwig and Ueda 2020",
            .parameters = {{.name = "alpha",
                            .default_value = 1,
                            .meaning = "frequency of the ripple, and one over its height; not 0",
                            .learned = true,
                            .derivative_computed_as =
                                before_far_out(phase, (x * doubled_wave - wave * (wave / alpha)) / alpha, 0)}},
            // The quotient before the square, so that nothing small vanishes.
            .forward = before_far_out(phase, x + wave * (wave / alpha), x),
            .derivative_computed_as = before_far_out(phase, 1 + doubled_wave, 1),
            .valid_when = unequal(alpha, 0),
            .from_output = not_monotone,
            .forward_ulp = 1.5,
            .terms_may_cancel = true,
        },
        {
            .name = "snake_beta",
            .summary = "Snake with a height of its own.",
            .source = "Lee, Ping, Ginsburg, Catanzaro and Yoon 2023 (BigVGAN), after its exponential",
            .parameters = {{.name = "alpha",
                            .default_value = 1,
                            .meaning = "frequency of the ripple",
                            .learned = true,
                            .derivative_computed_as = before_far_out(phase, x * doubled_wave / beta, 0)},
                           {.name = "beta",
                            .default_value = 1,
                            .meaning = "one over the height of the ripple; not 0",
                            .learned = true,
                            .derivative_computed_as = before_far_out(phase, -(wave / beta * (wave / beta)), 0)}},
            .forward = before_far_out(phase, x + wave * (wave / beta), x),
            .derivative_computed_as = before_far_out(phase, 1 + alpha / beta * doubled_wave, 1),
            .valid_when = unequal(beta, 0),
            .from_output = not_monotone,
            .forward_ulp = 1.5,
            .terms_may_cancel = true,
        },
    };
}

}  // namespace actinide
