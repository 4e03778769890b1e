#include "tools/cli/levels.h"

namespace actinide::cli {
namespace {

/// "avx2" of "x86-64-avx2" in the archive "x86-64"; the whole name where it does not begin so.
std::string short_name(const std::string &name, const std::string &archive) {
    return name.starts_with(archive + "-") ? name.substr(archive.size() + 1) : name;
}

/// The levels of all the kernels' archives, lowest first.
std::vector<Candidate<std::string>> levels_of(const std::vector<KernelKey> &kernels) {
    std::vector<Candidate<std::string>> levels;
    for (const KernelKey &key : kernels) {
        for (const std::string &name : key.target.levels) {
            const bool is_known =
                std::any_of(levels.begin(), levels.end(), [&](const auto &level) { return level.value == name; });
            if (is_known) continue;
            const Target level = *find_target(name).target;
            const std::string archive = host_of(level.folder).name;
            Candidate<std::string> candidate{name, {short_name(name, archive), name}};
            for (const std::string &alias : level.aliases) {
                candidate.names.push_back(short_name(alias, archive));
                candidate.names.push_back(alias);
            }
            levels.push_back(std::move(candidate));
        }
    }
    return levels;
}

}  // namespace

std::optional<Outcome> keep_levels(const std::vector<std::string> &lists, std::vector<KernelKey> &kernels) {
    if (lists.empty()) return std::nullopt;
    const std::vector<Candidate<std::string>> candidates = levels_of(kernels);
    if (candidates.empty()) {
        return fail(exit_unsupported, fmt::format("--levels chooses among the levels of an archive such as x86-64, and "
                                                  "'{}' has none; leave --levels out",
                                                  kernels.front().target.name));
    }
    auto items = join_lists(lists, "--levels");
    if (const Outcome *failure = std::get_if<Outcome>(&items)) return *failure;
    const auto chosen = choose(std::get<0>(items), candidates, "level", "actinide list targets");
    if (const Outcome *failure = std::get_if<Outcome>(&chosen)) return *failure;
    for (KernelKey &key : kernels) {
        std::erase_if(key.target.levels, [&](const std::string &level) {
            const auto &kept = std::get<0>(chosen);
            return std::none_of(kept.begin(), kept.end(), [&](const auto &choice) { return choice.value == level; });
        });
    }
    return std::nullopt;
}

void keep_one_level(std::vector<KernelKey> &kernels) {
    for (KernelKey &key : kernels) {
        std::vector<std::string> &levels = key.target.levels;
        if (levels.empty()) continue;
        const auto with_fma = std::find_if(levels.begin(), levels.end(),
                                           [](const std::string &level) { return find_target(level).target->has_fma; });
        levels = {with_fma == levels.end() ? levels.front() : *with_fma};
    }
}

}  // namespace actinide::cli
