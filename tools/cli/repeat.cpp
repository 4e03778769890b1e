#include "tools/cli/repeat.h"

#include <algorithm>

#include "generators/catalogue/conventions.h"
#include "tools/cli/selection.h"
#include "tools/package/package.h"

namespace actinide::cli {
namespace {

/// The distinct names of one axis, in order of appearance.
template <class Name>
std::vector<std::string> names_of(const std::vector<KernelKey> &kernels, Name name) {
    std::vector<std::string> names;
    for (const KernelKey &key : kernels) {
        if (std::find(names.begin(), names.end(), name(key)) == names.end()) names.push_back(name(key));
    }
    return names;
}

/// The four axes of kernels that are a product of them.
struct AxisNames {
    std::vector<std::string> activations, passes, dtypes, targets;

    explicit AxisNames(const std::vector<KernelKey> &kernels)
        : activations(names_of(kernels, [](const KernelKey &key) { return key.activation->name; })),
          passes(names_of(kernels, [](const KernelKey &key) { return to_string(key.pass); })),
          dtypes(names_of(kernels, [](const KernelKey &key) { return to_string(key.dtype); })),
          targets(names_of(kernels, [](const KernelKey &key) { return key.target.name; })) {}

    size_t combinations() const { return activations.size() * passes.size() * dtypes.size() * targets.size(); }
};

std::vector<std::string> kernel_names(const std::vector<KernelKey> &kernels) {
    return names_of(kernels, [](const KernelKey &key) { return to_string(key); });
}

std::vector<std::string> definitions_of(const std::vector<KernelKey> &kernels) {
    std::vector<std::string> definitions =
        names_of(kernels, [](const KernelKey &key) { return key.activation->definition; });
    std::erase(definitions, "");
    return definitions;
}

std::vector<std::string> plugins_of(const std::vector<KernelKey> &kernels) {
    std::vector<std::string> plugins = names_of(kernels, [](const KernelKey &key) { return key.activation->plugin; });
    std::erase(plugins, "");
    return plugins;
}

std::string join(const std::vector<std::string> &names) {
    return fmt::format("{}", fmt::join(names, ","));
}

/// Whether the options "names --passes … " select these kernels; `all` passes leaves out those that do not exist.
bool selects(const std::vector<std::string> &arguments, const std::vector<KernelKey> &kernels,
             const KnownActivations &known) {
    KernelPatterns patterns;
    for (size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--passes") {
            patterns.passes = {arguments[++i]};
        } else if (arguments[i] == "--dtypes") {
            patterns.dtypes = {arguments[++i]};
        } else if (arguments[i] == "--targets") {
            patterns.targets = {arguments[++i]};
        } else {
            patterns.kernels.push_back(arguments[i]);
        }
    }
    const auto again = select_kernels(patterns, known);
    return again.index() == 0 && kernel_names(std::get<0>(again)) == kernel_names(kernels);
}

std::vector<std::string> as_options(const AxisNames &axes, const std::string &passes) {
    std::vector<std::string> arguments = axes.activations;
    for (const std::string &word : {std::string("--passes"), passes, std::string("--dtypes"), join(axes.dtypes),
                                    std::string("--targets"), join(axes.targets)}) {
        arguments.push_back(word);
    }
    return arguments;
}

}  // namespace

std::vector<std::string> selecting_arguments(const std::vector<KernelKey> &kernels, const KnownActivations &known) {
    const AxisNames axes(kernels);
    for (const std::string &passes : {join(axes.passes), std::string("all")}) {
        const std::vector<std::string> arguments = as_options(axes, passes);
        if (selects(arguments, kernels, known)) return arguments;
    }
    std::vector<std::string> forms;
    for (const std::string &name : axes.activations) {
        std::vector<KernelKey> own;
        std::copy_if(kernels.begin(), kernels.end(), std::back_inserter(own),
                     [&](const KernelKey &key) { return key.activation->name == name; });
        const AxisNames parts(own);
        const std::vector<std::string> names = kernel_names(own);
        if (parts.combinations() == names.size()) {
            forms.push_back(
                fmt::format("{}/{}/{}@{}", name, join(parts.passes), join(parts.dtypes), join(parts.targets)));
        } else {
            forms.insert(forms.end(), names.begin(), names.end());
        }
    }
    return forms;
}

std::string repeating_command(const BuildArguments &arguments, const std::vector<KernelKey> &kernels,
                              const KnownActivations &known) {
    std::vector<std::string> words = {"actinide", "build"};
    const auto add = [&](const std::string &option, const std::string &value) {
        words.push_back(option);
        words.push_back(value);
    };
    for (const std::string &argument : selecting_arguments(kernels, known)) words.push_back(argument);
    for (const std::string &definition : definitions_of(kernels)) add("--define", definition);
    for (const std::string &plugin : plugins_of(kernels)) add("--plugin", plugin);
    if (!arguments.levels.empty()) add("--levels", join(arguments.levels));
    if (known.profile() != Profile::torch) add("--conventions", to_string(known.profile()));
    if (!arguments.autoscheduler.empty()) add("--autoscheduler", arguments.autoscheduler);
    if (!arguments.autoscheduler_parameters.empty()) {
        add("--autoscheduler-params", join(arguments.autoscheduler_parameters));
    }
    if (!arguments.tuned.files.empty()) add("--tuned", join(arguments.tuned.files));
    if (!arguments.tuned.cpu.empty()) add("--tuned-cpu", arguments.tuned.cpu);
    add("--name", arguments.name);
    add("--prefix", arguments.prefix);
    if (arguments.max_ulp > 0) add("--max-ulp", fmt::format("{}", arguments.max_ulp));
    if (arguments.optimize_size) add("--optimize", "size");
    if (!arguments.emit.empty()) add("--emit", join(arguments.emit));
    std::string command;
    for (const std::string &word : words) command += (command.empty() ? "" : " ") + shell_word(word);
    return command;
}

}  // namespace actinide::cli
