// What a user may choose for an activation: the backward pass, passes on request, fused forms. Derived from its
// definition.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "generators/catalogue/evidence.h"
#include "generators/catalogue/information_loss.h"
#include "tools/cli/facts.h"
#include "tools/cli/json.h"

namespace actinide::cli {

/// One way to the gradient in one type: what it needs of the forward pass and how exact it is.
struct BackwardChoice {
    Pass pass;
    DType dtype;
    std::vector<std::string> needs;       ///< {"x"}, {"gate", "value"}, {"y"}
    double bytes_kept = 0;                ///< per element; an eighth where it is a bit
    std::string error;                    ///< of the pass itself: "0.892 ULP"
    std::optional<InformationLoss> loss;  ///< what the rounding of a saved y has lost besides
    std::string loss_text;                ///< the same in words; empty without loss
};

struct Choices {
    std::vector<BackwardChoice> backward;
    std::vector<PassFacts> further;  ///< those that have to be asked for
    std::vector<std::string> fused;  ///< "gelu_bias"
    std::string dead;                ///< which outputs forward_counted counts (dead_text)
};

/// What is known about the errors of one kernel.
using EvidenceOf = std::function<std::optional<Evidence>(Pass, DType)>;
EvidenceOf recorded_evidence(const Activation &activation);

std::vector<BackwardChoice> find_backward_choices(const Activation &activation, const EvidenceOf &evidence_of);
Choices find_choices(const Activation &activation, const EvidenceOf &evidence_of);

/// Rows of a table for people.
std::vector<std::vector<std::string>> backward_choice_rows(const Choices &choices);
std::vector<std::vector<std::string>> further_rows(const Choices &choices);

JsonList print_backward(const std::vector<BackwardChoice> &choices);

/// The fields "further_passes", "fused_forms", "dead_when" and "backward".
JsonObject print_choices(const Choices &choices);

}  // namespace actinide::cli
