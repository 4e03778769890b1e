// explain, as data.
#pragma once

#include "tools/cli/json.h"
#include "tools/compiler/explanation.h"

namespace actinide::cli {

/// In words: "arithmetic", "loads and stores", "width", "latency".
std::string to_string(Bound bound);

Json print_machine(const KernelKey &key, const KernelExplanation &explanation);

}  // namespace actinide::cli
