// The shape of reference numbers: an activation's parameters, and its values and gradients at some points.
#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace actinide::testing {

struct ReferencePoint {
    double x;  ///< of the main input
    double value;
    double gradient_in_x;
    std::vector<double> further_gradients = {};  ///< in other inputs, then in learned parameters, in their order
};

struct ReferenceNumbers {
    std::string activation;
    std::map<std::string, double> parameters;  ///< and inputs beside the main one
    std::string origin;
    std::vector<ReferencePoint> points;
};

/// What GoogleTest prints for a parameter.
inline void PrintTo(const ReferenceNumbers &reference, std::ostream *out) {
    *out << reference.activation;
    for (const auto &[name, value] : reference.parameters) *out << " " << name << "=" << value;
}

}  // namespace actinide::testing
