// What make, ninja and their like need to know of a build: its files, and what decides them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tools/cli/arguments.h"
#include "tools/cli/build_plan.h"

namespace actinide::cli {

/// The paths of all files of the package, one a line: the archives, the headers, the rest.
std::string print_outputs(const BuildArguments &arguments, const BuildPlan &plan);

/// Why --depfile or --stamp could not be written, before work is spent on it. Makes the folders above them.
std::optional<Outcome> refuse_unwritable_steering(const BuildArguments &arguments);

/// Writes --depfile and --stamp where they are asked for. The stamp's time is that of the build's beginning, `start`,
/// so that what changed while it ran is newer.
std::optional<Outcome> write_steering(const BuildArguments &arguments, const BuildPlan &plan,
                                      std::filesystem::file_time_type start);

}  // namespace actinide::cli
