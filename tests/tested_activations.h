// What the package of the product's tests holds: the catalogue and some fused forms, one of each kind.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "generators/catalogue/catalogue.h"

namespace actinide {

/// tests/kernels.cmake names the fused forms, because the command that builds the package does.
inline std::vector<const Activation *> tested_activations() {
    std::vector<const Activation *> all;
    for (const Activation &activation : catalogue()) all.push_back(&activation);
    std::istringstream names(ACTINIDE_FUSED_FORMS);
    for (std::string name; names >> name;) all.push_back(find_activation(name));
    return all;
}

}  // namespace actinide
