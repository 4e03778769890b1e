// Which levels of an archive a build holds.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/choice.h"
#include "tools/compiler/compiler.h"

namespace actinide::cli {

/// Leaves of every archive of levels those that `lists` name, as in "avx2,avx512"; nothing changes without a list.
/// Fails where no kernel's target has levels.
std::optional<Outcome> keep_levels(const std::vector<std::string> &lists, std::vector<KernelKey> &kernels);

/// Leaves one level of every archive: the lowest with fma, as one without is for old machines alone.
void keep_one_level(std::vector<KernelKey> &kernels);

}  // namespace actinide::cli
