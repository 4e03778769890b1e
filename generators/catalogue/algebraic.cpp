#include "generators/catalogue/families.h"

namespace actinide {

namespace {

/// What the float sum larger + smaller lost when it was rounded to `sum`, exactly; as real numbers nothing at all.
/// Source: Dekker, A floating-point technique for extending the available precision, 1971 (Fast2Sum).
Formula lost_in(const Formula &sum, const Formula &larger, const Formula &smaller) {
    return smaller - (sum - larger);
}

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

}  // namespace

std::vector<Activation> algebraic() {
    const Formula size = absolute(x);

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
        },
    };
}

}  // namespace actinide
