// Derivatives of a formula, by the rules of calculus on the tree.
#pragma once

#include "generators/formula/formula.h"

namespace actinide {

/// d formula / d name, simplified. A `where` keeps its condition and differentiates each branch, so that at a kink the
/// branch which the condition selects decides.
Formula differentiate(const Formula &formula, const std::string &name);

/// The same real function with literal zeros, ones and double negations folded away and constant sums and products
/// of integers computed. Never changes where a `where` switches.
Formula simplify(const Formula &formula);

/// derivative * gradient, pushed into the branches of a `where` that has a literal among them: a branch that is
/// literally 0 stays 0 and one that is literally 1 becomes the gradient, so infinities and NaN in the gradient cannot
/// leak through a closed gate. Other branches share one product.
Formula multiply_into_branches(const Formula &derivative, const Formula &gradient);

}  // namespace actinide
