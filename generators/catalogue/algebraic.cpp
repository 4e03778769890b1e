#include "generators/catalogue/families.h"

namespace actinide {

namespace {

Formula absolute(const Formula &a) {
    return where(a < 0, -a, a);
}

}  // namespace

std::vector<Activation> algebraic() {
    const Formula size = absolute(x);
    const Formula sign = where(x < 0, -1, 1);

    return {
        {
            .name = "softsign",
            .summary = "x over 1 + |x|: an S between -1 and 1 that saturates slowly.",
            .source = "torch.nn.functional.softsign; Turian, Bergstra and Bengio 2009",
            // Both branches are x / (1 + |x|); the first has its limits at the infinities.
            .forward = where(size > 1, sign / (1 + 1 / size), x / (1 + size)),
            .derivative_computed_as = 1 / (1 + size) / (1 + size),
            .from_output = {.derivative = (1 - absolute(y)) * (1 - absolute(y))},
            // Two and three roundings; one more division each would take them to 1 and 1.5.
            .forward_ulp = 2,
            .gradient_ulp = 3,
        },
    };
}

}  // namespace actinide
