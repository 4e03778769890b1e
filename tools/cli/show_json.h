// Everything about one activation for programs.
#pragma once

#include <optional>

#include "tools/cli/json.h"
#include "tools/cli/own_findings.h"

namespace actinide::cli {

/// `own`: of a user's own activation.
Json print_machine(const Activation &activation, const ActivationFacts &facts, const Choices &choices,
                   const std::optional<OwnFindings> &own);

}  // namespace actinide::cli
