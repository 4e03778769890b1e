// Where a size costs more than its neighbours let expect.
#pragma once

#include <cstddef>
#include <vector>

namespace actinide {

/// For the costs per element of sizes that double from one to the next: whether each is a cliff, more than 1.3 times
/// the mean of its neighbours.
std::vector<bool> find_cliffs(const std::vector<double> &costs);

}  // namespace actinide
