#include "tools/cli/parse_verbs.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/cli/nearest.h"
#include "tools/cli/verb_parser.h"

namespace actinide::cli {
namespace {

constexpr const char *contradiction = "--json and --markdown contradict each other; leave one out";

}  // namespace

Request parse_list(const std::vector<std::string> &words) {
    const std::vector<std::string> kinds = {"activations",    "gradients", "targets",     "passes", "dtypes",
                                            "autoschedulers", "emits",     "conventions", "cpus",   "tuned"};
    ListArguments arguments;
    std::vector<std::string> what;
    VerbParser parser("list");
    parser.positional("what", what);
    take_definitions(parser, arguments.definitions);
    parser.flag("--markdown", arguments.markdown, "an index of the activations as markdown");
    parser.text("--out", arguments.out, "DIR", "with --markdown: the whole reference, with pictures, into this folder");
    parser.flag("--json", arguments.json, json_meaning);
    if (const auto outcome = parser.parse(words)) return *outcome;
    if (arguments.json && arguments.markdown) return parser.usage_error(contradiction);
    if (parser.is_given("--out") && (!arguments.markdown || arguments.out.empty())) {
        return parser.usage_error("--out names the folder of 'list --markdown --out DIR'; give all of it");
    }
    if (arguments.markdown && !what.empty() && what.front() != "activations") {
        return parser.usage_error(fmt::format("--markdown is for activations, but got '{}'", what.front()));
    }
    if (what.size() > 1) return parser.usage_error(fmt::format("list takes one kind, but got '{}' too", what[1]));
    if (what.empty()) return arguments;
    arguments.what = what.front();
    if (std::find(kinds.begin(), kinds.end(), arguments.what) == kinds.end()) {
        return fail(exit_usage, unknown_name("kind", arguments.what, kinds, "actinide help list"));
    }
    return arguments;
}

Request parse_show(const std::vector<std::string> &words) {
    ShowArguments arguments;
    std::vector<std::string> names;
    VerbParser parser("show");
    parser.positional("activation", names);
    take_definitions(parser, arguments.definitions);
    parser.flag("--markdown", arguments.markdown, "as a section of markdown; takes several activations");
    parser.flag("--json", arguments.json, json_meaning);
    if (const auto outcome = parser.parse(words)) return *outcome;
    if (arguments.json && arguments.markdown) return parser.usage_error(contradiction);
    if (names.empty() && are_given(arguments.definitions)) return arguments;
    if (names.empty()) return parser.usage_error("show needs the name of an activation, as in 'actinide show elu'");
    if (names.size() > 1 && !arguments.markdown) {
        return parser.usage_error(
            fmt::format("show takes one activation unless --markdown is given, but got '{}' too", names[1]));
    }
    arguments.activations = std::move(names);
    return arguments;
}

}  // namespace actinide::cli
