// What a build will do, with everything the user typed checked.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "generators/catalogue/known_activations.h"
#include "tools/cli/arguments.h"
#include "tools/cli/choice.h"
#include "tools/compiler/compiler.h"
#include "tools/verify/definition_check.h"

namespace actinide::cli {

struct BuildPlan {
    KnownActivations activations;  ///< what the kernels' keys point to
    std::vector<KernelKey> kernels;
    CompileOptions options;
    std::vector<std::string> warnings;
    std::map<const Activation *, GradientCheck> gradient_checks;  ///< of the user's own among the kernels' activations
    std::string folder;                                           ///< of the package: out/<name>
    std::string command;                                          ///< repeats the build, wherever it goes
};

/// Touches nothing on the disk but the cache's folder.
Result<BuildPlan> plan_build(const BuildArguments &arguments);

}  // namespace actinide::cli
