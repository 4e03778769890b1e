#include "generators/catalogue/conventions.h"

#include <fmt/format.h>

#include <algorithm>

#include "generators/formula/print.h"

namespace actinide {

namespace {

bool contains(const std::vector<std::string> &names, const std::string &name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

using Changes = std::vector<std::string>;

void apply_default_values(const Convention &convention, Activation &activation, Changes &changes) {
    for (Parameter &parameter : activation.parameters) {
        const auto found = convention.default_values.find(parameter.name);
        if (found == convention.default_values.end()) continue;
        changes.push_back(fmt::format("{} = {} instead of {}", parameter.name, found->second, parameter.default_value));
        parameter.default_value = found->second;
    }
}

/// What was asked of a parameter goes with it.
void remove_parameters(const Convention &convention, Activation &activation, Changes &changes) {
    if (convention.without.empty()) return;
    for (const std::string &name : convention.without) changes.push_back("no parameter " + name);
    std::erase_if(activation.parameters,
                  [&](const Parameter &parameter) { return contains(convention.without, parameter.name); });
    if (!activation.valid_when) return;
    std::optional<Formula> kept;
    for (const Formula &part : conjuncts(*activation.valid_when)) {
        const bool is_about_removed = std::any_of(convention.without.begin(), convention.without.end(),
                                                  [&](const std::string &name) { return mentions(part, name); });
        if (!is_about_removed) kept = kept ? *kept && part : part;
    }
    activation.valid_when = kept;
}

void apply_formulas(const Convention &convention, Activation &activation, Changes &changes) {
    if (!convention.formulas) return;
    const Formulas &formulas = *convention.formulas;
    changes.push_back(fmt::format("y = {} instead of {}", print(formulas.forward), print(activation.forward)));
    if (!formulas.summary.empty()) activation.summary = formulas.summary;
    if (!formulas.source.empty()) activation.source = formulas.source;
    activation.forward = formulas.forward;
    activation.computed_as = formulas.computed_as;
    activation.derivative_computed_as = formulas.derivative_computed_as;
    activation.computed_beside_derivative = formulas.computed_beside_derivative;
    activation.from_output = formulas.from_output;
    activation.forward_ulp = formulas.forward_ulp;
    activation.gradient_ulp = formulas.gradient_ulp;
    activation.derivative_zero = formulas.derivative_zero;
    // The same slopes but for a kink, unless the formulas say otherwise.
    if (formulas.dead_when) activation.dead_when = formulas.dead_when;
}

void apply(const Convention &convention, Activation &activation) {
    Changes changes;
    activation.aliases.insert(activation.aliases.end(), convention.aliases.begin(), convention.aliases.end());
    apply_default_values(convention, activation, changes);
    remove_parameters(convention, activation, changes);
    apply_formulas(convention, activation, changes);
    if (changes.empty()) return;
    activation.differences.push_back({fmt::format("{}", fmt::join(changes, "; ")), convention.why});
}

}  // namespace

const std::vector<Profile> &all_profiles() {
    static const std::vector<Profile> all = {Profile::torch, Profile::tensorflow, Profile::jax, Profile::onnx,
                                             Profile::keras};
    return all;
}

std::string to_string(Profile profile) {
    switch (profile) {
        case Profile::torch:
            return "torch";
        case Profile::tensorflow:
            return "tensorflow";
        case Profile::jax:
            return "jax";
        case Profile::onnx:
            return "onnx";
        case Profile::keras:
            return "keras";
    }
    return "";
}

std::optional<Profile> profile_from_name(std::string_view name) {
    for (const Profile profile : all_profiles()) {
        if (to_string(profile) == name) return profile;
    }
    return std::nullopt;
}

std::string meaning_of(Profile profile) {
    switch (profile) {
        case Profile::torch:
            return "torch.nn.functional: what every definition has by itself";
        case Profile::tensorflow:
            return "tf.nn and tf.math";
        case Profile::jax:
            return "jax.nn";
        case Profile::onnx:
            return "the operators of ONNX; they have no gradients, so that kinks are torch's";
        case Profile::keras:
            return "keras.activations of Keras 3 on TensorFlow, and its layer PReLU";
    }
    return "";
}

Activation with_conventions(const Activation &definition, Profile profile) {
    Activation activation = definition;
    for (const Convention &convention : definition.conventions) {
        const auto &profiles = convention.profiles;
        if (std::find(profiles.begin(), profiles.end(), profile) == profiles.end()) continue;
        apply(convention, activation);
    }
    if (!activation.differences.empty()) activation.profile = profile;
    return activation;
}

}  // namespace actinide
