// What a kernel is tried with where nobody can try everything: random inputs and parameters, the same in every run.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tools/compiler/compiler.h"

namespace actinide {

/// The bits of `count` inputs: half of them any bits, half where activations bend.
std::vector<uint64_t> random_inputs(DType dtype, uint64_t count, uint64_t seed);

/// `count` sets of parameters that the definition allows, most of them near its defaults.
std::vector<std::map<std::string, double>> random_parameters(const KernelKey &key, uint64_t count);

}  // namespace actinide
