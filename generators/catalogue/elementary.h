// The functions of generators/math as kernels of their own: what proves an activation proves them too.
#pragma once

#include <string_view>
#include <vector>

#include "generators/catalogue/activation.h"

namespace actinide {

/// What a function's name has in front where an activation may have the same name: "math_tanh".
inline constexpr std::string_view elementary_prefix = "math_";

/// y = f(x) for each function f of one argument, in their order. They belong to no package, so only the forward pass
/// matters.
const std::vector<Activation> &elementary_functions();

/// The function whose call is the whole formula, as in y = tanh(x); null for every other formula.
const math::Function *function_called_alone(const Formula &formula);

}  // namespace actinide
