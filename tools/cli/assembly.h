// From compiled kernels to a package.
#pragma once

#include "tools/cli/arguments.h"
#include "tools/cli/build_plan.h"
#include "tools/package/package.h"

namespace actinide::cli {

Package assemble(const BuildArguments &arguments, const BuildPlan &plan, const std::vector<CompiledKernel> &kernels);

}  // namespace actinide::cli
