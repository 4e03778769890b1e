#include "tools/cli/timeable_kernels.h"

#include <fmt/format.h>

#include <algorithm>

namespace actinide::cli {

std::optional<Outcome> refuse_other_machines(const std::vector<KernelKey> &keys, const std::string &verb) {
    const TargetLookup host = find_target("host");
    for (const KernelKey &key : keys) {
        const bool is_here = host.target && key.target.architecture == host.target->architecture &&
                             key.target.platform == host.target->platform;
        if (is_here) continue;
        const bool is_gpu = key.target.architecture == Architecture::cuda;
        return fail(
            exit_unsupported,
            fmt::format("{} cannot run on this machine's CPU, and {} measures no other; {}", actinide::to_string(key),
                        verb, is_gpu ? "time it in a program of your own with CUDA's events" : "run it there"));
    }
    return std::nullopt;
}

std::string leave_special_arrays_out(std::vector<KernelKey> &keys, const std::string &verb) {
    std::vector<std::string> names;
    for (const KernelKey &key : keys) {
        if (has_special_arrays(key.pass)) names.push_back(actinide::to_string(key));
    }
    if (names.empty()) return "";
    std::erase_if(keys, [](const KernelKey &key) { return has_special_arrays(key.pass); });
    return fmt::format("{} fills no arrays of pairs, bits or tables, so it leaves out {}", verb,
                       fmt::join(names, ", "));
}

namespace {

/// By level, each kernel once, where `is_wanted` says so of a level and of the target that was given.
template <typename IsWanted>
std::vector<KernelKey> split_where(const std::vector<KernelKey> &keys, const IsWanted &is_wanted) {
    std::vector<KernelKey> split;
    for (const KernelKey &key : keys) {
        for (const std::string &level : level_names(key.target)) {
            KernelKey of_level = key;
            if (level != key.target.name) of_level.target = *find_target(level).target;
            const bool is_known = std::any_of(split.begin(), split.end(), [&](const KernelKey &other) {
                return actinide::to_string(other) == actinide::to_string(of_level);
            });
            if (!is_known && is_wanted(of_level.target, key.target)) split.push_back(of_level);
        }
    }
    return split;
}

}  // namespace

std::vector<KernelKey> split_levels(const std::vector<KernelKey> &keys) {
    return split_where(keys, [](const Target &, const Target &) { return true; });
}

std::vector<KernelKey> split_fast_levels(const std::vector<KernelKey> &keys) {
    return split_where(
        keys, [](const Target &level, const Target &given) { return given.levels.empty() || !level.models.empty(); });
}

}  // namespace actinide::cli
