#include "tools/tune/tune.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>

#include "tools/bench/kernel_call.h"
#include "tools/bench/memory.h"
#include "tools/bench/samples.h"
#include "tools/compiler/explanation.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/worker_threads.h"
#include "tools/tune/winner.h"

namespace actinide {
namespace {

using Clock = std::chrono::steady_clock;

const std::vector<size_t> cached_sizes = {100, 1024, 16384};
/// Of the last cache that arrays beyond it take.
constexpr size_t times_the_cache = 4;
constexpr size_t usual_last_cache = size_t{32} << 20U;

/// How thoroughly the schedules of one kernel are timed.
struct Rounds {
    double seconds_of_all;   ///< at each size, all schedules together
    double seconds_of_best;  ///< likewise of the few that were fastest
    size_t finalists;
};

Rounds rounds_of(Effort effort) {
    switch (effort) {
        case Effort::quick:
            return {.seconds_of_all = 0.03, .seconds_of_best = 0.1, .finalists = 2};
        case Effort::normal:
            return {.seconds_of_all = 0.1, .seconds_of_best = 0.25, .finalists = 3};
        case Effort::exhaustive:
            break;
    }
    return {.seconds_of_all = 0.5, .seconds_of_best = 1, .finalists = 5};
}

/// Ends one search; the others go on.
class RunnerFailure : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The search of one kernel in one size class.
class Search {
public:
    Search(const KernelKey &key, SizeClass size_class, const TuneOptions &options,
           const std::function<void(const std::string &)> &tell)
        : key_(key), size_class_(size_class), options_(options), tell_(tell) {}

    /// Nothing if it was stopped before it had found anything out.
    std::optional<TuneResult> run(const Stopwatch &stopwatch) {
        compile_trials();
        if (trials_.size() == 1 && size_class_ == SizeClass::memory) {
            left_out_.emplace_back("no other schedule is there for arrays beyond the caches");
            return std::nullopt;
        }
        stopwatch_ = &stopwatch;
        const std::vector<size_t> sizes = this->sizes();
        TuneResult result{record_without_figures(), trials_.size(), 0};
        const Rounds rounds = rounds_of(options_.effort);
        tell_(fmt::format("{} schedules", trials_.size()));
        std::vector<const Trial *> all;
        all.reserve(trials_.size());
        for (const Trial &trial : trials_) all.push_back(&trial);
        TrialTimes times = time(all, sizes, rounds.seconds_of_all);
        std::vector<const Trial *> best = {all.front()};
        for (const size_t i : fastest(times, rounds.finalists)) best.push_back(all[i]);
        if (is_by_model() && best.size() > 1) best = {all.front(), all[smallest_of_the_fastest(times)]};
        if (is_stopped()) return std::nullopt;
        if (!is_by_model() && best.size() > 1) {
            tell_(fmt::format("best so far {}", in_words(best[1]->choice)));
            times = time(best, sizes, rounds.seconds_of_best);
            const std::vector<size_t> order = fastest(times, 1);
            best = order.empty() ? std::vector{all.front()} : std::vector{all.front(), best[order.front()]};
            if (is_stopped()) return std::nullopt;
        }
        // The fastest of many was also lucky; what counts are its times when it is alone with the first.
        best.resize(std::min<size_t>(best.size(), 2));
        times = time(best, sizes, rounds.seconds_of_best);
        const bool wins = best.size() > 1 && beats_the_first(times, 1);
        if (wins) result.record.choice = best[1]->choice;
        for (size_t i = 0; i < times.size(); ++i) {
            const double each = is_by_model() ? 1 : static_cast<double>(sizes[i]);
            const double by_hand = spread_of(times[i].front()).median / each;
            const double tuned = wins ? spread_of(times[i][1]).median / each : by_hand;
            result.record.figures.push_back({is_by_model() ? 0 : sizes[i], by_hand, tuned});
            result.spread = std::max(result.spread, spread_of(times[i].front()).relative_width());
        }
        return result;
    }

