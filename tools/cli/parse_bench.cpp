#include "tools/cli/parse_verbs.h"

#include <fmt/format.h>

#include <cmath>

#include "tools/cli/verb_parser.h"

namespace actinide::cli {
namespace {

/// How long is measured.
std::optional<Outcome> take_effort(const VerbParser &parser, const std::string &seconds, const std::string &repeats,
                                   BenchArguments &arguments) {
    if (parser.is_given("--seconds") && parser.is_given("--repeats")) {
        return parser.usage_error("--seconds and --repeats contradict each other; leave one out");
    }
    if (parser.is_given("--seconds")) {
        const std::optional<double> number = parse_number<double>(seconds);
        if (!number || !std::isfinite(*number)) {
            return parser.usage_error(fmt::format("--seconds '{}' is no time; give a number above 0", seconds));
        }
        arguments.seconds = *number;
    }
    if (parser.is_given("--repeats")) {
        const std::optional<size_t> number = parse_number<size_t>(repeats);
        constexpr size_t most = 100'000;
        if (!number || *number > most) {
            return parser.usage_error(
                fmt::format("--repeats '{}' is no number of samples; give 1 to {}", repeats, most));
        }
        arguments.repeats = *number;
    }
    return std::nullopt;
}

/// Two files are compared without measuring, so that nothing that says how to measure fits.
std::optional<Outcome> check_comparison(const VerbParser &parser, const std::string &percent,
                                        BenchArguments &arguments) {
    for (const char *option : {"--with", "--fail-on-slower"}) {
        if (parser.is_given(option) && !parser.is_given("--compare")) {
            return parser.usage_error(fmt::format("{} is for --compare OLD.json; add it", option));
        }
    }
    if (parser.is_given("--with")) {
        for (const char *option :
             {"--define", "--define-file", "--plugin", "--conventions", "--passes", "--dtypes", "--targets", "--sizes",
              "--seconds", "--repeats", "--growth", "--tuned", "--max-ulp", "--out", "--jobs", "--cache", "--peers"}) {
            if (parser.is_given(option)) {
                return parser.usage_error(fmt::format("--with measures nothing; leave {} out", option));
            }
        }
        if (!arguments.kernels.empty()) {
            return parser.usage_error(
                fmt::format("--with measures nothing; leave '{}' out", arguments.kernels.front()));
        }
    }
    const std::vector<std::pair<const char *, const std::string &>> files = {
        {"--compare", arguments.compare}, {"--with", arguments.with}, {"--out", arguments.out}};
    for (const auto &[option, file] : files) {
        if (parser.is_given(option) && file.empty()) {
            return parser.usage_error(fmt::format("{} needs the name of a file", option));
        }
    }
    if (parser.is_given("--compare") && arguments.growth) {
        return parser.usage_error("--growth and --compare are different questions; ask them one after the other");
    }
    if (parser.is_given("--fail-on-slower")) {
        const std::optional<double> number = percent == "0" ? 0 : parse_number<double>(percent);
        if (!number || !std::isfinite(*number)) {
            return parser.usage_error(
                fmt::format("--fail-on-slower '{}' is no number of per cent; give 0 or more", percent));
        }
        arguments.fail_on_slower = *number;
    }
    return std::nullopt;
}

std::optional<Outcome> check_peers(const VerbParser &parser, const std::string &timeout, BenchArguments &arguments) {
    for (const char *option : {"--peers-python", "--install-peers", "--peers-timeout", "--onednn"}) {
        if (parser.is_given(option) && !parser.is_given("--peers")) {
            return parser.usage_error(fmt::format("{} is for --peers; add it, as in --peers torch", option));
        }
    }
    if (parser.is_given("--peers") && arguments.growth) {
        return parser.usage_error("--growth and --peers are different questions; ask them one after the other");
    }
    if (parser.is_given("--peers-python") && arguments.install_peers) {
        return parser.usage_error("--install-peers makes an interpreter of its own; leave --peers-python out");
    }
    if (parser.is_given("--peers-python") && arguments.peers_python.empty()) {
        return parser.usage_error("--peers-python needs the name of a program");
    }
    if (parser.is_given("--onednn") && arguments.onednn.empty()) {
        return parser.usage_error("--onednn needs the name of a library");
    }
    if (parser.is_given("--peers-timeout")) {
        const std::optional<double> number = parse_number<double>(timeout);
        constexpr double longest = 86'400;
        if (!number || !(*number <= longest)) {
            return parser.usage_error(
                fmt::format("--peers-timeout '{}' is no time; give seconds above 0, up to a day", timeout));
        }
        arguments.peers_timeout = *number;
    }
    return std::nullopt;
}

}  // namespace

Request parse_bench(const std::vector<std::string> &words) {
    BenchArguments arguments;
    std::vector<std::string> sizes;
    std::string seconds;
    std::string repeats;
    std::string max_ulp;
    std::string percent;
    std::string jobs;
    std::string timeout;
    VerbParser parser("bench");
    parser.positional("kernels", arguments.kernels);
    take_definitions(parser, arguments.definitions);
    parser.texts("--passes", arguments.passes, "LIST", "forward, backward, backward_from_output (default: all)");
    parser.texts("--dtypes", arguments.dtypes, "LIST", "element types (default: f32)");
    parser.texts("--targets", arguments.targets, "LIST", "CPUs that this machine can run (default: host)");
    parser.texts("--sizes", sizes, "LIST", "elements (default: 16,1024,16384,262144,4M,64M)");
    parser.text("--seconds", seconds, "N", "time for each kernel at each size (default: 0.25)");
    parser.text("--repeats", repeats, "N", "exactly N samples of each instead");
    parser.flag("--growth", arguments.growth,
                "the time of an element at every power of two up to the largest size, and where it jumps");
    take_tuned(parser, arguments.tuned);
    parser.text("--max-ulp", max_ulp, "ULP", "measure the kernels that 'build --max-ulp' makes");
    parser.texts("--peers", arguments.peers, "LIST", "other libraries in turn with ours: torch, onnxruntime, onednn");
    parser.text("--peers-python", arguments.peers_python, "PROGRAM",
                "Python that has them (default: what --install-peers made, else python3)");
    parser.flag("--install-peers", arguments.install_peers,
                "with --peers: install them for Python in a folder of the cache first");
    parser.text("--onednn", arguments.onednn, "LIBRARY", "shared library of oneDNN 3 (default: libdnnl.so.3)");
    parser.text("--peers-timeout", timeout, "N", "seconds to wait for an answer of a peer (default: 60)");
    parser.text("--compare", arguments.compare, "OLD.json", "say what is faster or slower than in that run");
    parser.text("--with", arguments.with, "NEW.json", "with --compare: the run of this file instead of measuring one");
    parser.text("--fail-on-slower", percent, "PERCENT",
                "with --compare: exit with 1 if a kernel is slower by more than that");
    parser.text("--out", arguments.out, "FILE", "keep the run: as CSV in FILE.csv, for --compare in any other");
    parser.text("-j,--jobs", jobs, "N", "kernels compiled at once (default: one per core)");
    parser.text("--cache", arguments.cache_folder, "DIR", cache_meaning);
    parser.flag("-q,--quiet", arguments.quiet, "no progress and no notes on standard error");
    parser.flag("--csv", arguments.csv, "a line for each kernel at each size, separated by commas");
    parser.flag("--json", arguments.json, json_meaning);
    if (const auto outcome = parser.parse(words)) return *outcome;
    if (arguments.json && arguments.csv) {
        return parser.usage_error("--json and --csv contradict each other; leave one out");
    }
    if (const auto outcome = parse_max_ulp(parser, max_ulp, arguments.max_ulp)) return *outcome;
    if (const auto outcome = split_tuned(parser, arguments.tuned)) return *outcome;
    if (const auto outcome = take_jobs(parser, jobs, arguments.jobs)) return *outcome;
    if (const auto outcome = take_sizes(parser, sizes, arguments.sizes)) return *outcome;
    if (const auto outcome = take_effort(parser, seconds, repeats, arguments)) return *outcome;
    if (const auto outcome = check_comparison(parser, percent, arguments)) return *outcome;
    if (const auto outcome = check_peers(parser, timeout, arguments)) return *outcome;
    return arguments;
}

}  // namespace actinide::cli
