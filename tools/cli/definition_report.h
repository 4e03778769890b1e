// What was found out about the user's own activations, as sentences and rows.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/facts.h"
#include "tools/cli/outcome.h"
#include "tools/verify/definition_check.h"

namespace actinide::cli {

/// "forward", "2: exp(x), tanh(exp(x))"; what could be spared stands below.
std::vector<std::vector<std::string>> call_rows(const ActivationFacts &facts);

/// "telu/backward/f32 gives nan instead of 1 at x = 93.5".
std::string weak_spot_text(const SampledKernel &kernel, const WeakSpot &spot);

/// What the user may want to change: where kernels are far off, and the safer forms that there are.
std::vector<std::string> advice(const Activation &activation, const ActivationFacts &facts,
                                const DefinitionSamples &samples);

/// Several lines about one activation, for people: gradients, kinks, calls, errors.
std::string definition_report(const Activation &activation, const DefinitionSamples &samples,
                              const GradientCheck &check);

/// "dy/dx and dy/dbeta agree with central differences at 162 points".
std::string gradient_check_text(const Activation &activation, const GradientCheck &check);

/// Nothing where the gradients are right; otherwise a bug of ours, with the point.
std::optional<Outcome> refuse_wrong_gradients(const Activation &activation, const GradientCheck &check);

}  // namespace actinide::cli