    const std::vector<std::string> &left_out() const { return left_out_; }

private:
    const KernelKey &key_;
    SizeClass size_class_;
    const TuneOptions &options_;
    const std::function<void(const std::string &)> &tell_;
    std::vector<Trial> trials_;
    std::vector<std::string> left_out_;
    const Stopwatch *stopwatch_ = nullptr;

    bool is_stopped() const { return options_.is_stopped && options_.is_stopped(); }
    bool is_by_model() const { return !options_.model.empty(); }
    TunedBy judge() const {
        if (is_by_model()) return TunedBy::model;
        return options_.runner ? TunedBy::runner : TunedBy::measuring;
    }

    /// Of what a model finds about equally fast, the one with the least code.
    size_t smallest_of_the_fastest(const TrialTimes &times) const {
        constexpr double about_equal = 0.99;
        const std::vector<size_t> order = fastest(times, trials_.size());
        size_t smallest = order.front();
        for (const size_t i : order) {
            const bool is_as_fast = speedup_of(times, i) >= about_equal * speedup_of(times, order.front());
            if (is_as_fast && trials_[i].kernel.bytes < trials_[smallest].kernel.bytes) smallest = i;
        }
        return smallest;
    }

    TrialTimes time(const std::vector<const Trial *> &trials, const std::vector<size_t> &sizes, double seconds) const {
        auto times = (*stopwatch_)(trials, sizes, {.seconds = seconds, .is_stopped = options_.is_stopped});
        if (const auto *problem = std::get_if<std::string>(&times)) {
            if (options_.runner) throw RunnerFailure(*problem);
            throw CompileFailure(*problem);
        }
        return std::get<TrialTimes>(std::move(times));
    }

    /// All that can be had, and of those with the same code one.
    void compile_trials() {
        const std::vector<ScheduleChoice> choices = candidates(key_, size_class_, options_.effort);
        std::vector<CompileResult> results(choices.size());
        share_pieces(options_.compile.jobs, choices.size(), [&](size_t i) {
            CompileOptions options = options_.compile;
            options.jobs = 1;
            options.choices[to_string(key_)] = choices[i];
            if (is_by_model()) options.emit = emits_for_explanation();
            results[i] = compile({key_}, options, {});
            return !is_stopped();
        });
        std::set<std::string> known;
        for (size_t i = 0; i < choices.size(); ++i) {
            if (results[i].error) {
                if (i == 0) throw CompileFailure(results[i].error->message, results[i].error->exit_code);
                left_out_.push_back(
                    fmt::format("{} cannot be had: {}", in_words(choices[i]), results[i].error->message));
                continue;
            }
            // Only after an interruption.
            if (results[i].kernels.empty()) continue;
            CompiledKernel &kernel = results[i].kernels.front();
            if (known.insert(kernel.hash).second) trials_.push_back({choices[i], std::move(kernel)});
        }
    }

    std::vector<size_t> sizes() const {
        if (is_by_model()) return {0};
        if (size_class_ == SizeClass::cached) return options_.sizes.empty() ? cached_sizes : options_.sizes;
        constexpr size_t many = size_t{1} << 20U;
        const size_t bytes_per_mebi = KernelCall::bytes_of_arrays(key_, many);
        return {std::max<size_t>(bytes_beyond_the_caches() / bytes_per_mebi, 1) * many};
    }

    /// A runner's machine is not asked for its caches.
    size_t bytes_beyond_the_caches() const {
        if (options_.runner) return times_the_cache * usual_last_cache;
        const auto caches = cache_sizes();
        const size_t bytes = times_the_cache * (caches.empty() ? usual_last_cache : caches.back().second);
        const size_t available = available_memory();
        return available == 0 ? bytes : std::min(bytes, available / 4);
    }

    TunedRecord record_without_figures() const {
        return {.kernel = name_without_target(key_),
                .target = key_.target.name,
                .cpu = is_by_model() ? options_.model : options_.cpu,
                .size_class = size_class_,
                .by = judge(),
                .versions = component_versions(),
                .hash = digest_of_computation(key_, options_.compile.max_ulp),
                .choice = {},
                .figures = {}};
    }
};

class Tuning {
public:
    Tuning(const std::vector<KernelKey> &keys, const TuneOptions &options, const TuneListener &listener)
        : keys_(keys), options_(options), listener_(listener), start_(Clock::now()) {}

