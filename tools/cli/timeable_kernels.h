// Which of the chosen kernels can be timed, and level by level.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/cli/outcome.h"
#include "tools/compiler/compiler.h"

namespace actinide::cli {

/// Refuses kernels that are not of this machine's kind of CPU and system; `verb` is for the sentence.
std::optional<Outcome> refuse_other_machines(const std::vector<KernelKey> &keys, const std::string &verb);

/// Removes what has arrays that a benchmark does not fill; returns the sentence that says so, or nothing.
std::string leave_special_arrays_out(std::vector<KernelKey> &keys, const std::string &verb);

/// Those of an archive of levels once for each level; every kernel once.
std::vector<KernelKey> split_levels(const std::vector<KernelKey> &keys);

/// Likewise, without an archive's levels that are there for correctness only, which have no models.
std::vector<KernelKey> split_fast_levels(const std::vector<KernelKey> &keys);

}  // namespace actinide::cli
