#include "tools/cli/parse_verbs.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/cli/verb_parser.h"

namespace actinide::cli {
namespace {

/// "2/8": the second of eight.
std::optional<Outcome> take_shard(const VerbParser &parser, const std::string &text, VerifyArguments &arguments) {
    if (parser.is_given("--shard") != parser.is_given("--out")) {
        return parser.usage_error("--shard i/n and --out FILE belong together; give both");
    }
    if (!parser.is_given("--shard")) return std::nullopt;
    const size_t slash = std::min(text.find('/'), text.size());
    const std::optional<size_t> index = parse_number<size_t>(text.substr(0, slash));
    const std::optional<size_t> count = parse_number<size_t>(text.substr(std::min(slash + 1, text.size())));
    if (!index || !count || *index > *count) {
        return parser.usage_error(
            fmt::format("--shard '{}' is no share; give i/n with i from 1 to n, as 2/8 for the second of eight", text));
    }
    if (arguments.out.empty()) return parser.usage_error("--out needs the name of a file");
    for (const char *option : {"--json", "--record"}) {
        if (parser.is_given(option)) {
            return parser.usage_error(fmt::format("{} is for the whole run; give it to 'verify --merge'", option));
        }
    }
    arguments.shard = *index;
    arguments.shards = *count;
    return std::nullopt;
}

std::optional<Outcome> check_merge(const VerbParser &parser, const VerifyArguments &arguments) {
    if (!arguments.merges) return std::nullopt;
    for (const char *option : {"--define", "--define-file", "--plugin", "--conventions", "--passes", "--dtypes",
                               "--targets", "--exhaustive", "--samples", "--parameters", "--max-ulp", "--digests",
                               "--functions", "--same-bits", "--shard", "--out", "--jobs", "--cache"}) {
        if (parser.is_given(option)) {
            return parser.usage_error(fmt::format("--merge only adds up what the files hold; leave {} out", option));
        }
    }
    if (arguments.kernels.empty()) {
        return parser.usage_error("--merge needs the files of all shards, or the folder that holds them");
    }
    return std::nullopt;
}

std::optional<Outcome> check_same_bits(const VerbParser &parser, const VerifyArguments &arguments) {
    if (!arguments.same_bits) return std::nullopt;
    for (const char *option : {"--parameters", "--digests", "--record", "--shard"}) {
        if (parser.is_given(option)) {
            return parser.usage_error(
                fmt::format("--same-bits and {} are different questions; ask them one after the other", option));
        }
    }
    return std::nullopt;
}

std::optional<Outcome> take_digests(const VerbParser &parser, const std::string &minutes, VerifyArguments &arguments) {
    for (const char *option : {"--minutes", "--rotation"}) {
        if (parser.is_given(option) && !arguments.digests) {
            return parser.usage_error(fmt::format("{} is for --digests; add it", option));
        }
        if (parser.is_given(option) && parser.is_given("--shard")) {
            return parser.usage_error(fmt::format("a shard is always done whole; leave {} out", option));
        }
    }
    if (parser.is_given("--minutes")) {
        const std::optional<size_t> number = parse_number<size_t>(minutes);
        if (!number) {
            return parser.usage_error(fmt::format("--minutes '{}' is no number of minutes; give 1 or more", minutes));
        }
        arguments.minutes = static_cast<double>(*number);
    }
    if (!arguments.digests) return std::nullopt;
    for (const char *option : {"--samples", "--parameters", "--record"}) {
        if (parser.is_given(option)) {
            return parser.usage_error(
                fmt::format("--digests are of all inputs at default parameters, and prove nothing "
                            "by themselves; leave {} out",
                            option));
        }
    }
    arguments.exhaustive = true;
    return std::nullopt;
}

}  // namespace

Request parse_verify(const std::vector<std::string> &words) {
    VerifyArguments arguments;
    std::string jobs;
    std::string samples;
    std::string parameters;
    std::string max_ulp;
    std::string shard;
    std::string minutes;
    VerbParser parser("verify");
    parser.positional("kernels", arguments.kernels);
    take_definitions(parser, arguments.definitions);
    parser.flag("--functions", arguments.functions, "the elementary functions that formulas call, each alone");
    parser.texts("--passes", arguments.passes, "LIST", "forward, backward, backward_from_output (default: all)");
    parser.texts("--dtypes", arguments.dtypes, "LIST", "element types (default: f32)");
    parser.texts("--targets", arguments.targets, "LIST", "CPUs that this machine can run (default: x86-64)");
    parser.flag("--exhaustive", arguments.exhaustive, "every input there is (f16 and bf16 always; f64 never)");
    parser.text("--samples", samples, "N", "random inputs instead (default: 1000000)");
    parser.text("--parameters", parameters, "random:N", "N random sets of parameters instead of the defaults");
    parser.text("--max-ulp", max_ulp, "ULP", "verify the kernels that 'build --max-ulp' makes");
    parser.flag("--digests", arguments.digests,
                "a digest of all outputs, against the recorded one (default: all, in f32, f16, bf16)");
    parser.text("--minutes", minutes, "N", "let --digests begin no further kernel after N minutes");
    parser.text("--rotation", arguments.rotation, "TEXT", "let --digests begin with another kernel for another TEXT");
    parser.flag("--same-bits", arguments.same_bits,
                "compare the bits of every level, alignment and cut into calls with each other");
    parser.text("--record", arguments.record, "DIR", "write what was found as evidence into this folder");
    parser.text("--shard", shard, "i/n", "only the i-th of n shares, whose results --out keeps");
    parser.text("--out", arguments.out, "FILE", "of one shard's results, for --merge");
    parser.flag("--merge", arguments.merges, "add up the shards in these files or folders, as if one machine ran them");
    parser.text("-j,--jobs", jobs, "N", "threads (default: one per core)");
    parser.text("--cache", arguments.cache_folder, "DIR", cache_meaning);
    parser.flag("-q,--quiet", arguments.quiet, "no progress on standard error");
    parser.flag("--json", arguments.json, json_meaning);
    if (const auto outcome = parser.parse(words)) return *outcome;
    if (const auto outcome = parse_max_ulp(parser, max_ulp, arguments.max_ulp)) return *outcome;
    if (const auto outcome = take_jobs(parser, jobs, arguments.jobs)) return *outcome;
    if (arguments.functions && parser.is_given("--passes")) {
        return parser.usage_error("--functions are verified forward, as nothing else is theirs; leave --passes out");
    }
    if (const auto outcome = check_merge(parser, arguments)) return *outcome;
    if (const auto outcome = check_same_bits(parser, arguments)) return *outcome;
    if (const auto outcome = take_shard(parser, shard, arguments)) return *outcome;
    if (const auto outcome = take_digests(parser, minutes, arguments)) return *outcome;
    if (parser.is_given("--samples")) {
        const std::optional<size_t> number = parse_number<size_t>(samples);
        if (!number || arguments.exhaustive) {
            return parser.usage_error(
                arguments.exhaustive ? "--samples and --exhaustive contradict each other; leave one out"
                                     : fmt::format("--samples '{}' is no number of inputs; give 1 or more", samples));
        }
        arguments.samples = *number;
    }
    if (parser.is_given("--parameters")) {
        if (parser.is_given("--record")) {
            return parser.usage_error("evidence is of default parameters; leave --record or --parameters out");
        }
        const std::string start = "random:";
        const std::optional<int> sets =
            parameters.starts_with(start) ? parse_number<int>(parameters.substr(start.size())) : std::nullopt;
        if (!sets)
            return parser.usage_error(fmt::format("--parameters '{}' is not random:N; write random:20", parameters));
        if (arguments.exhaustive) {
            return parser.usage_error("--parameters random:N is for samples; leave --exhaustive out");
        }
        arguments.random_parameters = *sets;
    }
    return arguments;
}

}  // namespace actinide::cli
