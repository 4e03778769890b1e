// Which targets a list means, and which of them can stand in one package.
#include <algorithm>

#include "tools/cli/selection.h"

namespace actinide::cli {
namespace {

constexpr std::string_view how_to_list = "actinide list targets";

bool contains(const Target &archive, const std::string &level) {
    return std::find(archive.levels.begin(), archive.levels.end(), level) != archive.levels.end();
}

std::vector<Candidate<Target>> candidates() {
    std::vector<Candidate<Target>> all;
    for (const Target &target : target_table()) {
        std::vector<std::string> names = {target.name};
        names.insert(names.end(), target.aliases.begin(), target.aliases.end());
        all.push_back({target, names});
    }
    return all;
}

}  // namespace

Result<std::vector<Choice<Target>>> choose_targets(const std::vector<std::string> &items) {
    std::vector<Choice<Target>> choices;
    for (const std::string &item : items) {
        std::string problem;
        if (is_pattern(item)) {
            problem = add_matches(choices, candidates(), item, "target", how_to_list);
        } else {
            const TargetLookup lookup = find_target(item);
            if (!lookup.target) return fail(lookup.unsupported ? exit_unsupported : exit_usage, lookup.error);
            problem = add_choice(choices, {*lookup.target, lookup.target->name, true}, "target", item);
        }
        if (!problem.empty()) return fail(exit_usage, problem);
    }
    // A glob that names an archive of levels means the archive, not its parts beside it.
    std::erase_if(choices, [&](const Choice<Target> &part) {
        return !part.named && std::any_of(choices.begin(), choices.end(), [&](const Choice<Target> &whole) {
            return contains(whole.value, part.name);
        });
    });
    return choices;
}

}  // namespace actinide::cli
