// An activation with what stands before it in a network: a bias per channel, a residual connection or both.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generators/catalogue/activation.h"

namespace actinide {

enum class Fusion { bias, residual, bias_residual };

const std::vector<Fusion> &all_fusions();
/// "bias": behind an activation's name and an underscore it names the fused form, gelu_bias.
std::string to_string(Fusion fusion);
std::optional<Fusion> fusion_from_name(std::string_view name);

/// Why there is no such form; empty if there is.
std::string why_not_fused(const Activation &activation, Fusion fusion);

/// The activation of x + bias, of x + residual or of (x + bias) + residual, each sum rounded as kernels compute (to
/// float32 where elements have 16 bits), so that its errors are the activation's own. `bias` is a learned parameter,
/// whose gradient comes in the backward pass; of a gated activation each array has its own. The gradient in x serves
/// the residual too. Precondition: why_not_fused is empty.
Activation fused(const Activation &activation, Fusion fusion);

/// "gelu_bias" as {"gelu", bias}; nothing where the name does not end like a fused form's.
struct FusedName {
    std::string_view activation;
    Fusion fusion;
};
std::optional<FusedName> split_fused_name(std::string_view name);

}  // namespace actinide
