// The machine's memory: what is free, and what caches there are.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace actinide {

/// Bytes that programs can have without pushing others out; 0 if the system does not tell.
size_t available_memory();

/// {"L1 data", 49152}, the nearest first; those that the system tells of.
std::vector<std::pair<std::string, size_t>> cache_sizes();

}  // namespace actinide
