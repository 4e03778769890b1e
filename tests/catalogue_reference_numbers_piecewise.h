// Reference numbers of the activations that are made of straight and parabolic pieces.
#pragma once

#include <vector>

#include "tests/catalogue_reference_point.h"

namespace actinide::testing {

inline const std::vector<ReferenceNumbers> &piecewise_reference_numbers() {
    static const std::vector<ReferenceNumbers> all = {};
    return all;
}

}  // namespace actinide::testing
