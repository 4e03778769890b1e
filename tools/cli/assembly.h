// From compiled kernels to a package.
#pragma once

#include "tools/cli/arguments.h"
#include "tools/cli/build_plan.h"
#include "tools/package/package.h"
#include "tools/verify/evidence_check.h"

namespace actinide::cli {

/// The archive that kernels of `target` go into, still empty.
PackagedArchive describe_archive(const Target &target);

/// The package before anything is compiled: what its files are called, but neither kernels nor content.
Package outline(const BuildArguments &arguments, const BuildPlan &plan);

/// `check` tells what may be said of each kernel's error.
Package assemble(const BuildArguments &arguments, const BuildPlan &plan, const std::vector<CompiledKernel> &kernels,
                 const EvidenceCheck &check);

}  // namespace actinide::cli
