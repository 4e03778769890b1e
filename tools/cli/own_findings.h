// What only compiled kernels can tell of a user's own activation.
#pragma once

#include "tools/cli/choices.h"
#include "tools/cli/definition_report.h"

namespace actinide::cli {

struct OwnFindings {
    GradientCheck gradients;
    DefinitionSamples samples;
};

/// Compiles the kernels for this machine and runs a sample of inputs.
OwnFindings find_out(const Activation &activation);

/// What a sample found takes the place of what was recorded.
void add_samples(const DefinitionSamples &samples, const Activation &activation, ActivationFacts &facts);
/// Lives no longer than the samples.
EvidenceOf evidence_of(const DefinitionSamples &samples);

}  // namespace actinide::cli
