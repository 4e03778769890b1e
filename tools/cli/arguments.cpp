#include "tools/cli/arguments.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>

#include "tools/cli/help.h"
#include "tools/cli/name_list.h"
#include "tools/cli/nearest.h"

namespace actinide::cli {
namespace {

/// A verb's parser: the options that all verbs have, and the texts of its help page.
class VerbParser {
public:
    explicit VerbParser(std::string verb) : verb_(std::move(verb)) {
        app_.set_help_flag();
        app_.allow_extras();
    }

    void flag(const std::string &names, bool &value, const std::string &meaning) {
        app_.add_flag(names, value, meaning);
        options_.push_back({spaced(names), meaning});
    }

    void text(const std::string &names, std::string &value, const std::string &value_name, const std::string &meaning) {
        // A second value for the same option is nearly always a mistake in a script, so the parser refuses it.
        app_.add_option(names, value, meaning)->type_size(1);
        options_.push_back({spaced(names) + " " + value_name, meaning});
    }

    void texts(const std::string &names, std::vector<std::string> &values, const std::string &value_name,
               const std::string &meaning) {
        app_.add_option(names, values, meaning)
            ->type_size(1)
            ->expected(1)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
            ->allow_extra_args(false);  // the next word is an activation
        options_.push_back({spaced(names) + " " + value_name, meaning});
    }

    void positional(const std::string &name, std::vector<std::string> &values) { app_.add_option(name, values); }

    bool is_given(const std::string &option) const { return app_.count(option) > 0; }

    /// Nothing if the words fit the verb.
    std::optional<Outcome> parse(std::vector<std::string> words) {
        bool asks_for_help = false;
        bool no_color = false;  // terminal.cpp looks for it before anything is parsed
        flag("--no-color", no_color, "plain text on a terminal");
        flag("-h,--help", asks_for_help, "this page");
        std::reverse(words.begin(), words.end());
        try {
            app_.parse(words);
        } catch (const CLI::ParseError &error) {
            return usage_error(explain(error));
        }
        if (asks_for_help) return succeed(verb_help(verb_, options_));
        const std::vector<std::string> unknown = app_.remaining();
        if (!unknown.empty()) return unexpected(unknown.front());
        return std::nullopt;
    }

    Outcome usage_error(const std::string &message) const {
        return fail(exit_usage, fmt::format("{}; actinide help {} shows the usage", message, verb_));
    }

private:
    static std::string spaced(const std::string &names) {
        const size_t comma = names.find(',');
        return comma == std::string::npos ? names : names.substr(0, comma) + ", " + names.substr(comma + 1);
    }

    /// The parser's sentences begin with the option's name; what follows is ours.
    static std::string explain(const CLI::ParseError &error) {
        std::string message = error.what();
        const std::string option = message.substr(0, message.find(':'));
        if (message.find("missing") != std::string::npos) return option + " needs a value";
        if (message.find("received") != std::string::npos) return option + " is given more than once";
        const size_t begin = message.find("--");
        const bool flag_with_value = message.starts_with("Could not convert") && begin != std::string::npos;
        if (flag_with_value) return message.substr(begin, message.find(' ', begin) - begin) + " takes no value";
        return message;
    }

    Outcome unexpected(const std::string &word) const {
        if (word.empty() || word.front() != '-') {
            return usage_error(fmt::format("{} takes no further argument, but got '{}'", verb_, word));
        }
        std::vector<std::string> names;
        for (const CLI::Option *option : app_.get_options()) {
            for (const std::string &name : option->get_lnames()) names.push_back("--" + name);
        }
        return fail(exit_usage,
                    unknown_name("option", word.substr(0, word.find('=')), names, "actinide help " + verb_));
    }

