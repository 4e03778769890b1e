#include "tools/cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/cli/nearest.h"
#include "tools/cli/parse_verbs.h"
#include "tools/cli/verb_parser.h"

namespace actinide::cli {
namespace {

Request parse_explain(const std::vector<std::string> &words) {
    ExplainArguments arguments;
    std::string max_ulp;
    VerbParser parser("explain");
    parser.positional("kernels", arguments.kernels);
    take_definitions(parser, arguments.definitions);
    parser.texts("--passes", arguments.passes, "LIST", "forward, backward, backward_from_output (default: forward)");
    parser.texts("--dtypes", arguments.dtypes, "LIST", "element types (default: f32)");
    parser.texts("--targets", arguments.targets, "LIST", "CPUs (default: the best level of this machine)");
    parser.texts("--cpu", arguments.cpus, "LIST",
                 "whose model is asked ('list cpus' shows all; default: the target's)");
    take_tuned(parser, arguments.tuned);
    parser.text("--max-ulp", max_ulp, "ULP", "explain the kernels that 'build --max-ulp' makes");
    parser.text("--cache", arguments.cache_folder, "DIR", cache_meaning);
    parser.flag("--json", arguments.json, json_meaning);
    if (const auto outcome = parser.parse(words)) return *outcome;
    if (const auto outcome = parse_max_ulp(parser, max_ulp, arguments.max_ulp)) return *outcome;
    if (const auto outcome = split_tuned(parser, arguments.tuned)) return *outcome;
    if (arguments.kernels.empty() && !are_given(arguments.definitions)) {
        return parser.usage_error("explain needs a kernel, as in 'actinide explain elu/forward/f32@x86-64-avx512'");
    }
    return arguments;
}

Request parse_doctor(const std::vector<std::string> &words) {
    DoctorArguments arguments;
    VerbParser parser("doctor");
    parser.text("--cache", arguments.cache_folder, "DIR", cache_meaning);
    parser.flag("--json", arguments.json, json_meaning);
    if (const auto outcome = parser.parse(words)) return *outcome;
    return arguments;
}

Request parse_cache(const std::vector<std::string> &words) {
    const std::vector<std::string> actions = {"info", "clear", "prune"};
    CacheArguments arguments;
    std::vector<std::string> action;
    std::string max_size;
    VerbParser parser("cache");
    parser.positional("action", action);
    parser.text("--max-size", max_size, "SIZE", "prune: bytes to keep at most, as 500M or 2G");
    parser.text("--cache", arguments.cache_folder, "DIR", cache_meaning);
    parser.flag("--json", arguments.json, json_meaning);
    if (const auto outcome = parser.parse(words)) return *outcome;
    if (action.size() > 1)
        return parser.usage_error(fmt::format("cache takes one action, but got '{}' too", action[1]));
    const std::string name = action.empty() ? "info" : action.front();
    const auto found = std::find(actions.begin(), actions.end(), name);
    if (found == actions.end()) return fail(exit_usage, unknown_name("action", name, actions, "actinide help cache"));
    arguments.action = static_cast<CacheArguments::Action>(found - actions.begin());
    const bool prunes = arguments.action == CacheArguments::Action::prune;
    if (!prunes && !max_size.empty()) return parser.usage_error("--max-size belongs to 'cache prune'");
    if (prunes) {
        const std::optional<size_t> bytes = parse_size(max_size);
        if (!bytes) {
            return parser.usage_error(fmt::format(
                "--max-size '{}' is not a size; give one as in 'actinide cache prune --max-size 500M'", max_size));
        }
        arguments.max_bytes = *bytes;
    }
    return arguments;
}

Request parse_version(const std::vector<std::string> &words) {
    VersionArguments arguments;
    VerbParser parser("version");
    parser.flag("--json", arguments.json, json_meaning);
    if (const auto outcome = parser.parse(words)) return *outcome;
    return arguments;
}

Request parse_verb(const std::string &verb, const std::vector<std::string> &words) {
    if (verb == "list") return parse_list(words);
    if (verb == "show") return parse_show(words);
    if (verb == "build") return parse_build(words);
    if (verb == "explain") return parse_explain(words);
    if (verb == "verify") return parse_verify(words);
    if (verb == "bench") return parse_bench(words);
    if (verb == "tune") return parse_tune(words);
    if (verb == "doctor") return parse_doctor(words);
    if (verb == "cache") return parse_cache(words);
    if (verb == "version") return parse_version(words);
    return fail(exit_usage, unknown_name("verb", verb, verb_names(), "actinide --help"));
}

}  // namespace

Request parse_arguments(const std::vector<std::string> &words) {
    std::vector<std::string> rest = words;
    while (!rest.empty() && rest.front() == "--no-color") rest.erase(rest.begin());
    if (rest.empty()) return fail(exit_usage, "no verb was given; actinide --help shows them");
    const std::string verb = rest.front();
    rest.erase(rest.begin());
    if (verb == "--version" || verb == "-V") return parse_version(rest);
    const bool asks_for_help = verb == "help" || verb == "--help" || verb == "-h";
    if (asks_for_help && rest.empty()) return succeed(command_help());
    if (asks_for_help) return parse_verb(rest.front(), {"--help"});
    if (verb.starts_with('-')) {
        return fail(exit_usage, unknown_name("option", verb, {"--help", "--version", "--no-color"}, "actinide --help"));
    }
    return parse_verb(verb, rest);
}

}  // namespace actinide::cli
