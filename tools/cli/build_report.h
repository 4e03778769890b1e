// What a build says when it is done.
#pragma once

#include <string>

#include "tools/cli/build_plan.h"
#include "tools/package/package.h"

namespace actinide::cli {

struct BuildReport {
    const BuildPlan &plan;
    const Package &package;
    const std::vector<CompiledKernel> &kernels;
    bool changed = true;  ///< whether a file of the package was written
    double seconds = 0;
};

/// Archives and link lines, for standard output.
std::string print_text(const BuildReport &report);
std::string print_machine(const BuildReport &report);
/// Two lines for standard error: what was done, and the command that repeats it.
std::string summarise(const BuildReport &report, const std::string &out);

/// The kernels of a dry run.
std::string print_kernels(const BuildPlan &plan, bool json);

}  // namespace actinide::cli
