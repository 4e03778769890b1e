// actinide verify: is every kernel as exact as its definition promises?
#include "tools/verify/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "generators/catalogue/conventions.h"
#include "generators/catalogue/elementary.h"
#include "generators/catalogue/evidence.h"
#include "tools/cli/cache_folder.h"
#include "tools/cli/definitions.h"
#include "tools/cli/json.h"
#include "tools/cli/output_file.h"
#include "tools/cli/same_bits.h"
#include "tools/cli/selection.h"
#include "tools/cli/table.h"
#include "tools/cli/terminal.h"
#include "tools/cli/verbs.h"
#include "tools/compiler/whole_file.h"
#include "tools/verify/evidence_file.h"
#include "tools/verify/number_format.h"
#include "tools/verify/shard_file.h"

namespace actinide::cli {
namespace {

std::string readable_seconds(double seconds) {
    if (seconds < 60) return fmt::format("{:.0f} s", seconds);
    if (seconds < 3600) return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.1f} h", seconds / 3600);
}

/// Kernels that this machine cannot run are refused: what was asked for could not be found out.
std::optional<Outcome> refuse_other_machines(const std::vector<KernelKey> &keys, bool same_bits) {
    const TargetLookup host = find_target("host");
    for (const KernelKey &key : keys) {
        const bool is_here = host.target && key.target.architecture == host.target->architecture &&
                             key.target.platform == host.target->platform;
        if (is_here) continue;
        if (same_bits) {
            return fail(exit_unsupported,
                        fmt::format("{} cannot run on this machine; './actinide test -R kernels_bits' compares NEON's "
                                    "bits with this machine's under qemu",
                                    to_string(key)));
        }
        return fail(
            exit_unsupported,
            fmt::format("{} cannot run on this machine; verify it there, or compare its digest with one of a level "
                        "that runs here",
                        to_string(key)));
    }
    return std::nullopt;
}

std::optional<Outcome> refuse_special_arrays(const std::vector<KernelKey> &keys) {
    for (const KernelKey &key : keys) {
        if (!has_special_arrays(key.pass)) continue;
        return fail(
            exit_unsupported,
            fmt::format(
                "{} has an array of pairs, bits or a table, which verify does not fill; verify {}, whose results "
                "it gives",
                to_string(key), to_string(plain_pass(key.pass))));
    }
    return std::nullopt;
}

std::string error_text(const KernelReport &report) {
    return std::isinf(report.statistics.max_ulp) ? "wrong" : fmt::format("{:.4f}", report.statistics.max_ulp);
}

/// Of a digest: whether what was proven is about it.
std::string evidence_word(const KernelReport &report) {
    const KernelKey &key = report.key;
    const auto evidence = find_evidence(*key.activation, key.pass, key.dtype, report.function_ulp);
    if (!evidence || !evidence->is_exhaustive) return "none";
    return report.failure.empty() ? "the same" : "differs";
}

std::string print_text(const std::vector<KernelReport> &reports, bool only_digests) {
    std::vector<std::vector<std::string>> rows = {
        only_digests ? std::vector<std::string>{"KERNEL", "LEVEL", "INPUTS", "DIGEST", "EVIDENCE"}
                     : std::vector<std::string>{"KERNEL", "LEVEL", "INPUTS", "MAX ULP", "AT", "GIVES", "BOUND", "MEAN",
                                                "NOT ROUNDED RIGHT", "DIGEST", ""}};
    for (const KernelReport &report : reports) {
        const DType dtype = report.key.dtype;
        const std::string digest = report.is_exhaustive ? digest_text(report.digest) : "";
        std::vector<std::string> row = {to_string(report.key), report.level, report.inputs};
        if (!only_digests) {
            const ErrorStatistics &found = report.statistics;
            for (const std::string &cell :
                 {error_text(report), in_hexadecimal(dtype, found.worst_input),
                  in_hexadecimal(dtype, found.worst_output),
                  std::isinf(report.bound) ? "none" : fmt::format("{}", report.bound),
                  fmt::format("{:.3f}", found.mean_ulp()),
                  fmt::format("{:.4f} %", 100.0 * static_cast<double>(found.not_correctly_rounded) /
                                              static_cast<double>(std::max<uint64_t>(found.count, 1)))}) {
                row.push_back(cell);
            }
        }
        row.push_back(digest);
        row.push_back(only_digests ? evidence_word(report) : report.failure);
        rows.push_back(row);
    }
    return align_columns(rows);
}

Json specials_json(const KernelReport &report) {
    JsonList list;
    for (const SpecialPoint &special : report.specials) {
        list.push_back(JsonObject{{"input", in_hexadecimal(report.key.dtype, special.input)},
                                  {"ours", in_hexadecimal(report.key.dtype, special.ours)},
                                  {"exact", in_hexadecimal(report.key.dtype, special.exact)}});
    }
    return list;
}

Json histogram_json(const ErrorStatistics &statistics) {
    JsonList list;
    for (size_t i = 0; i < statistics.histogram.size(); ++i) {
        list.push_back(JsonObject{{"up_to_ulp", i < histogram_ends.size() ? Json(histogram_ends[i]) : Json()},
                                  {"count", static_cast<size_t>(statistics.histogram[i])}});
    }
    return list;
}

Json report_json(const KernelReport &report, bool only_digests) {
    const ErrorStatistics &found = report.statistics;
    const DType dtype = report.key.dtype;
    const auto count = [](uint64_t value) { return Json(static_cast<size_t>(value)); };
    if (only_digests) {
        return JsonObject{{"kernel", to_string(report.key)},
                          {"level", report.level},
                          {"inputs", report.inputs},
                          {"digest", digest_text(report.digest)},
                          {"sampled_digest", digest_text(report.sampled_digest)},
                          {"evidence", evidence_word(report)},
                          {"failure", report.failure.empty() ? Json() : Json(report.failure)}};
    }
    JsonObject parameters;
    for (const auto &[name, value] : report.parameters) parameters.emplace_back(name, value);
    return JsonObject{{"kernel", to_string(report.key)},
                      {"level", report.level},
                      {"inputs", report.inputs},
                      {"exhaustive", report.is_exhaustive},
                      {"worst_parameters", parameters},
                      {"max_ulp", std::isinf(found.max_ulp) ? Json() : Json(found.max_ulp)},
                      {"worst_input", in_hexadecimal(dtype, found.worst_input)},
                      {"worst_output", in_hexadecimal(dtype, found.worst_output)},
                      {"bound_ulp", report.bound},
                      {"mean_ulp", std::isinf(found.sum_ulp) ? Json() : Json(found.mean_ulp())},
                      {"histogram", histogram_json(found)},
                      {"not_correctly_rounded", count(found.not_correctly_rounded)},
                      {"order_breaks", count(found.order_breaks)},
                      {"decided_by_mpfr", count(found.in_doubt)},
                      {"digest", report.is_exhaustive ? Json(digest_text(report.digest)) : Json()},
                      {"sampled_digest", report.is_exhaustive ? Json(digest_text(report.sampled_digest)) : Json()},
                      {"specials", specials_json(report)},
                      {"specials_not_correctly_rounded", count(report.wrong_specials)},
                      {"failure", report.failure.empty() ? Json() : Json(report.failure)}};
}

VerifyProgress show_on(Progress &progress) {
    return [&progress](uint64_t done, uint64_t total, const std::string &name, double seconds_left) {
        constexpr uint64_t steps = 1000;
        progress.show(done * steps / std::max<uint64_t>(total, 1), steps,
                      fmt::format("{}, {} left", name, readable_seconds(seconds_left)));
    };
}

MeasureResult measure_showing_progress(const std::vector<KernelKey> &keys, const VerifyOptions &options, bool quiet) {
    Progress progress(quiet);
    return measure(keys, options, show_on(progress));
}

Outcome compare_bits_showing_progress(const std::vector<KernelKey> &keys, const VerifyOptions &options,
                                      const VerifyArguments &arguments) {
    Progress progress(arguments.quiet);
    const SameBitsResult result = compare_bits(keys, options, show_on(progress));
    progress.clear();
    if (result.error) return fail(result.error->exit_code, result.error->message);
    return conclude_same_bits(result.reports, arguments.json);
}

std::string recording_command(const KernelReport &report, const VerifyOptions &options) {
    const KernelKey &key = report.key;
    const bool is_function = key.activation->name.starts_with(elementary_prefix);
    std::string command = fmt::format("actinide verify {}{}/{}/{} --exhaustive", is_function ? "--functions " : "",
                                      key.activation->name, to_string(key.pass), to_string(key.dtype));
    if (options.compile.max_ulp > 0) command += fmt::format(" --max-ulp {}", options.compile.max_ulp);
    return fmt::format("{} --record generators/{}/evidence", command, is_function ? "math" : "catalogue");
}

/// Where the worst error is, in a sentence without a table.
std::string failure_text(const KernelReport &report, const VerifyOptions &options) {
    const ErrorStatistics &found = report.statistics;
    if (options.only_digests) {
        return fmt::format("{} at {}: {}, and the kernel gives {}; if that is meant, prove it with: {}",
                           to_string(report.key), report.level, report.failure, digest_text(report.digest),
                           recording_command(report, options));
    }
    return fmt::format("{} at {}: {} ({} ULP at input {}, which gives {}; bound {})", to_string(report.key),
                       report.level, report.failure, error_text(report),
                       in_hexadecimal(report.key.dtype, found.worst_input),
                       in_hexadecimal(report.key.dtype, found.worst_output), report.bound);
}

/// The whole run's results, as a report and as the exit code.
Outcome conclude(const std::vector<Measurement> &measurements, const VerifyOptions &options,
                 const VerifyArguments &arguments) {
    std::vector<KernelReport> reports;
    reports.reserve(measurements.size());
    for (const Measurement &measurement : measurements) reports.push_back(add_up(measurement, options));
    if (!arguments.record.empty()) {
        if (const auto failure = record_evidence(reports, arguments.record)) return fail(exit_refused, *failure);
    }
    JsonList list;
    std::string first_failure;
    for (const KernelReport &report : reports) {
        list.push_back(report_json(report, options.only_digests));
        if (first_failure.empty() && !report.failure.empty()) first_failure = failure_text(report, options);
    }
    Outcome outcome =
        succeed(arguments.json ? print_json(JsonObject{{"kernels", list}}) : print_text(reports, options.only_digests));
    if (!first_failure.empty()) {
        outcome.exit_code = exit_check_failed;
        outcome.error = first_failure + (options.only_digests ? "" : "; --json tells more");
    }
    return outcome;
}

/// A folder stands for the *.json in it, in the order of their names.
std::vector<std::string> find_shard_files(const std::vector<std::string> &paths) {
    std::vector<std::string> files;
    for (const std::string &path : paths) {
        std::error_code problem;
        std::vector<std::string> inside;
        for (const auto &item : std::filesystem::directory_iterator(path, problem)) {
            if (item.path().extension() == ".json") inside.push_back(item.path().string());
        }
        std::sort(inside.begin(), inside.end());
        if (problem) inside = {path};
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

/// What a user defined has no evidence.
std::optional<Outcome> refuse_record(const std::vector<KernelKey> &keys, const VerifyArguments &arguments) {
    if (arguments.record.empty()) return std::nullopt;
    for (const KernelKey &key : keys) {
        if (key.activation->differences.empty()) continue;
        return fail(exit_usage, fmt::format("{} of {} is not the definition, which alone has evidence; leave --record "
                                            "or --conventions out",
                                            key.activation->name, to_string(key.activation->profile)));
    }
    for (const KernelKey &key : keys) {
        if (!is_users_own(*key.activation)) continue;
        return fail(exit_usage, fmt::format("{} is no activation of the catalogue's, which alone has evidence; leave "
                                            "--record out",
                                            key.activation->name));
    }
    return std::nullopt;
}

Outcome merge(const VerifyArguments &arguments) {
    const std::vector<std::string> files = find_shard_files(arguments.kernels);
    if (files.empty()) {
        return fail(exit_usage, fmt::format("'{}' holds no *.json; give the folder or the files that verify --shard "
                                            "wrote",
                                            arguments.kernels.front()));
    }
    const MergedShards merged = merge_shards(files);
    if (!merged.error.empty()) return fail(exit_usage, merged.error);
    std::vector<KernelKey> keys;
    keys.reserve(merged.measurements.size());
    for (const Measurement &measurement : merged.measurements) keys.push_back(measurement.key);
    if (!arguments.record.empty() && (merged.options.only_digests || merged.options.random_parameters > 0)) {
        return fail(exit_usage,
                    "these shards are of --digests or of random parameters, and evidence is of errors at default "
                    "parameters; leave --record out");
    }
    if (const auto refusal = refuse_record(keys, arguments)) return *refusal;
    return conclude(merged.measurements, merged.options, arguments);
}

Outcome keep_shard(const MeasureResult &found, const VerifyOptions &options, const std::string &file) {
    if (write_whole_file(file, shard_text(found.measurements, options))) return succeed(file + "\n");
    return fail(exit_refused, fmt::format("'{}' could not be written; check the folder and the free space, then "
                                          "repeat the command, which goes on where it stopped",
                                          file));
}

/// What stands where nothing was asked for.
KernelPatterns patterns_of(const VerifyArguments &arguments) {
    KernelPatterns patterns{arguments.kernels, arguments.passes, arguments.dtypes, arguments.targets,
                            arguments.functions};
    if (patterns.targets.empty()) patterns.targets = {"x86-64"};
    if (arguments.functions) patterns.passes = {"forward"};
    if (arguments.digests && patterns.kernels.empty()) patterns.kernels = {"all"};
    if (arguments.digests && patterns.dtypes.empty()) patterns.dtypes = {"f32,f16,bf16"};
    return patterns;
}

std::string not_begun_text(const std::vector<KernelKey> &keys) {
    std::vector<std::string> names;
    names.reserve(keys.size());
    for (const KernelKey &key : keys) names.push_back(to_string(key));
    return fmt::format("the time was up before {} of the kernels: {}", keys.size(), fmt::join(names, ", "));
}

}  // namespace

Outcome run(const VerifyArguments &arguments) {
    if (arguments.merges) return merge(arguments);
    KnownActivations known;
    if (const auto problem = read_definitions(arguments.definitions, known)) return *problem;
    auto selected = select_kernels(patterns_of(arguments), known);
    if (const Outcome *failure = std::get_if<Outcome>(&selected)) return *failure;
    std::vector<KernelKey> keys = std::get<0>(std::move(selected));
    if (const auto refusal = refuse_special_arrays(keys)) return *refusal;
    if (const auto refusal = refuse_other_machines(keys, arguments.same_bits)) return *refusal;

    if (arguments.digests) {
        std::erase_if(keys, [](const KernelKey &key) { return key.dtype == DType::f64; });
        if (keys.empty())
            return fail(exit_unsupported, "float64 has too many inputs for a digest of all; leave --digests out");
        const size_t first = std::hash<std::string>()(arguments.rotation) % keys.size();
        if (!arguments.rotation.empty())
            std::rotate(keys.begin(), keys.begin() + static_cast<ptrdiff_t>(first), keys.end());
    }

    if (const auto refusal = refuse_record(keys, arguments)) return *refusal;

    const bool is_shard = !arguments.out.empty();
    if (is_shard && !arguments.definitions.plugins.empty()) {
        return fail(exit_unsupported, "a shard's file cannot hold what a plugin defines; leave --out or --plugin out");
    }
    if (is_shard) {
        if (const auto refusal = refuse_unwritable(arguments.out)) return *refusal;
    }

    VerifyOptions options;
    options.shard = {arguments.shard, arguments.shards};
    options.exhaustive = arguments.exhaustive;
    options.samples = arguments.samples;
    options.random_parameters = arguments.random_parameters;
    options.only_digests = arguments.digests;
    options.minutes = arguments.minutes;
    options.jobs = arguments.jobs;
    options.compile.max_ulp = arguments.max_ulp;
    const std::string cache = find_cache_folder(arguments.cache_folder);
    if (!cache.empty() && prepare_cache_folder(cache).empty()) {
        options.compile.cache_folder = cache;
        options.state_folder = cache + "/verify";
    }
    if (arguments.same_bits) return compare_bits_showing_progress(keys, options, arguments);
    const MeasureResult found = measure_showing_progress(keys, options, arguments.quiet);
    if (found.error) return fail(found.error->exit_code, found.error->message);
    if (!found.not_begun.empty() && !arguments.quiet) print_message(not_begun_text(found.not_begun));
    Outcome outcome =
        is_shard ? keep_shard(found, options, arguments.out) : conclude(found.measurements, options, arguments);
    if (outcome.exit_code != exit_refused) forget_state(found);
    return outcome;
}

}  // namespace actinide::cli
