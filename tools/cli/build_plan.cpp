#include "tools/cli/build_plan.h"

#include <set>

#include "generators/catalogue/information_loss.h"
#include "tools/cli/cache_folder.h"
#include "tools/cli/definition_report.h"
#include "tools/cli/definitions.h"
#include "tools/cli/identifier.h"
#include "tools/cli/levels.h"
#include "tools/cli/repeat.h"
#include "tools/cli/selection.h"
#include "tools/cli/tuned.h"

namespace actinide::cli {
namespace {

using Problem = std::optional<Outcome>;

Problem check_names(const BuildArguments &arguments) {
    for (const auto &[option, value] : {std::pair("--name", arguments.name), std::pair("--prefix", arguments.prefix)}) {
        const std::string reason = why_not_an_identifier(option, value);
        if (!reason.empty()) return fail(exit_usage, reason);
    }
    if (arguments.out.empty()) return fail(exit_usage, "--out '' is no folder; give one, as in --out build");
    if (arguments.no_cache && !arguments.cache_folder.empty()) {
        return fail(exit_usage, "--cache and --no-cache contradict each other; leave one out");
    }
    return std::nullopt;
}

Problem read_emits(const BuildArguments &arguments, CompileOptions &options) {
    if (arguments.emit.empty()) return std::nullopt;
    std::vector<Candidate<Emit>> candidates;
    for (const Emit stage : all_emits()) candidates.push_back({stage, {to_string(stage)}});
    auto items = join_lists(arguments.emit, "--emit");
    if (const Outcome *failure = std::get_if<Outcome>(&items)) return *failure;
    auto stages = choose(std::get<0>(items), candidates, "emit kind", "actinide list emits");
    if (const Outcome *failure = std::get_if<Outcome>(&stages)) return *failure;
    for (const Choice<Emit> &choice : std::get<0>(stages)) options.emit.push_back(choice.value);
    return std::nullopt;
}

Problem read_autoscheduler_parameters(const BuildArguments &arguments, CompileOptions &options) {
    if (arguments.autoscheduler_parameters.empty()) return std::nullopt;
    if (arguments.autoscheduler.empty()) {
        return fail(exit_usage,
                    "--autoscheduler-params needs --autoscheduler NAME; actinide list autoschedulers shows all");
    }
    auto items = join_lists(arguments.autoscheduler_parameters, "--autoscheduler-params");
    if (const Outcome *failure = std::get_if<Outcome>(&items)) return *failure;
    for (const std::string &item : std::get<0>(items)) {
        const size_t equals = item.find('=');
        if (equals == 0 || equals == std::string::npos || equals + 1 == item.size()) {
            return fail(exit_usage,
                        fmt::format("--autoscheduler-params '{}' is not key=value; write it as parallelism=4", item));
        }
        if (!options.autoscheduler_parameters.emplace(item.substr(0, equals), item.substr(equals + 1)).second) {
            return fail(exit_usage,
                        fmt::format("--autoscheduler-params gives '{}' twice; leave one out", item.substr(0, equals)));
        }
    }
    return std::nullopt;
}

Problem read_autoscheduler(const BuildArguments &arguments, const std::vector<KernelKey> &kernels,
                           CompileOptions &options) {
    if (auto problem = read_autoscheduler_parameters(arguments, options)) return problem;
    if (arguments.autoscheduler.empty()) return std::nullopt;
    const std::vector<std::string> &names = autoscheduler_names();
    if (std::find(names.begin(), names.end(), arguments.autoscheduler) == names.end()) {
        return fail(exit_usage,
                    unknown_name("autoscheduler", arguments.autoscheduler, names, "actinide list autoschedulers"));
    }
    std::set<std::string> asked;
    for (const KernelKey &key : kernels) {
        if (!asked.insert(key.target.name).second) continue;
        const std::string reason = autoscheduler_error(arguments.autoscheduler, key.target);
        if (!reason.empty()) return fail(exit_unsupported, reason);
    }
    options.autoscheduler = arguments.autoscheduler;
    return std::nullopt;
}

Problem read_tuned(const BuildArguments &arguments, BuildPlan &plan) {
    auto tuned = choose_tuned(arguments.tuned, plan.kernels, arguments.max_ulp);
    if (const Outcome *failure = std::get_if<Outcome>(&tuned)) return *failure;
    auto &choices = std::get<TunedChoices>(tuned);
    plan.options.choices = std::move(choices.choices);
    plan.warnings.insert(plan.warnings.end(), choices.warnings.begin(), choices.warnings.end());
    return std::nullopt;
}

/// A cache that cannot be used stops a build only if the user named it.
Problem choose_cache(const BuildArguments &arguments, BuildPlan &plan) {
    if (arguments.no_cache || arguments.dry_run) return std::nullopt;
    const std::string folder = find_cache_folder(arguments.cache_folder);
    if (folder.empty()) return std::nullopt;
    const std::string reason = prepare_cache_folder(folder);
    if (reason.empty()) {
        plan.options.cache_folder = folder;
        return std::nullopt;
    }
    if (!arguments.cache_folder.empty()) return fail(exit_refused, reason);
    plan.warnings.push_back(reason + "; building without a cache");
    return std::nullopt;
}

void warn_of_generic_targets(BuildPlan &plan) {
    std::set<std::string> warnings;
    for (const KernelKey &key : plan.kernels) {
        const std::string &warning = key.target.generic_warning;
        if (!warning.empty() && warnings.insert(warning).second) plan.warnings.push_back(warning);
    }
}

/// In 16 bit the saved output is so coarse that many gradients are lost in ordinary training.
void warn_of_lossy_gradients(BuildPlan &plan) {
    std::set<std::string> warnings;
    for (const KernelKey &key : plan.kernels) {
        if (plain_pass(key.pass) != Pass::backward_from_output || bytes_per_element(key.dtype) != 2) continue;
        const std::string kernel =
            fmt::format("{}/{}/{}", key.activation->name, to_string(key.pass), to_string(key.dtype));
        if (!warnings.insert(kernel).second) continue;
        const std::string loss = loss_text(*key.activation, key.dtype);
        if (loss.empty()) continue;
        plan.warnings.push_back(fmt::format("{} is {}; take the gradient from x where that matters", kernel, loss));
    }
}

/// Before anything is compiled from them.
Problem check_own_gradients(BuildPlan &plan) {
    for (const KernelKey &key : plan.kernels) {
        if (!is_users_own(*key.activation) || plan.gradient_checks.contains(key.activation)) continue;
        const GradientCheck check = check_gradients(*key.activation);
        if (auto problem = refuse_wrong_gradients(*key.activation, check)) return problem;
        plan.gradient_checks.emplace(key.activation, check);
    }
    return std::nullopt;
}

}  // namespace

Result<BuildPlan> plan_build(const BuildArguments &arguments) {
    BuildPlan plan;
    if (auto problem = check_names(arguments)) return *problem;
    if (auto problem = read_emits(arguments, plan.options)) return *problem;
    if (auto problem = read_definitions(arguments.definitions, plan.activations)) return *problem;
    auto kernels =
        select_kernels({arguments.kernels, arguments.passes, arguments.dtypes, arguments.targets}, plan.activations);
    if (const Outcome *failure = std::get_if<Outcome>(&kernels)) return *failure;
    plan.kernels = std::get<0>(std::move(kernels));
    if (auto problem = keep_levels(arguments.levels, plan.kernels)) return *problem;
    if (arguments.optimize_size) keep_one_level(plan.kernels);
    if (auto problem = check_own_gradients(plan)) return *problem;
    if (auto problem = read_autoscheduler(arguments, plan.kernels, plan.options)) return *problem;
    if (auto problem = read_tuned(arguments, plan)) return *problem;
    if (auto problem = choose_cache(arguments, plan)) return *problem;
    warn_of_generic_targets(plan);
    warn_of_lossy_gradients(plan);
    plan.options.prefix = arguments.prefix;
    plan.options.jobs = arguments.jobs;
    plan.options.max_ulp = arguments.max_ulp;
    plan.options.optimize_size = arguments.optimize_size;
    plan.folder = arguments.out + (arguments.out.back() == '/' ? "" : "/") + arguments.name;
    plan.command = repeating_command(arguments, plan.kernels, plan.activations);
    return plan;
}

}  // namespace actinide::cli
