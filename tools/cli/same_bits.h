// actinide verify --same-bits: what it found, for people and programs.
#pragma once

#include <vector>

#include "tools/cli/arguments.h"
#include "tools/verify/same_bits.h"

namespace actinide::cli {

/// Exit code 1, and the first difference as the error, if bits differ.
Outcome conclude_same_bits(const std::vector<SameBitsReport> &reports, bool json);

}  // namespace actinide::cli
