#include "generators/catalogue/families.h"
#include "generators/catalogue/rounding.h"

namespace actinide {

namespace {

/// 1 / sum as a float and the share of itself that this float lacks, for a sum that lost `lost`.
struct Reciprocal {
    Formula nearest;
    Formula lacking;

    Reciprocal(const Formula &sum, const Formula &lost)
        : nearest(1 / sum), lacking(1 - nearest * sum - nearest * lost) {}
};

/// x / (1 + |x|), where |x| > 1 as 1 / (1 + 1 / |x|), which has its limits at the infinities; rounded nearly once.
Formula softsign_computed() {
    const Formula size = absolute(x);
    const Formula numerator = where(size > 1, where(x < 0, -1, 1), x);
    const Formula fraction = where(size > 1, 1 / size, size);
    const Formula sum = 1 + fraction;
    const Reciprocal reciprocal(sum, lost_in(sum, 1, fraction));
    return numerator * reciprocal.nearest + numerator * (reciprocal.nearest * reciprocal.lacking);
}

/// 2^60: beyond it no float64 feels a 1, and what a sum lost would become infinity minus infinity.
const Formula &far_out() {
    static const Formula number = constant("1152921504606846976");
    return number;
}

/// 1 / (1 + |x|)^2, rounded nearly once.
Formula softsign_derivative_computed() {
    const Formula size = absolute(x);
    const Formula sum = 1 + size;
    const Reciprocal reciprocal(sum, where(size > 1, lost_in(sum, size, 1), lost_in(sum, 1, size)));
    const Formula &nearest = reciprocal.nearest;
    return where(size > far_out(), nearest / sum, nearest * nearest + nearest * nearest * (2 * reciprocal.lacking));
}

/// (1 - |y|)^2, rounded nearly once.
Formula softsign_derivative_from_output_computed() {
    const Formula size = absolute(y);
    const Formula rest = 1 - size;
    const Formula lost = where(size > 1, 1 - (rest + size), 1 - rest - size);
    return where(size > far_out(), rest * rest, rest * rest + rest * (2 * lost));
}

/// x without its sign; beyond far_out() no b or 1 adds to its square.
Formula root_of_square_plus(const Formula &b) {
    const Formula size = absolute(x);
    return where(size > far_out(), size, call("sqrt", {x * x + b}));
}

/// Where x and the root cancel.
Formula squareplus_cancels() {
    return x < 0 && x * x > constant("0.25") * variable("b");
}

/// (x + root) / 2 without an overflow; where that cancels, b / 4 divided by (|x| + root) / 2.
Formula squareplus_computed() {
    const Formula half = constant("0.5");
    const Formula half_root = half * root_of_square_plus(variable("b"));
    return where(squareplus_cancels(), constant("0.25") * variable("b") / (half * -x + half_root),
                 half * x + half_root);
}

/// y / root where x and root cancel, else 1/2 + x / (2 root).
Formula squareplus_derivative_computed() {
    const Formula half = constant("0.5");
    const Formula ratio = where(squareplus_cancels(), squareplus_computed(), x) / root_of_square_plus(variable("b"));
    return where(x > far_out(), 1, where(squareplus_cancels(), ratio, half * ratio + half));
}

Formula bent_identity_computed() {
    const Formula root = root_of_square_plus(1);
    // The slope is chosen, not the product: LLVM does that in some loops, and all have to hold the same operations.
    const Formula far = where(x < 0, constant("0.5"), constant("1.5")) * x;
    return where(absolute(x) > far_out(), far, x * (x / (2 * root + 2)) + x);
}

Formula bent_identity_derivative_computed() {
    const Formula far = where(x < 0, constant("0.5"), constant("1.5"));
    return where(absolute(x) > far_out(), far, constant("0.5") * (x / root_of_square_plus(1)) + 1);
}

}  // namespace

std::vector<Activation> algebraic() {
    const Formula size = absolute(x);
    const Formula b = variable("b");

    return {
        {
            .name = "softsign",
            .summary = "x over 1 + |x|: an S between -1 and 1 that saturates slowly.",
            .source = "torch.nn.functional.softsign; Turian, Bergstra and Bengio 2009",
            .forward = where(size > 1, where(x < 0, -1, 1) / (1 + 1 / size), x / (1 + size)),
            .computed_as = softsign_computed(),
            .derivative_computed_as = softsign_derivative_computed(),
            .from_output = {.derivative = (1 - absolute(y)) * (1 - absolute(y)),
                            .computed_as = softsign_derivative_from_output_computed()},
            .dead_when = absolute(x) > 9,
            .conventions = {{.profiles = {Profile::jax}, .aliases = {"soft_sign"}}},
        },
        {
            .name = "squareplus",
            .summary = "A smooth ramp without exponentials.",
            .source = "Barron 2021, Squareplus, eq. 1",
            .parameters = {{.name = "b", .default_value = 4, .meaning = "how wide the bend is; above 0, at most 2^60"}},
            .forward = (x + call("sqrt", {x * x + b})) / 2,
            .computed_as = squareplus_computed(),
            .derivative_computed_as = squareplus_derivative_computed(),
            .valid_when = b > 0 && b <= far_out(),
            .from_output = {.derivative = y * y / (y * y + b / 4),
                            .computed_as = where(absolute(y) > far_out(), 1, y * y / (y * y + constant("0.25") * b))},
            .forward_ulp = 2.2,
            .gradient_ulp = 4,
            .dead_when = x < 0 && x * x > 25 * b,
        },
        {
            .name = "bent_identity",
            .summary = "The identity with a slope of 1/2 far below zero and 3/2 far above.",
            .source = "Wikipedia, Activation function: ((x^2 + 1)^0.5 - 1) / 2 + x",
            .forward = (call("sqrt", {x * x + 1}) - 1) / 2 + x,
            .computed_as = bent_identity_computed(),
            .derivative_computed_as = bent_identity_derivative_computed(),
            .from_output = {.why_not = "to solve for x takes a root and a quotient, as much as the gradient from x"},
            .forward_ulp = 1.8,
        },
    };
}

}  // namespace actinide
