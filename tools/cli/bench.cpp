// actinide bench: how fast are kernels here, and how fast could they be?
#include "tools/bench/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "tools/bench/compare_runs.h"
#include "tools/bench/run_file.h"
#include "tools/cli/bench_peers.h"
#include "tools/cli/bench_report.h"
#include "tools/cli/cache_folder.h"
#include "tools/cli/definitions.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/machine.h"
#include "tools/cli/output_file.h"
#include "tools/cli/selection.h"
#include "tools/cli/terminal.h"
#include "tools/cli/timeable_kernels.h"
#include "tools/cli/tuned.h"
#include "tools/cli/verbs.h"
#include "tools/compiler/whole_file.h"

namespace actinide::cli {
namespace {

const std::vector<size_t> default_sizes = {
    16, 1024, size_t{1} << 14U, size_t{1} << 18U, size_t{1} << 22U, size_t{1} << 26U};

/// Of a comparison that names no kernels: those of the old run.
void take_kernels_of(const BenchRun &old_run, KernelPatterns &patterns, std::vector<size_t> &sizes) {
    const bool is_open =
        patterns.kernels.empty() && patterns.passes.empty() && patterns.dtypes.empty() && patterns.targets.empty();
    for (const BenchCell &cell : old_run.cells) {
        const auto is_new = [](const auto &list, const auto &item) {
            return std::find(list.begin(), list.end(), item) == list.end();
        };
        if (is_open && is_new(patterns.kernels, cell.kernel)) patterns.kernels.push_back(cell.kernel);
    }
    if (!sizes.empty()) return;
    for (const BenchCell &cell : old_run.cells) {
        if (std::find(sizes.begin(), sizes.end(), cell.size) == sizes.end()) sizes.push_back(cell.size);
    }
}

std::vector<size_t> powers_of_two(const std::vector<size_t> &sizes) {
    const size_t largest = sizes.empty() ? default_sizes.back() : *std::max_element(sizes.begin(), sizes.end());
    std::vector<size_t> powers;
    for (size_t size = 1; size <= largest; size *= 2) powers.push_back(size);
    return powers;
}

BenchOptions options_of(const BenchArguments &arguments, std::vector<size_t> sizes) {
    BenchOptions options;
    options.sizes = std::move(sizes);
    if (options.sizes.empty()) options.sizes = default_sizes;
    if (arguments.growth) options.sizes = powers_of_two(arguments.sizes);
    if (arguments.seconds > 0) options.race.seconds = arguments.seconds;
    options.race.rounds = arguments.repeats;
    options.race.is_stopped = interruption_waits;
    options.compile.jobs = arguments.jobs;
    options.compile.max_ulp = arguments.max_ulp;
    const std::string cache = find_cache_folder(arguments.cache_folder);
    if (!cache.empty() && prepare_cache_folder(cache).empty()) options.compile.cache_folder = cache;
    return options;
}

std::string print_run(const BenchRun &run, const BenchArguments &arguments) {
    if (arguments.json) return run_text(run);
    if (arguments.csv) return bench_csv(run);
    if (arguments.growth) return growth_table(run);
    return arguments.peers.empty() ? bench_table(run) : peers_table(run);
}

std::string print_changes(const RunChanges &changes, const BenchArguments &arguments) {
    if (arguments.json) return changes_json(changes);
    return arguments.csv ? changes_csv(changes) : changes_table(changes);
}

Outcome conclude_comparison(const BenchRun &old_run, const BenchRun &new_run, const BenchArguments &arguments) {
    const RunChanges changes = compare_runs(old_run, new_run);
    if (!arguments.quiet) {
        for (const std::string &note : changes.notes) print_message(note);
    }
    if (changes.cells.empty()) {
        return fail(exit_usage, fmt::format("'{}' and the new run have no kernel at one size and level in common; "
                                            "measure the same kernels at the same --sizes",
                                            arguments.compare));
    }
    Outcome outcome = succeed(print_changes(changes, arguments));
    if (arguments.fail_on_slower < 0) return outcome;
    for (const CellChange &cell : changes.cells) {
        const std::string name =
            fmt::format("{} at size {}", name_at_level(cell.kernel, cell.level), size_text(cell.size));
        if (cell.change == Change::unclear) {
            outcome.exit_code = exit_check_failed;
            outcome.error = fmt::format("{} has too few samples to tell; measure again with more --repeats", name);
            break;
        }
        const double percent = 100 * (cell.new_median / cell.old_median - 1);
        if (cell.change != Change::slower || percent <= arguments.fail_on_slower) continue;
        outcome.exit_code = exit_check_failed;
        outcome.error = fmt::format("{} is slower by {:.0f} %, and --fail-on-slower allows {} %", name, percent,
                                    arguments.fail_on_slower);
        break;
    }
    return outcome;
}

Outcome conclude(const BenchRun &run, const std::optional<BenchRun> &old_run, const BenchArguments &arguments) {
    if (run.cells.empty()) {
        return fail(exit_missing, fmt::format("nothing was measured: {}; give smaller --sizes or other --targets",
                                              fmt::join(run.notes, "; ")));
    }
    if (!arguments.quiet) {
        for (const std::string &note : run.notes) print_message(note);
        const std::string noise = noise_note(run);
        if (!noise.empty()) print_message(noise);
    }
    if (!arguments.out.empty()) {
        const std::string text = arguments.out.ends_with(".csv") ? bench_csv(run) : run_text(run);
        if (!write_whole_file(arguments.out, text)) {
            return fail(exit_refused, fmt::format("'{}' could not be written; check the folder and the free space, "
                                                  "then repeat the command",
                                                  arguments.out));
        }
    }
    return old_run ? conclude_comparison(*old_run, run, arguments) : succeed(print_run(run, arguments));
}

/// An interruption ends the measuring; what was measured is then printed, and the command leaves.
Outcome measure(const std::vector<BenchKernel> &kernels, const BenchOptions &options,
                const std::optional<BenchRun> &old_run, const BenchArguments &arguments) {
    const UninterruptedSection section;
    Progress progress(arguments.quiet);
    BenchRun run = run_bench(kernels, options, [&](size_t done, size_t total, const std::string &name) {
        progress.show(done, total, name);
    });
    progress.clear();
    run.machine.cpu = cpu_model();
    Outcome outcome = conclude(run, old_run, arguments);
    if (interruption_waits()) print_output(outcome.output);
    return outcome;
}

}  // namespace

Outcome run(const BenchArguments &arguments) {
    std::optional<BenchRun> old_run;
    if (!arguments.compare.empty()) {
        auto read = read_run(arguments.compare);
        if (const std::string *problem = std::get_if<std::string>(&read)) return fail(exit_usage, *problem);
        old_run = std::get<BenchRun>(std::move(read));
    }
    if (!arguments.with.empty()) {
        const auto new_run = read_run(arguments.with);
        if (const std::string *problem = std::get_if<std::string>(&new_run)) return fail(exit_usage, *problem);
        return conclude_comparison(*old_run, std::get<BenchRun>(new_run), arguments);
    }
    KnownActivations known;
    if (const auto problem = read_definitions(arguments.definitions, known)) return *problem;
    KernelPatterns patterns{arguments.kernels, arguments.passes, arguments.dtypes, arguments.targets};
    std::vector<size_t> sizes = arguments.sizes;
    if (old_run) take_kernels_of(*old_run, patterns, sizes);
    if (patterns.targets.empty()) patterns.targets = {"host"};
    patterns.apart = true;
    auto selected = select_kernels(patterns, known);
    if (const Outcome *failure = std::get_if<Outcome>(&selected)) return *failure;
    std::vector<KernelKey> keys = std::get<0>(std::move(selected));
    if (const auto refusal = refuse_other_machines(keys, "bench")) return *refusal;
    const std::string left_out = leave_special_arrays_out(keys, "bench");
    if (keys.empty()) return fail(exit_unsupported, left_out + ", and nothing else was named");
    if (!left_out.empty() && !arguments.quiet) print_message(left_out);
    if (!arguments.out.empty()) {
        if (const auto refusal = refuse_unwritable(arguments.out)) return *refusal;
    }

    auto peers = choose_peers(arguments);
    if (const Outcome *failure = std::get_if<Outcome>(&peers)) return *failure;
    BenchOptions options = options_of(arguments, std::move(sizes));
    options.peers = std::get<0>(std::move(peers));
    auto tuned = choose_tuned(arguments.tuned, keys, arguments.max_ulp);
    if (const Outcome *failure = std::get_if<Outcome>(&tuned)) return *failure;
    for (const std::string &warning : std::get<TunedChoices>(tuned).warnings) print_warning(warning);
    options.compile.choices = std::move(std::get<TunedChoices>(tuned).choices);
    Progress progress(arguments.quiet);
    auto prepared = prepare_bench(keys, options.compile, [&](size_t done, size_t total, const std::string &name) {
        progress.show(done, total, name);
    });
    progress.clear();
    if (const auto *error = std::get_if<CompileError>(&prepared)) return fail(error->exit_code, error->message);
    return measure(std::get<0>(prepared), options, old_run, arguments);
}

}  // namespace actinide::cli
