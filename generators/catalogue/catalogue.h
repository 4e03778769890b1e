// Every activation that Actinide defines.
#pragma once

#include <string_view>
#include <vector>

#include "generators/catalogue/activation.h"

namespace actinide {

/// All definitions, family by family, in the order of their files.
const std::vector<Activation> &catalogue();

/// By name or alias, elementary functions and fused forms such as gelu_bias by name; null if there is none.
const Activation *find_activation(std::string_view name);

}  // namespace actinide