    TuneRun run() {
        const std::vector<SizeClass> classes = size_classes();
        const size_t total = keys_.size() * classes.size();
        size_t done = 0;
        for (const KernelKey &key : keys_) {
            for (const SizeClass size_class : classes) {
                if (is_over()) {
                    run_.is_complete = false;
                    run_.notes.push_back(fmt::format("{} of {} searches were made before {}", done, total,
                                                     is_stopped() ? "the interruption" : "the budget was used up"));
                    return std::move(run_);
                }
                search(key, size_class, done++, total);
            }
        }
        return std::move(run_);
    }

private:
    const std::vector<KernelKey> &keys_;
    const TuneOptions &options_;
    const TuneListener &listener_;
    Clock::time_point start_;
    std::string runner_cpu_;  ///< as the machine of the last run names it
    TuneRun run_;

    bool is_stopped() const { return options_.is_stopped && options_.is_stopped(); }

    bool is_over() const {
        const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
        return is_stopped() || (options_.budget > 0 && seconds >= options_.budget);
    }

    /// A model has no memory behind its caches.
    std::vector<SizeClass> size_classes() const {
        if (!options_.model.empty() || !options_.sizes.empty()) return {SizeClass::cached};
        return {SizeClass::cached, SizeClass::memory};
    }

    Stopwatch stopwatch_for(const KernelKey &key) {
        if (!options_.model.empty()) return time_by_model(options_.model);
        std::optional<CompiledKernel> forward;
        if (plain_pass(key.pass) == Pass::backward_from_output) {
            CompileResult compiled =
                compile({{key.activation, Pass::forward, key.dtype, key.target}}, options_.compile, {});
            if (compiled.error) throw CompileFailure(compiled.error->message, compiled.error->exit_code);
            forward = std::move(compiled.kernels.front());
        }
        if (!options_.runner) return time_here(forward, options_.compile.prefix);
        return time_by_runner(*options_.runner, forward, options_.compile.prefix,
                              [this](const std::string &cpu) { runner_cpu_ = cpu; });
    }

    std::string name_runner_cpu(const Target &target) {
        if (!runner_cpu_.empty()) return runner_cpu_;
        const std::string note = fmt::format(
            "the runner's machine does not tell its CPU, so that records call it '{}'; --runner-cpu gives it a name",
            target.llvm_cpu);
        if (std::find(run_.notes.begin(), run_.notes.end(), note) == run_.notes.end()) run_.notes.push_back(note);
        return target.llvm_cpu;
    }

    void search(const KernelKey &key, SizeClass size_class, size_t done, size_t total) {
        const std::function<void(const std::string &)> tell = [&](const std::string &what) {
            if (!listener_.progress) return;
            listener_.progress(done, total, fmt::format("{}, {}: {}", to_string(key), to_string(size_class), what));
        };
        Search search(key, size_class, options_, tell);
        std::optional<TuneResult> result;
        try {
            result = search.run(stopwatch_for(key));
        } catch (const RunnerFailure &failure) {
            if (!is_stopped()) run_.failures.emplace_back(failure.what());
        }
        for (const std::string &left_out : search.left_out()) {
            run_.notes.push_back(to_string(key) + ": " + left_out);
        }
        if (!result) return;
        if (result->record.cpu.empty()) result->record.cpu = name_runner_cpu(key.target);
        if (listener_.found) listener_.found(*result);
        run_.results.push_back(std::move(*result));
    }
};

}  // namespace

std::variant<TuneRun, CompileError> tune(const std::vector<KernelKey> &keys, const TuneOptions &options,
                                         const TuneListener &listener) {
    try {
        return Tuning(keys, options, listener).run();
    } catch (const CompileFailure &failure) {
        return CompileError{failure.what(), failure.exit_code()};
    }
}

}  // namespace actinide
