// Every activation that Actinide defines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "generators/catalogue/activation.h"

namespace actinide {

/// All definitions in a profile's conventions, family by family, in the order of their files.
const std::vector<Activation> &catalogue(Profile profile = Profile::torch);

/// The definitions of one file: "piecewise_linear" for piecewise_linear.cpp.
struct Family {
    std::string name;
    std::string summary;  ///< what its members have in common, one line
    std::vector<const Activation *> members;
};

/// In the catalogue's order.
const std::vector<Family> &families();

/// By name or alias, elementary functions and fused forms such as gelu_bias by name; null if there is none.
const Activation *find_activation(std::string_view name, Profile profile = Profile::torch);

/// Likewise by a text that says the profile too: "gelu", "gelu as jax", "leaky_relu_bias as jax".
const Activation *find_activation_as(std::string_view text);
/// Such a text for an activation of find_activation's: the name alone where the profile changes nothing.
std::string text_as(const Activation &activation);

}  // namespace actinide
