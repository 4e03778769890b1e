#include "tools/bench/growth.h"

namespace actinide {

std::vector<bool> find_cliffs(const std::vector<double> &costs) {
    constexpr double tolerance = 1.3;
    std::vector<bool> cliffs(costs.size(), false);
    for (size_t i = 1; i + 1 < costs.size(); ++i) cliffs[i] = costs[i] > tolerance * (costs[i - 1] + costs[i + 1]) / 2;
    return cliffs;
}

}  // namespace actinide
