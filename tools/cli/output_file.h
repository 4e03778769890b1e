// The file of --out.
#pragma once

#include <optional>
#include <string>

#include "tools/cli/outcome.h"

namespace actinide::cli {

/// Why nothing could be written there; makes its folder. Found out before long work, not after.
std::optional<Outcome> refuse_unwritable(const std::string &file, const std::string &option = "--out");

}  // namespace actinide::cli