    std::string verb_;
    CLI::App app_;
    std::vector<OptionHelp> options_;
};

constexpr const char *cache_meaning = "folder of compiled kernels (default: $ACTINIDE_CACHE or ~/.cache/actinide)";
constexpr const char *json_meaning = "machine-readable on standard output";
constexpr const char *contradiction = "--json and --markdown contradict each other; leave one out";

void take_definitions(VerbParser &parser, DefinitionArguments &definitions) {
    parser.texts("--define", definitions.texts, "TEXT", "an activation of your own: 'f(x, a=1) = x * sigmoid(a * x)'");
    parser.texts("--define-file", definitions.files, "FILE", "a file of such definitions");
    parser.texts("--plugin", definitions.plugins, "FILE", "a shared library that defines activations in C++");
    parser.text("--conventions", definitions.conventions, "NAME",
                "whose constants, defaults and slopes at kinks (default: torch; 'list conventions' shows all)");
}

bool are_given(const DefinitionArguments &definitions) {
    return !definitions.texts.empty() || !definitions.files.empty() || !definitions.plugins.empty();
}

Request parse_list(const std::vector<std::string> &words) {
    const std::vector<std::string> kinds = {"activations",    "gradients", "targets",     "passes", "dtypes",
                                            "autoschedulers", "emits",     "conventions", "cpus"};
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

/// The number after an option; nothing if the text is none or not above zero.
template <class Number>
std::optional<Number> parse_number(const std::string &text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !(number > 0)) return std::nullopt;
    return number;
}

std::optional<Outcome> take_jobs(const VerbParser &parser, const std::string &text, int &jobs) {
    if (!parser.is_given("--jobs")) return std::nullopt;
    const std::optional<int> number = parse_number<int>(text);
    if (!number || *number > 4096) {
        return parser.usage_error(fmt::format("-j '{}' is not a number of jobs; give 1 to 4096", text));
    }
    jobs = *number;
    return std::nullopt;
}

/// "--max-ulp 1"; a kernel cannot be asked to be exact, and beyond some thousand nothing is left.
std::optional<Outcome> parse_max_ulp(const VerbParser &parser, const std::string &text, double &max_ulp) {
    if (!parser.is_given("--max-ulp")) return std::nullopt;
    const std::optional<double> number = parse_number<double>(text);
    if (!number || *number < 1 || *number > 4096) {
        return parser.usage_error(fmt::format("--max-ulp '{}' is no bound; give a number from 1 to 4096", text));
    }
    max_ulp = *number;
    return std::nullopt;
}

/// What concerns a build that another program steers.
std::optional<Outcome> check_steering(const VerbParser &parser, const BuildArguments &arguments) {
    for (const auto &[option, file] :
         {std::pair("--depfile", &arguments.depfile), std::pair("--stamp", &arguments.stamp)}) {
        if (!parser.is_given(option)) continue;
        if (file->empty()) return parser.usage_error(fmt::format("{} needs the name of a file", option));
        for (const char *other : {"--print", "--dry-run"}) {
            if (parser.is_given(other)) {
                return parser.usage_error(fmt::format("{} builds nothing; leave {} out", other, option));
            }
        }
    }
    if (!parser.is_given("--print")) return std::nullopt;
    if (arguments.print != "outputs") {
        return fail(exit_usage, unknown_name("kind of --print", arguments.print, {"outputs"}, "actinide help build"));
    }
    for (const char *other : {"--dry-run", "--emit"}) {
        if (parser.is_given(other)) {
            return parser.usage_error(fmt::format("--print outputs tells nothing of {}; leave one out", other));
        }
    }
    return std::nullopt;
}

Request parse_build(const std::vector<std::string> &words) {
    BuildArguments arguments;
    std::string jobs;
    std::string max_ulp;
    std::string optimize = "speed";
    VerbParser parser("build");
    parser.positional("kernels", arguments.kernels);
    take_definitions(parser, arguments.definitions);
    parser.texts("--passes", arguments.passes, "LIST", "forward, backward, backward_from_output (default: all)");
    parser.texts("--dtypes", arguments.dtypes, "LIST", "element types (default: f32)");
    parser.texts("--targets", arguments.targets, "LIST", "CPUs and GPUs (default: x86-64,aarch64-neon,cuda)");
    parser.text("--autoscheduler", arguments.autoscheduler, "NAME",
                "let one of Halide's autoschedulers arrange the loops");
    parser.texts("--autoscheduler-params", arguments.autoscheduler_parameters, "LIST", "its parameters: key=value,...");
    parser.text("--name", arguments.name, "NAME",
                "of the package, library and CMake target (default: actinide_kernels)");
    parser.text("--prefix", arguments.prefix, "PREFIX", "of symbols, types and macros (default: actn)");
    parser.texts("--emit", arguments.emit, "LIST", "stages to write beside: stmt,schedule,bitcode,llvm,asm,ptx,object");
    parser.text("--max-ulp", max_ulp, "ULP",
                "how far float32 results may be off; of the forms that keep to it the cheapest is taken");
    parser.text("--optimize", optimize, "GOAL",
                "speed, or size: one level, no unrolling, the bytes of each kernel reported (default: speed)");
    parser.text("--out", arguments.out, "DIR", "folder that holds packages (default: out)");
    parser.text("--depfile", arguments.depfile, "FILE", "what decides the files, as a rule for make and ninja");
    parser.text("--stamp", arguments.stamp, "FILE", "an empty file whose time tells that all is up to date");
    parser.text("--print", arguments.print, "outputs", "only print the paths of the files that would be written");
    parser.text("-j,--jobs", jobs, "N", "kernels compiled at once (default: one per core)");
    parser.flag("--dry-run", arguments.dry_run, "only print the kernels that would be built");
    parser.text("--cache", arguments.cache_folder, "DIR", cache_meaning);
    parser.flag("--no-cache", arguments.no_cache, "compile everything anew and keep nothing");
    parser.flag("-q,--quiet", arguments.quiet, "no progress and no summary on standard error");
    parser.flag("--json", arguments.json, json_meaning);
    if (const auto outcome = parser.parse(words)) return *outcome;
    if (const auto outcome = parse_max_ulp(parser, max_ulp, arguments.max_ulp)) return *outcome;
    if (optimize != "speed" && optimize != "size") {
        return parser.usage_error(fmt::format("--optimize '{}' is no goal; give speed or size", optimize));
    }
    arguments.optimize_size = optimize == "size";
    if (const auto outcome = take_jobs(parser, jobs, arguments.jobs)) return *outcome;
    if (const auto outcome = check_steering(parser, arguments)) return *outcome;
    return arguments;
}

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
    parser.text("--max-ulp", max_ulp, "ULP", "explain the kernels that 'build --max-ulp' makes");
    parser.text("--cache", arguments.cache_folder, "DIR", cache_meaning);
    parser.flag("--json", arguments.json, json_meaning);
    if (const auto outcome = parser.parse(words)) return *outcome;
    if (const auto outcome = parse_max_ulp(parser, max_ulp, arguments.max_ulp)) return *outcome;
    if (arguments.kernels.empty() && !are_given(arguments.definitions)) {
        return parser.usage_error("explain needs a kernel, as in 'actinide explain elu/forward/f32@x86-64-avx512'");
    }
    return arguments;
}

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

/// "500M" in bytes; K, M, G and T are powers of 1024.
std::optional<size_t> parse_size(const std::string &text) {
    double amount = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    if (error != std::errc() || !std::isfinite(amount) || amount < 0) return std::nullopt;
    std::string unit(end, text.data() + text.size());
    if (unit == "B") unit.clear();
    if (unit.size() == 2 && unit[1] == 'B') unit.pop_back();
    if (unit.size() == 3 && unit.substr(1) == "iB") unit.resize(1);
    constexpr std::string_view units = "KMGT";
    if (!unit.empty()) {
        const size_t power =
            unit.size() == 1 ? units.find(static_cast<char>(std::toupper(unit[0]))) : std::string::npos;
        if (power == std::string::npos) return std::nullopt;
        amount *= std::pow(1024.0, static_cast<double>(power + 1));
    }
    constexpr double largest = 9e18;
    if (amount > largest || (unit.empty() && amount != std::floor(amount))) return std::nullopt;
    return static_cast<size_t>(amount);
}

/// "16,1024,4M" in elements, each once and in the order given.
std::optional<Outcome> take_sizes(const VerbParser &parser, const std::vector<std::string> &lists,
                                  std::vector<size_t> &sizes) {
    for (const std::string &list : lists) {
        for (const std::string &text : split_list(list).value_or(std::vector<std::string>{""})) {
            const std::optional<size_t> size = parse_size(text);
            constexpr size_t largest = size_t{1} << 40U;
            if (!size || *size < 1 || *size > largest) {
                return parser.usage_error(
                    fmt::format("--sizes '{}' is no number of elements; give one or more, as in 16,1024,4M", text));
            }
            if (std::find(sizes.begin(), sizes.end(), *size) == sizes.end()) sizes.push_back(*size);
        }
    }
    return std::nullopt;
}

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
              "--seconds", "--repeats", "--growth", "--max-ulp", "--out", "--jobs", "--cache", "--peers"}) {
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
    if (const auto outcome = take_jobs(parser, jobs, arguments.jobs)) return *outcome;
    if (const auto outcome = take_sizes(parser, sizes, arguments.sizes)) return *outcome;
    if (const auto outcome = take_effort(parser, seconds, repeats, arguments)) return *outcome;
    if (const auto outcome = check_comparison(parser, percent, arguments)) return *outcome;
    if (const auto outcome = check_peers(parser, timeout, arguments)) return *outcome;
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
