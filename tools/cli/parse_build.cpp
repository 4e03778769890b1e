#include "tools/cli/parse_verbs.h"

#include <fmt/format.h>

#include "tools/cli/nearest.h"
#include "tools/cli/verb_parser.h"

namespace actinide::cli {
namespace {

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

}  // namespace

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
    parser.texts("--levels", arguments.levels, "LIST", "of x86-64 archives: sse41,avx2,avx512 (default: all)");
    parser.text("--autoscheduler", arguments.autoscheduler, "NAME",
                "let one of Halide's autoschedulers arrange the loops");
    parser.texts("--autoscheduler-params", arguments.autoscheduler_parameters, "LIST", "its parameters: key=value,...");
    take_tuned(parser, arguments.tuned);
    parser.text("--name", arguments.name, "NAME",
                "of the package, library and CMake target (default: actinide_kernels)");
    parser.text("--prefix", arguments.prefix, "PREFIX", "of symbols, types and macros (default: actn)");
    parser.texts("--emit", arguments.emit, "LIST", "stages to write beside: stmt,schedule,bitcode,llvm,asm,ptx,object");
    parser.text("--max-ulp", max_ulp, "ULP",
                "how far float32 results may be off; of the forms that keep to it the cheapest is taken");
    parser.text("--optimize", optimize, "GOAL",
                "speed, or size: one level (AVX2), no unrolling, the bytes of each kernel reported (default: speed)");
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
    if (const auto outcome = split_tuned(parser, arguments.tuned)) return *outcome;
    for (const char *option : {"--autoscheduler", "--optimize"}) {
        const bool arranges = option != std::string("--optimize") || arguments.optimize_size;
        if (parser.is_given("--tuned") && parser.is_given(option) && arranges) {
            return parser.usage_error(fmt::format("--tuned and {} both arrange the loops; leave one out", option));
        }
    }
    if (const auto outcome = take_jobs(parser, jobs, arguments.jobs)) return *outcome;
    if (const auto outcome = check_steering(parser, arguments)) return *outcome;
    return arguments;
}

}  // namespace actinide::cli
