#include "generators/catalogue/plugins.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <map>
#include <mutex>

#include "generators/catalogue/c_identifier.h"
#include "generators/catalogue/fused.h"
#include "generators/catalogue/plugin.h"
#include "generators/catalogue/signature.h"

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

PluginResult refused(const std::string &reason) {
    return {{}, reason};
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
        const bool may_be_condition = activation.dead_when && equal(formula, *activation.dead_when);
        if (is_condition(formula) && !may_be_condition)
            return "one of its formulas is a condition; write where(it, 1, 0)";
        const std::string reason = refusal(unknown_variables(formula, known), "formula");
        if (!reason.empty()) return reason;
    }
    for (const auto &condition : {activation.valid_when, activation.from_output.valid_when}) {
        if (!condition) continue;
        const std::string reason = refusal(unknown_variables(*condition, parameters), "range");
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

bool is_one_line(const std::string &text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

/// Only the program and the catalogue set these.
bool sets_foreign_fields(const Activation &activation) {
    return !activation.aliases.empty() || !activation.conventions.empty() || !activation.fused_with.empty() ||
           !activation.definition.empty() || !activation.plugin.empty() || !activation.differences.empty() ||
           activation.profile != Profile::torch;
}

/// Every argument of every function needs a name of its own.
std::string why_names_clash(const Activation &activation) {
    for (const auto &passes : {all_passes(), further_passes()}) {
        for (const Pass pass : passes) {
            const DType dtype = arrangement_of(pass) == Arrangement::table ? DType::s8 : DType::f32;
            if (!why_unsupported(activation, pass, dtype).empty()) continue;
            std::vector<std::string> names = {"workspace", "workspace_bytes", "stream"};
            for (const Argument &argument : signature(activation, pass, dtype).arguments) {
                if (std::find(names.begin(), names.end(), argument.name) != names.end()) {
                    return fmt::format("'{}' is the name of two arguments of its {}; take another", argument.name,
                                       to_string(pass));
                }
                names.push_back(argument.name);
            }
        }
    }
    return "";
}

std::string why_not_parameters(const Activation &activation) {
    for (const Parameter &parameter : activation.parameters) {
        std::string reason = why_not_named(parameter.name, "the parameter");
        if (!reason.empty()) return reason;
        if (!std::isfinite(parameter.default_value)) {
            return fmt::format("the default of '{}' is {}; give a finite one", parameter.name, parameter.default_value);
        }
        if (!is_one_line(parameter.meaning)) return fmt::format("the meaning of '{}' is no line", parameter.name);
    }
    return "";
}

std::string add_definitions(const std::string &path, std::vector<Activation> &activations) {
    const std::string file = std::filesystem::weakly_canonical(path).string();
    for (Activation &activation : activations) {
        if (!activation.from_output.derivative && activation.from_output.why_not.empty()) {
            activation.from_output.why_not = "its definition gives no gradient from the output";
        }
        const std::string reason = why_not_defined(activation);
        if (!reason.empty()) return fmt::format("defines '{}', but {}", activation.name, reason);
        activation.plugin = file;
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
    if (!is_one_line(activation.summary) || !is_one_line(activation.source)) return "its summary or source is no line";
    if (sets_foreign_fields(activation)) {
        return "it sets aliases, conventions or another field that only the catalogue's activations have; leave it out";
    }
    const auto varied = std::count_if(activation.inputs.begin(), activation.inputs.end(),
                                      [](const Input &input) { return !input.held_at; });
    if (varied != 1) return "not one but all or several of its inputs have no held_at; leave it out for the main input";
    for (const Input &input : activation.inputs) {
        reason = why_not_named(input.name, "the input");
        if (!reason.empty()) return reason;
    }
    reason = why_not_parameters(activation);
    if (!reason.empty()) return reason;
    reason = why_not_formulas(activation);
    return reason.empty() ? why_names_clash(activation) : reason;
}

PluginResult load_plugin(const std::string &path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return refused("is no file; give a shared library");
    const std::string file = std::filesystem::absolute(path).string();  // dlopen would search a bare name
    void *library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return refused(fmt::format("cannot be loaded: {}", dlerror()));
    const auto tell = reinterpret_cast<TellInterface>(dlsym(library, "actinide_plugin_interface"));
    const auto define = reinterpret_cast<Define>(dlsym(library, "actinide_define"));
    if (tell == nullptr || define == nullptr) {
        return refused("defines no activations; include generators/catalogue/plugin.h and define actinide_define");
    }
    PluginInterface found{};
    tell(&found);
    if (!is_this_interface(found)) {
        return refused("was compiled against other headers than this program's; compile it again");
    }
    PluginResult result;
    try {
        define(result.activations);
    } catch (const std::exception &error) {
        return refused(fmt::format("failed while it defined its activations: {}", error.what()));
    } catch (...) {
        return refused("failed while it defined its activations, with an exception that tells nothing");
    }
    if (result.activations.empty()) return refused("defines no activation; append one in actinide_define");
    const std::string reason = add_definitions(path, result.activations);
    return reason.empty() ? result : refused(reason);
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
