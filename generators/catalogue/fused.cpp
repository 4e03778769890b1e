#include "generators/catalogue/fused.h"

#include <algorithm>
#include <cassert>
#include <map>

namespace actinide {

namespace {

bool has_bias(Fusion fusion) {
    return fusion != Fusion::residual;
}
bool has_residual(Fusion fusion) {
    return fusion != Fusion::bias;
}

bool is_taken(const Activation &activation, const std::string &name) {
    const auto &parameters = activation.parameters;
    return std::any_of(parameters.begin(), parameters.end(), [&](const Parameter &each) { return each.name == name; });
}

/// "bias", or "gate_bias" where several inputs have one, or "x_bias" where the activation has a bias of its own.
std::string bias_name(const Activation &activation, const Input &input) {
    const bool is_alone = activation.inputs.size() == 1 && !is_taken(activation, "bias");
    return is_alone ? "bias" : input.name + "_bias";
}

void substitute_in(std::optional<Formula> &formula, const std::map<std::string, Formula> &sums) {
    if (formula) formula = substitute(*formula, sums);
}

/// Every formula of the activation, of the sums.
Activation of_sums(Activation activation, const std::map<std::string, Formula> &sums) {
    activation.forward = substitute(activation.forward, sums);
    substitute_in(activation.computed_as, sums);
    substitute_in(activation.derivative_computed_as, sums);
    if (activation.dead_when) activation.dead_when = substitute(*activation.dead_when, sums);
    for (Input &input : activation.inputs) substitute_in(input.derivative_computed_as, sums);
    for (Parameter &parameter : activation.parameters) substitute_in(parameter.derivative_computed_as, sums);
    return activation;
}

std::string what_is_added(Fusion fusion) {
    switch (fusion) {
        case Fusion::bias:
            return "a bias per channel";
        case Fusion::residual:
            return "a residual connection";
        case Fusion::bias_residual:
            return "a bias per channel and a residual connection";
    }
    return "";
}

}  // namespace

const std::vector<Fusion> &all_fusions() {
    static const std::vector<Fusion> all = {Fusion::bias, Fusion::residual, Fusion::bias_residual};
    return all;
}

std::string to_string(Fusion fusion) {
    switch (fusion) {
        case Fusion::bias:
            return "bias";
        case Fusion::residual:
            return "residual";
        case Fusion::bias_residual:
            return "bias_residual";
    }
    return "";
}

std::optional<Fusion> fusion_from_name(std::string_view name) {
    for (const Fusion fusion : all_fusions()) {
        if (to_string(fusion) == name) return fusion;
    }
    return std::nullopt;
}

std::string why_not_fused(const Activation &activation, Fusion fusion) {
    if (!activation.fused_with.empty()) return activation.name + " is a fused form already";
    if (has_residual(fusion) && activation.inputs.size() > 1) return "a residual connection needs one input";
    const bool is_given = std::any_of(activation.inputs.begin(), activation.inputs.end(),
                                      [](const Input &input) { return !input.has_gradient; });
    return is_given ? "one of its inputs is given by the caller and has no gradient" : "";
}

Activation fused(const Activation &activation, Fusion fusion) {
    assert(why_not_fused(activation, fusion).empty());
    std::map<std::string, Formula> sums;
    std::vector<Parameter> biases;
    for (const Input &input : activation.inputs) {
        Formula sum = variable(input.name);
        if (has_bias(fusion)) {
            const std::string name = bias_name(activation, input);
            sum = rounded(sum + variable(name));
            biases.push_back({.name = name,
                              .default_value = 0,
                              .meaning = "added to " + input.name + " before all",
                              .learned = true,
                              .derivative_computed_as = computed_derivative(activation, input)});
        }
        if (has_residual(fusion)) sum = rounded(sum + variable("residual"));
        sums.emplace(input.name, sum);
    }
    Activation result = activation;
    result.parameters.insert(result.parameters.end(), biases.begin(), biases.end());
    result = of_sums(std::move(result), sums);
    result.name += "_" + to_string(fusion);
    result.aliases.clear();
    result.summary = "After " + what_is_added(fusion) + ": " + activation.summary;
    result.fused_with = to_string(fusion);
    result.in_default_set = false;
    if (has_bias(fusion)) result.from_output = {.why_not = "the gradient of a learned parameter needs x"};
    if (has_residual(fusion)) {
        result.inputs.push_back({.name = "residual",
                                 .meaning = "added to x before the activation; the gradient in x is its gradient too",
                                 .held_at = 0,
                                 .has_gradient = false});
    }
    return result;
}

std::optional<FusedName> split_fused_name(std::string_view name) {
    std::optional<FusedName> found;
    for (const Fusion fusion : all_fusions()) {
        const std::string ending = "_" + to_string(fusion);
        // gelu_bias_residual ends like a residual's form as well, of an activation that would be a fused form.
        if (name.size() > ending.size() && name.ends_with(ending)) {
            found = FusedName{name.substr(0, name.size() - ending.size()), fusion};
        }
    }
    return found;
}

}  // namespace actinide
