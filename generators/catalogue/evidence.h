// What runs found out about the catalogue's kernels and the elementary functions: evidence/<activation>.json, written
// by `actinide verify --record` and built into the program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "generators/catalogue/signature.h"

namespace actinide {

struct Evidence {
    double max_ulp = 0;
    std::string worst_input;  ///< its bits in hexadecimal
    std::string inputs;       ///< "all 4294967296 inputs"
    bool is_exhaustive = false;
    uint64_t input_count = 0;
    uint64_t not_correctly_rounded = 0;
    std::string digest;          ///< of all outputs; the evidence is about these bits and no others
    std::string sampled_digest;  ///< of the first 256th of each stretch: milliseconds, not seconds
};

/// What a record is about: "forward/f32", and where the functions of the formula are computed in other forms than
/// usual, which ones: "forward/f32 with tanh within 2.83 ULP". Another `function_ulp` (what each function's error may
/// be) that leads to the same forms is the same kernel.
std::string evidence_key(const Activation &activation, Pass pass, DType dtype, double function_ulp);

/// Nothing if no run was recorded.
std::optional<Evidence> find_evidence(const Activation &activation, Pass pass, DType dtype, double function_ulp);

/// The error bound as headers and manifests say it: "at most 0.882 ULP, proven over all 4294967296 inputs at default
/// parameters"; "not yet measured" without evidence.
std::string accuracy_text(const Activation &activation, Pass pass, const std::optional<Evidence> &evidence);

/// The same for a table: "0.882 ULP", "none", "0.5 ULP sampled"; "not measured" without evidence.
std::string brief_accuracy_text(const Activation &activation, const std::optional<Evidence> &evidence);

}  // namespace actinide
