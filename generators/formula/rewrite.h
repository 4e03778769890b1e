// Forms that are equal in real numbers and not in floats: which of them a formula should rather be written in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generators/formula/formula.h"

namespace actinide {

/// Two formulas in `a` that are equal for every real number for which the first one is defined.
struct EqualForms {
    const char *typed;   ///< what cancels or overflows, or costs a call more
    const char *better;  ///< the same
    const char *reason;  ///< what is better about it: "exp overflows above 88 in float32, …"
};

/// Where floats lose digits or overflow, from the most special form to the most general.
const std::vector<EqualForms> &safe_forms();

/// Calls that another call of the same argument would give, at the price of digits where the difference cancels.
const std::vector<EqualForms> &related_calls();

/// What stands for `a` where `formula` is `pattern`, terms and factors in any order; nothing where it is not. Whole
/// formulas only, nothing inside.
std::optional<Formula> match(const Formula &pattern, const Formula &formula);

struct Rewriting {
    Formula formula;  ///< with every typed form replaced; else the formula simplified
    /// What was replaced by what, in the formula's own arguments: "log(1 + exp(x))", "softplus(x)".
    struct Step {
        std::string typed, better, reason;
    };
    std::vector<Step> steps;
};
Rewriting rewrite_safely(const Formula &formula);

}  // namespace actinide
