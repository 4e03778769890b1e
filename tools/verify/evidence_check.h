// Whether recorded evidence is about the very bits that a package's kernels give.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generators/catalogue/evidence.h"
#include "tools/compiler/compiler.h"

namespace actinide {

/// Whether the sampled digest of a kernel that this machine can run is the evidence's; without a digest, as float64's
/// evidence has none, nothing can differ.
bool is_about(const Evidence &evidence, const CompiledKernel &kernel);

/// What is known of each of a package's kernels, in their order.
struct EvidenceCheck {
    std::vector<std::optional<Evidence>> evidence;
    std::vector<std::string> other_bits;  ///< kernels whose evidence is about other bits, each once: "elu/forward/f32"
};

/// Runs the kernels of this machine, and compiles with `options` those that the package has for other CPUs and GPUs
/// only: all targets of a formula do the same operations in the same order, which the compiler has made sure of.
EvidenceCheck check_evidence(const std::vector<CompiledKernel> &kernels, const CompileOptions &options);

}  // namespace actinide
