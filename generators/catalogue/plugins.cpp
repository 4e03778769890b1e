#include "generators/catalogue/plugins.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <map>
#include <mutex>

#include "generators/catalogue/c_identifier.h"
#include "generators/catalogue/fused.h"
#include "generators/catalogue/plugin.h"

namespace actinide {
namespace {

using Define = void (*)(std::vector<Activation> &);
using TellInterface = void (*)(PluginInterface *);

/// Those of all plugins; generators, which know activations by name, find them here.
struct Loaded {
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<const Activation>, std::less<>> by_name;
};
Loaded &loaded() {
    static Loaded all;
    return all;
}

bool is_this_interface(const PluginInterface &found) {
    const PluginInterface here = this_plugin_interface();
    return found.version == here.version && found.activation_bytes == here.activation_bytes &&
           found.input_bytes == here.input_bytes && found.parameter_bytes == here.parameter_bytes &&
           found.formula_bytes == here.formula_bytes;
}

PluginResult refused(const std::string &path, const std::string &reason) {
    return {{}, fmt::format("--plugin '{}' {}", path, reason)};
}

/// "y, z" of the formula's variables that are none of the known.
std::string unknown_variables(const Formula &formula, const std::vector<std::string> &known) {
    std::vector<std::string> unknown;
    for (const std::string &name : variables(formula)) {
        if (std::find(known.begin(), known.end(), name) == known.end()) unknown.push_back(name);
    }
    return fmt::format("{}", fmt::join(unknown, ", "));
}

std::string why_not_named(const std::string &name, const char *what) {
    const std::string reason = why_not_a_c_identifier(name);
    return reason.empty() ? "" : fmt::format("{} '{}' {}", what, name, reason);
}

/// All formulas that are written in the inputs and parameters.
std::vector<Formula> formulas_in_inputs(const Activation &activation) {
    std::vector<Formula> formulas = {activation.forward};
    const auto add = [&](const std::optional<Formula> &formula) {
        if (formula) formulas.push_back(*formula);
    };
    add(activation.computed_as);
    add(activation.derivative_computed_as);
    add(activation.computed_beside_derivative);
    add(activation.dead_when);
    for (const Input &input : activation.inputs) add(input.derivative_computed_as);
    for (const Parameter &parameter : activation.parameters) add(parameter.derivative_computed_as);
    return formulas;
}

std::string why_not_formulas(const Activation &activation) {
    std::vector<std::string> parameters;
    parameters.reserve(activation.parameters.size());
    for (const Parameter &parameter : activation.parameters) parameters.push_back(parameter.name);
    std::vector<std::string> known = parameters;
    for (const Input &input : activation.inputs) known.push_back(input.name);
    const auto refusal = [](const std::string &unknown, const char *where) {
        return unknown.empty() ? "" : fmt::format("its {} mentions {}, which it has not declared", where, unknown);
    };
    for (const Formula &formula : formulas_in_inputs(activation)) {
        const std::string reason = refusal(unknown_variables(formula, known), "formula");
        if (!reason.empty()) return reason;
    }
    if (activation.valid_when) {
        const std::string reason = refusal(unknown_variables(*activation.valid_when, parameters), "range");
        if (!reason.empty()) return reason;
    }
    std::vector<std::string> with_output = parameters;
    with_output.emplace_back("y");
    for (const auto &formula : {activation.from_output.derivative, activation.from_output.computed_as}) {
        if (!formula) continue;
        const std::string reason = refusal(unknown_variables(*formula, with_output), "gradient from the output");
        if (!reason.empty()) return reason;
    }
    return "";
}

std::string add_definitions(const std::string &path, std::vector<Activation> &activations) {
    const std::string file = std::filesystem::weakly_canonical(path).string();
    for (Activation &activation : activations) {
        const std::string reason = why_not_defined(activation);
        if (!reason.empty()) return fmt::format("defines '{}', but {}", activation.name, reason);
        activation.plugin = file;
        if (activation.from_output.derivative || !activation.from_output.why_not.empty()) continue;
        activation.from_output.why_not = "its definition gives no gradient from the output";
    }
    Loaded &all = loaded();
    const std::scoped_lock lock(all.mutex);
    for (const Activation &activation : activations) {
        const bool is_new = all.by_name.emplace(activation.name, std::make_shared<const Activation>(activation)).second;
        if (!is_new) return fmt::format("defines '{}', which is defined already; take another name", activation.name);
    }
    return "";
}

}  // namespace

std::string why_not_defined(const Activation &activation) {
    std::string reason = why_not_named(activation.name, "the name");
    if (!reason.empty()) return reason;
    if (activation.summary.empty() || activation.source.empty()) return "it has no summary or no source; give both";
    const auto varied = std::count_if(activation.inputs.begin(), activation.inputs.end(),
                                      [](const Input &input) { return !input.held_at; });
    if (varied != 1) return "not one but all or several of its inputs have no held_at; leave it out for the main input";
    for (const Input &input : activation.inputs) {
        reason = why_not_named(input.name, "the input");
        if (!reason.empty()) return reason;
    }
    for (const Parameter &parameter : activation.parameters) {
        reason = why_not_named(parameter.name, "the parameter");
        if (!reason.empty()) return reason;
    }
    return why_not_formulas(activation);
}

PluginResult load_plugin(const std::string &path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return refused(path, "is no file; give a shared library");
    const std::string file = std::filesystem::absolute(path).string();  // dlopen would search a bare name
    void *library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return refused(path, fmt::format("cannot be loaded: {}", dlerror()));
    const auto tell = reinterpret_cast<TellInterface>(dlsym(library, "actinide_plugin_interface"));
    const auto define = reinterpret_cast<Define>(dlsym(library, "actinide_define"));
    if (tell == nullptr || define == nullptr) {
        return refused(path,
                       "defines no activations; include generators/catalogue/plugin.h and define actinide_define");
    }
    PluginInterface found{};
    tell(&found);
    if (!is_this_interface(found)) {
        return refused(path, "was compiled against other headers than this program's; compile it again");
    }
    PluginResult result;
    try {
        define(result.activations);
    } catch (const std::exception &error) {
        return refused(path, fmt::format("failed while it defined its activations: {}", error.what()));
    }
    if (result.activations.empty()) return refused(path, "defines no activation; append one in actinide_define");
    const std::string reason = add_definitions(path, result.activations);
    return reason.empty() ? result : refused(path, reason);
}

std::shared_ptr<const Activation> find_plugin_activation(std::string_view name) {
    Loaded &all = loaded();
    const std::scoped_lock lock(all.mutex);
    if (const auto known = all.by_name.find(name); known != all.by_name.end()) return known->second;
    const std::optional<FusedName> parts = split_fused_name(name);
    if (!parts) return nullptr;
    const auto plain = all.by_name.find(parts->activation);
    if (plain == all.by_name.end() || !why_not_fused(*plain->second, parts->fusion).empty()) return nullptr;
    return std::make_shared<const Activation>(fused(*plain->second, parts->fusion));
}

}  // namespace actinide
