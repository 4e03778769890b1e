#include <fmt/format.h>

#include <cmath>

#include "tools/cli/parse_verbs.h"
#include "tools/cli/verb_parser.h"

namespace actinide::cli {
namespace {

std::optional<Outcome> take_seconds(const VerbParser &parser, const std::string &option, const std::string &text,
                                    double &seconds) {
    if (!parser.is_given(option)) return std::nullopt;
    const std::optional<double> number = parse_number<double>(text);
    if (!number || !std::isfinite(*number)) {
        return parser.usage_error(fmt::format("{} '{}' is no time; give seconds above 0", option, text));
    }
    seconds = *number;
    return std::nullopt;
}

/// Files are only put together, so that nothing that says how to tune fits.
std::optional<Outcome> check_tune_merge(const VerbParser &parser, const TuneArguments &arguments) {
    if (!arguments.merges) return std::nullopt;
    for (const char *option : {"--define", "--define-file", "--plugin", "--conventions", "--passes", "--dtypes",
                               "--targets", "--effort", "--budget", "--sizes", "--model", "--runner",
                               "--runner-timeout", "--runner-cpu", "--max-ulp", "--jobs", "--cache"}) {
        if (parser.is_given(option)) {
            return parser.usage_error(fmt::format("--merge only puts files together; leave {} out", option));
        }
    }
    if (arguments.kernels.empty()) return parser.usage_error("--merge needs the files whose records are put together");
    return std::nullopt;
}

std::optional<Outcome> check_runner(const VerbParser &parser, const TuneArguments &arguments) {
    if (!parser.is_given("--runner")) {
        for (const char *option : {"--runner-timeout", "--runner-cpu"}) {
            if (parser.is_given(option)) {
                return parser.usage_error(fmt::format("{} is of --runner; give that too or leave it out", option));
            }
        }
        return std::nullopt;
    }
    if (parser.is_given("--model")) {
        return parser.usage_error("--model measures nothing, so it needs no --runner; leave one of them out");
    }
    if (arguments.runner.find(runner_placeholder) == std::string::npos) {
        return parser.usage_error(
            fmt::format("--runner '{}' does not say where the program's file belongs; give it "
                        "{} there, as in 'qemu-aarch64 {}'",
                        arguments.runner, runner_placeholder, runner_placeholder));
    }
    return std::nullopt;
}

}  // namespace

Request parse_tune(const std::vector<std::string> &words) {
    TuneArguments arguments;
    std::vector<std::string> sizes;
    std::string budget;
    std::string runner_timeout;
    std::string max_ulp;
    std::string jobs;
    VerbParser parser("tune");
    parser.positional("kernels", arguments.kernels);
    take_definitions(parser, arguments.definitions);
    parser.texts("--passes", arguments.passes, "LIST", "forward, backward, backward_from_output (default: all)");
    parser.texts("--dtypes", arguments.dtypes, "LIST", "element types (default: f32)");
    parser.texts("--targets", arguments.targets, "LIST", "CPUs (default: host, or those that the model is of)");
    parser.text("--effort", arguments.effort, "HOW", "quick, normal or exhaustive (default: normal)");
    parser.text("--budget", budget, "N", "seconds after which no further search begins (default: no limit)");
    parser.texts("--sizes", sizes, "LIST", "elements to tune for (default: 100,1024,16384 and one beyond the caches)");
    parser.text("--model", arguments.model, "CPU",
                "ask LLVM's model of that CPU instead of measuring ('list cpus' shows all)");
    parser.text("--runner", arguments.runner, "COMMAND",
                "time on another machine: a shell command that runs the program {} there");
    parser.text("--runner-timeout", runner_timeout, "N", "seconds that one run may take (default: 120)");
    parser.text("--runner-cpu", arguments.runner_cpu, "NAME", "the records' name of that CPU (default: its own)");
    parser.text("--max-ulp", max_ulp, "ULP", "tune the kernels that 'build --max-ulp' makes");
    parser.flag("--merge", arguments.merges, "put the records of files together; later files count more");
    parser.text("--out", arguments.out, "FILE", "records go here, to those that it has (default: tuned.json)");
    parser.text("-j,--jobs", jobs, "N", "schedules compiled at once (default: one per core)");
    parser.text("--cache", arguments.cache_folder, "DIR", cache_meaning);
    parser.flag("-q,--quiet", arguments.quiet, "no progress and no notes on standard error");
    parser.flag("--json", arguments.json, "the records themselves on standard output");
    if (const auto outcome = parser.parse(words)) return *outcome;
    if (arguments.effort != "quick" && arguments.effort != "normal" && arguments.effort != "exhaustive") {
        return parser.usage_error(
            fmt::format("--effort '{}' is none; give quick, normal or exhaustive", arguments.effort));
    }
    if (arguments.out.empty()) return parser.usage_error("--out needs the name of a file");
    if (parser.is_given("--sizes") && parser.is_given("--model")) {
        return parser.usage_error("--model measures nothing; leave --sizes out");
    }
    if (const auto outcome = take_seconds(parser, "--budget", budget, arguments.budget)) return *outcome;
    if (const auto outcome = take_seconds(parser, "--runner-timeout", runner_timeout, arguments.runner_timeout)) {
        return *outcome;
    }
    if (const auto outcome = check_runner(parser, arguments)) return *outcome;
    if (const auto outcome = parse_max_ulp(parser, max_ulp, arguments.max_ulp)) return *outcome;
    if (const auto outcome = take_jobs(parser, jobs, arguments.jobs)) return *outcome;
    if (const auto outcome = take_sizes(parser, sizes, arguments.sizes)) return *outcome;
    if (const auto outcome = check_tune_merge(parser, arguments)) return *outcome;
    return arguments;
}

}  // namespace actinide::cli
