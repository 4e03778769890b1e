// The command that repeats a build.
#pragma once

#include <string>
#include <vector>

#include "generators/catalogue/known_activations.h"
#include "tools/cli/arguments.h"
#include "tools/compiler/compiler.h"

namespace actinide::cli {

/// Arguments of `build` that select exactly these kernels again, whatever the catalogue's default set becomes.
std::vector<std::string> selecting_arguments(const std::vector<KernelKey> &kernels, const KnownActivations &known);

/// Everything that decides the package's bytes, and nothing else: not where it goes, how many jobs or which cache.
/// Definitions stand in it as they are, whether they came from a file or not.
std::string repeating_command(const BuildArguments &arguments, const std::vector<KernelKey> &kernels,
                              const KnownActivations &known);

}  // namespace actinide::cli
