// The command that repeats a build.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/arguments.h"
#include "tools/compiler/compiler.h"

namespace actinide::cli {

/// Arguments of `build` that select exactly these kernels again, whatever the catalogue's default set becomes.
std::vector<std::string> selecting_arguments(const std::vector<KernelKey> &kernels);

/// Everything that decides the package's bytes, and nothing else: not where it goes, how many jobs or which cache.
std::string repeating_command(const BuildArguments &arguments, const std::vector<KernelKey> &kernels);

}  // namespace actinide::cli
