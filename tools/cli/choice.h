// Names and globs of one kind, resolved.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tools/cli/name_list.h"
#include "tools/cli/nearest.h"
#include "tools/cli/outcome.h"

namespace actinide::cli {

/// What was asked for, or why that cannot be.
template <class Value>
using Result = std::variant<Value, Outcome>;

/// One value of an axis. `named`: its name was written out, so that leaving it out silently would be wrong.
template <class Value>
struct Choice {
    Value value;
    std::string name;
    bool named = false;
};

/// A value with every name that selects it, the proper one first.
template <class Value>
struct Candidate {
    Value value;
    std::vector<std::string> names;
    std::string ending = {};  ///< only patterns that end in this find it, whatever else they match
};

/// Adds a value, or refuses one that was written out twice.
template <class Value>
std::string add_choice(std::vector<Choice<Value>> &choices, Choice<Value> choice, std::string_view kind,
                       std::string_view as_given) {
    for (Choice<Value> &chosen : choices) {
        if (chosen.name != choice.name) continue;
        if (chosen.named && choice.named) return fmt::format("{} '{}' is given twice; leave one out", kind, as_given);
        chosen.named = chosen.named || choice.named;
        return "";
    }
    choices.push_back(std::move(choice));
    return "";
}

/// Adds what matches a glob. Returns a sentence if nothing does.
template <class Value>
std::string add_matches(std::vector<Choice<Value>> &choices, const std::vector<Candidate<Value>> &candidates,
                        const std::string &pattern, std::string_view kind, std::string_view how_to_list) {
    bool found = false;
    for (const Candidate<Value> &candidate : candidates) {
        if (!pattern.ends_with(candidate.ending)) continue;
        for (const std::string &name : candidate.names) {
            if (!matches(pattern, name)) continue;
            add_choice(choices, {candidate.value, candidate.names.front(), false}, kind, name);
            found = true;
        }
    }
    return found ? "" : fmt::format("no {} matches '{}'; {} shows all", kind, pattern, how_to_list);
}

/// Resolves names and globs against the candidates.
template <class Value>
Result<std::vector<Choice<Value>>> choose(const std::vector<std::string> &items,
                                          const std::vector<Candidate<Value>> &candidates, std::string_view kind,
                                          std::string_view how_to_list) {
    std::vector<Choice<Value>> choices;
    std::vector<std::string> all_names;
    for (const Candidate<Value> &candidate : candidates) {
        all_names.insert(all_names.end(), candidate.names.begin(), candidate.names.end());
    }
    for (const std::string &item : items) {
        std::string problem;
        if (is_pattern(item)) {
            problem = add_matches(choices, candidates, item, kind, how_to_list);
        } else {
            problem = unknown_name(kind, item, all_names, how_to_list);
            for (const Candidate<Value> &candidate : candidates) {
                if (std::find(candidate.names.begin(), candidate.names.end(), item) == candidate.names.end()) continue;
                problem = add_choice(choices, {candidate.value, candidate.names.front(), true}, kind, item);
                break;
            }
        }
        if (!problem.empty()) return fail(exit_usage, problem);
    }
    return choices;
}

/// The items of all lists together, each list as "a,b"; nothing was given if there is no list.
inline Result<std::vector<std::string>> join_lists(const std::vector<std::string> &lists, std::string_view option) {
    std::vector<std::string> items;
    for (const std::string &list : lists) {
        const auto split = split_list(list);
        if (!split) {
            return fail(exit_usage,
                        fmt::format("{} '{}' has an empty name; separate names by single commas", option, list));
        }
        items.insert(items.end(), split->begin(), split->end());
    }
    return items;
}

}  // namespace actinide::cli
