// From what the user typed to the kernels it means.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "generators/catalogue/known_activations.h"
#include "tools/cli/choice.h"
#include "tools/compiler/compiler.h"

namespace actinide::cli {

/// Lists as typed; an empty one stands for the default.
struct KernelPatterns {
    std::vector<std::string> kernels;  ///< activations, or forms like "elu/backward/f32@x86-64-avx2"
    std::vector<std::string> passes, dtypes, targets;
    bool functions = false;  ///< `kernels` are elementary functions, alone; then only the forward pass exists
    bool apart = false;      ///< no package is made of them, so two levels of one platform may stand side by side
};

/// The kernels, each once, in an order that does not depend on how they were asked for. Combinations that do not exist
/// are left out of globs and refused where both names were written. A GPU's kernel comes once per CPU platform that it
/// accompanies, with that platform's folder in its target. Without a name, what the user has defined is meant, or the
/// default set where nothing was. The keys point into `known`.
Result<std::vector<KernelKey>> select_kernels(const KernelPatterns &patterns, const KnownActivations &known);

/// The sentence for a name that is not known.
std::string unknown_activation(std::string_view given, const KnownActivations &known);

/// Of a target's list, "x86-64,cuda": each target once, with levels that another one contains left out of globs.
Result<std::vector<Choice<Target>>> choose_targets(const std::vector<std::string> &items);

}  // namespace actinide::cli
