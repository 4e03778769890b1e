// actinide tune: are there faster schedules than the hand-written ones for this CPU?
#include "tools/tune/tune.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "tools/cli/cache_folder.h"
#include "tools/cli/definitions.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/machine.h"
#include "tools/cli/output_file.h"
#include "tools/cli/selection.h"
#include "tools/cli/table.h"
#include "tools/cli/terminal.h"
#include "tools/cli/timeable_kernels.h"
#include "tools/cli/tuned.h"
#include "tools/cli/verbs.h"
#include "tools/compiler/explanation.h"
#include "tools/compiler/timing_program.h"
#include "tools/compiler/whole_file.h"
#include "tools/package/package.h"

namespace actinide::cli {
namespace {

Effort effort_of(const std::string &name) {
    if (name == "quick") return Effort::quick;
    return name == "exhaustive" ? Effort::exhaustive : Effort::normal;
}

/// The levels on Linux that the model's CPU runs.
std::vector<std::string> targets_of_model(const std::string &cpu) {
    std::vector<std::string> targets;
    for (const Target &target : target_table()) {
        const bool is_level = target.levels.empty() && target.platform == &linux_platform &&
                              target.architecture != Architecture::cuda && target.name != "host";
        if (!is_level) continue;
        const std::vector<std::string> cpus = cpus_for(target);
        if (std::find(cpus.begin(), cpus.end(), cpu) != cpus.end()) targets.push_back(target.name);
    }
    return targets;
}

std::optional<Outcome> refuse_unknown_model(const std::string &cpu, const std::vector<KernelKey> &keys) {
    for (const KernelKey &key : keys) {
        const std::vector<std::string> known = cpus_for(key.target);
        if (std::find(known.begin(), known.end(), cpu) != known.end()) continue;
        return fail(exit_usage, unknown_name(key.target.name + " CPU", cpu, known, "actinide list cpus"));
    }
    return std::nullopt;
}

/// Removes levels that this machine's CPU lacks; the sentence that says so, or nothing.
std::string leave_missing_levels_out(std::vector<KernelKey> &keys) {
    const TargetLookup host = find_target("host");
    std::string missing;
    std::erase_if(keys, [&](const KernelKey &key) {
        const bool is_missing = key.target.architecture == Architecture::x86 && key.target.level > host.target->level;
        if (is_missing) missing = key.target.name;
        return is_missing;
    });
    return missing.empty() ? "" : fmt::format("this machine lacks {}, which is left out", missing);
}

/// Programs for a runner are made for Linux.
std::optional<Outcome> refuse_targets_of_no_runner(const std::vector<KernelKey> &keys) {
    for (const KernelKey &key : keys) {
        if (has_timing_programs(key.target)) continue;
        return fail(exit_usage,
                    fmt::format("--runner makes programs for CPUs under Linux, and '{}' is for none; leave that target "
                                "out",
                                actinide::to_string(key)));
    }
    return std::nullopt;
}

std::string command_of_runner(std::string command, const std::string &file) {
    const std::string word = shell_word(file);
    const std::string placeholder = runner_placeholder;
    for (size_t place = command.find(placeholder); place != std::string::npos;
         place = command.find(placeholder, place + word.size())) {
        command.replace(place, placeholder.size(), word);
    }
    return command;
}

struct TunePlan {
    KnownActivations known;
    std::vector<KernelKey> keys;
    std::vector<std::string> notes;
};

/// Fills `plan`, to whose activations the keys point.
std::optional<Outcome> select(const TuneArguments &arguments, TunePlan &plan) {
    if (const auto problem = read_definitions(arguments.definitions, plan.known)) return problem;
    KernelPatterns patterns{arguments.kernels, arguments.passes, arguments.dtypes, arguments.targets};
    if (patterns.targets.empty()) {
        patterns.targets =
            arguments.model.empty() ? std::vector<std::string>{"host"} : targets_of_model(arguments.model);
        if (patterns.targets.empty()) {
            const std::vector<std::string> known = cpus_for(*find_target("host").target);
            return fail(exit_usage, unknown_name("CPU", arguments.model, known, "actinide list cpus"));
        }
    }
    patterns.apart = true;
    auto selected = select_kernels(patterns, plan.known);
    if (const Outcome *failure = std::get_if<Outcome>(&selected)) return *failure;
    if (!arguments.runner.empty()) {
        if (const auto refusal = refuse_targets_of_no_runner(std::get<0>(selected))) return refusal;
    }
    plan.keys = split_fast_levels(std::get<0>(selected));
    if (arguments.model.empty() && arguments.runner.empty()) {
        if (const auto refusal = refuse_other_machines(plan.keys, "tune")) return refusal;
        plan.notes.push_back(leave_missing_levels_out(plan.keys));
    }
    for (const KernelKey &key : plan.keys) {
        if (key.target.architecture != Architecture::cuda) continue;
        return fail(exit_unsupported,
                    fmt::format("tune arranges the loops of CPUs, and '{}' has none", actinide::to_string(key)));
    }
    if (!arguments.model.empty()) {
        if (const auto refusal = refuse_unknown_model(arguments.model, plan.keys)) return refusal;
    }
    plan.notes.push_back(leave_special_arrays_out(plan.keys, "tune"));
    std::erase(plan.notes, "");
    if (plan.keys.empty()) {
        return fail(exit_unsupported, fmt::format("nothing is left to tune: {}", fmt::join(plan.notes, "; ")));
    }
    return std::nullopt;
}

TuneOptions options_of(const TuneArguments &arguments) {
    TuneOptions options{.effort = effort_of(arguments.effort),
                        .budget = arguments.budget,
                        .sizes = arguments.sizes,
                        .cpu = cpu_model(),
                        .model = arguments.model,
                        .runner = {},
                        .compile = {},
                        .is_stopped = interruption_waits};
    if (options.cpu.empty()) options.cpu = "unknown CPU";
    if (!arguments.runner.empty()) {
        options.cpu = arguments.runner_cpu;
        options.runner = Runner{
            .name = arguments.runner,
            .command_of = [&arguments](const std::string &file) { return command_of_runner(arguments.runner, file); },
            .seconds = arguments.runner_timeout};
    }
    options.compile.jobs = arguments.jobs;
    options.compile.max_ulp = arguments.max_ulp;
    const std::string cache = find_cache_folder(arguments.cache_folder);
    if (!cache.empty() && prepare_cache_folder(cache).empty()) options.compile.cache_folder = cache;
    return options;
}

double mean(const TunedRecord &record, double TunedFigure::*time) {
    double logarithms = 0;
    for (const TunedFigure &figure : record.figures) logarithms += std::log(figure.*time);
    return std::exp(logarithms / static_cast<double>(record.figures.size()));
}

std::string print_results(const TuneRun &run) {
    if (run.results.empty()) return "";
    Rows rows = {{"KERNEL", "ARRAYS", "BY HAND", "TUNED", "FASTER", "TRIED", "SCHEDULE"}};
    for (const TuneResult &result : run.results) {
        const TunedRecord &record = result.record;
        const char *unit = record.by == TunedBy::model ? "cycles" : "ns";
        const std::string arrays = record.size_class == SizeClass::cached ? "in the caches" : "beyond them";
        rows.push_back({record.kernel + "@" + record.target, arrays,
                        fmt::format("{:.4f} {}", mean(record, &TunedFigure::by_hand), unit),
                        fmt::format("{:.4f} {}", mean(record, &TunedFigure::tuned), unit),
                        fmt::format("{:.2f} x", record.speedup()), fmt::format("{}", result.tried),
                        in_words(record.choice)});
    }
    return align_columns(rows);
}

std::string noise_note(const TuneRun &run) {
    constexpr double wide = 0.1;
    double widest = 0;
    for (const TuneResult &result : run.results) widest = std::max(widest, result.spread);
    if (widest < wide) return "";
    const bool is_here = run.results.front().record.by != TunedBy::runner;
    return fmt::format("the times spread by up to {:.0f} %: other work ran on {} machine; trust small gains less",
                       100 * widest, is_here ? "this" : "the runner's");
}

std::vector<TunedRecord> records_of(const TuneRun &run) {
    std::vector<TunedRecord> records;
    records.reserve(run.results.size());
    for (const TuneResult &result : run.results) records.push_back(result.record);
    return records;
}

Outcome refused(const std::string &file) {
    return fail(exit_refused, fmt::format("'{}' could not be written; check the folder and the free space, then repeat "
                                          "the command",
                                          file));
}

Result<std::vector<TunedRecord>> read_records(const std::string &file, bool quiet) {
    auto read = read_tuned_file(file);
    if (const Outcome *failure = std::get_if<Outcome>(&read)) return *failure;
    for (const std::string &warning : std::get<ReadRecords>(read).warnings) {
        if (!quiet) print_warning(warning);
    }
    return std::get<ReadRecords>(std::move(read)).records;
}

/// What is there stays, unless it is tuned again.
Result<std::vector<TunedRecord>> records_before(const std::string &file, bool quiet) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return std::vector<TunedRecord>{};
    return read_records(file, quiet);
}

Outcome merge(const TuneArguments &arguments) {
    auto before = records_before(arguments.out, arguments.quiet);
    if (const Outcome *failure = std::get_if<Outcome>(&before)) return *failure;
    std::vector<TunedRecord> all = std::get<0>(std::move(before));
    for (const std::string &file : arguments.kernels) {
        const auto records = read_records(file, /*quiet=*/false);
        if (const Outcome *failure = std::get_if<Outcome>(&records)) return *failure;
        all = merged(all, std::get<0>(records));
    }
    if (const auto refusal = refuse_unwritable(arguments.out)) return *refusal;
    if (!write_whole_file(arguments.out, records_text(all))) return refused(arguments.out);
    return succeed(arguments.json ? records_text(all) : fmt::format("{}: {} records\n", arguments.out, all.size()));
}

/// An interruption ends the searching; what was found is in the file already, and is printed.
Outcome search(const TunePlan &plan, const TuneArguments &arguments, std::vector<TunedRecord> records) {
    const UninterruptedSection section;
    Progress progress(arguments.quiet);
    bool is_written = true;
    TuneListener listener;
    listener.progress = [&](size_t done, size_t total, const std::string &what) { progress.show(done, total, what); };
    listener.found = [&](const TuneResult &result) {
        records = merged(records, {result.record});
        is_written = write_whole_file(arguments.out, records_text(records));
    };
    TuneOptions options = options_of(arguments);
    // What cannot be kept is not worth the hours.
    options.is_stopped = [&is_written] { return !is_written || interruption_waits(); };
    auto tuned = tune(plan.keys, options, listener);
    progress.clear();
    if (const auto *error = std::get_if<CompileError>(&tuned)) return fail(error->exit_code, error->message);
    const TuneRun &run = std::get<TuneRun>(tuned);
    if (!is_written) {
        Outcome outcome = refused(arguments.out);
        outcome.output = arguments.json ? records_text(records_of(run)) : print_results(run);
        return outcome;
    }
    if (!arguments.quiet) {
        for (const std::string &note : run.notes) print_message(note);
        if (const std::string noise = noise_note(run); !noise.empty()) print_message(noise);
        if (!run.results.empty()) {
            print_message(fmt::format("the records are in {}; 'actinide build --tuned {}' builds with them",
                                      arguments.out, arguments.out));
        }
    }
    for (const std::string &failure : run.failures) print_error(failure);
    Outcome outcome = succeed(arguments.json ? records_text(records_of(run)) : print_results(run));
    if (!run.failures.empty()) outcome.exit_code = exit_check_failed;
    if (interruption_waits()) print_output(outcome.output);
    return outcome;
}

}  // namespace

Outcome run(const TuneArguments &arguments) {
    if (arguments.merges) return merge(arguments);
    TunePlan plan;
    if (const auto problem = select(arguments, plan)) return *problem;
    if (const auto refusal = refuse_unwritable(arguments.out)) return *refusal;
    auto before = records_before(arguments.out, arguments.quiet);
    if (const Outcome *failure = std::get_if<Outcome>(&before)) return *failure;
    if (!arguments.quiet) {
        for (const std::string &note : plan.notes) print_message(note);
    }
    return search(plan, arguments, std::get<0>(std::move(before)));
}

}  // namespace actinide::cli
