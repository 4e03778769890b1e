#include "tools/verify/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>

#include "generators/catalogue/conventions.h"
#include "generators/catalogue/elementary.h"
#include "generators/catalogue/evidence.h"
#include "generators/math/function.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/kernel_cache.h"
#include "tools/compiler/loaded_kernels.h"
#include "tools/compiler/plan.h"
#include "tools/compiler/worker_threads.h"
#include "tools/verify/kernel_sweep.h"
#include "tools/verify/number_format.h"
#include "tools/verify/output_digest.h"
#include "tools/verify/parts.h"
#include "tools/verify/progress_clock.h"
#include "tools/verify/random_cases.h"
#include "tools/verify/sweep_state.h"

namespace actinide {
namespace {

/// One for each of the plan's; an empty one stands for the defaults.
std::vector<std::map<std::string, double>> parameter_sets(const KernelKey &key, const VerifyOptions &options) {
    if (options.random_parameters == 0) return std::vector<std::map<std::string, double>>(1);
    return random_parameters(key, PartPlan(key, options).sets());
}

/// The shard's, where part 0 has the number `first_part` in the run.
std::vector<uint64_t> owned_parts(const PartPlan &plan, const VerifyOptions &options, uint64_t first_part) {
    std::vector<uint64_t> parts;
    for (uint64_t part = 0; part < plan.parts(); ++part) {
        if (options.shard.owns(first_part + part)) parts.push_back(part);
    }
    return parts;
}

uint64_t inputs_of(const PartPlan &plan, const std::vector<uint64_t> &parts) {
    uint64_t inputs = 0;
    for (const uint64_t part : parts) inputs += plan.size_of(part);
    return inputs;
}

/// Of all kernels at all levels.
uint64_t total_inputs(const std::vector<KernelKey> &keys, const VerifyOptions &options) {
    uint64_t total = 0;
    uint64_t first_part = 0;
    for (const KernelKey &key : keys) {
        const PartPlan plan(key, options);
        for (size_t level = 0; level < level_names(key.target).size(); ++level, first_part += plan.parts()) {
            total += inputs_of(plan, owned_parts(plan, options, first_part));
        }
    }
    return total;
}

class Measuring {
public:
    Measuring(const std::vector<KernelKey> &keys, const VerifyOptions &options, const VerifyProgress &progress)
        : keys_(keys), options_(options), progress_(progress, total_inputs(keys, options)) {}

    MeasureResult run() {
        CompileOptions compile_options = options_.compile;
        compile_options.jobs = options_.jobs;
        CompileResult compiled = compile(keys_, compile_options, {});
        if (compiled.error) {
            result_.error = compiled.error;
            return std::move(result_);
        }
        start_ = std::chrono::steady_clock::now();
        for (const CompiledKernel &kernel : compiled.kernels) {
            if (is_time_up() && !result_.measurements.empty()) {
                result_.not_begun.push_back(kernel.key);
            } else {
                measure_kernel(kernel);
            }
        }
        return std::move(result_);
    }

private:
    const std::vector<KernelKey> &keys_;
    const VerifyOptions &options_;
    ProgressClock progress_;
    uint64_t first_part_ = 0;
    MeasureResult result_;
    std::chrono::steady_clock::time_point start_;  ///< of measuring, when all is compiled

    bool is_time_up() const {
        const std::chrono::duration<double, std::ratio<60>> elapsed = std::chrono::steady_clock::now() - start_;
        return options_.minutes > 0 && elapsed.count() >= options_.minutes;
    }

    void measure_kernel(const CompiledKernel &kernel) {
        const LoadedKernels loaded({kernel}, kernel.key.target, options_.compile.prefix);
        const PartPlan plan(kernel.key, options_);
        for (const std::string &level : level_names(kernel.key.target)) {
            // A level that this machine lacks counts as well: what a shard's numbers mean depends on no machine.
            const uint64_t first_part = first_part_;
            first_part_ += plan.parts();
            if (!loaded.set_level(level)) {
                progress_.skip(inputs_of(plan, owned_parts(plan, options_, first_part)));
                continue;
            }
            Measurement &found = result_.measurements.emplace_back();
            found.key = kernel.key;
            found.level = level;
            found.kernel_hash = kernel.hash;
            found.first_part = first_part;
            measure_parts(loaded.function(0), plan, found);
        }
    }

    void measure_parts(LoadedKernels::Function function, const PartPlan &plan, Measurement &found) {
        std::vector<KernelSweep> sweeps;
        for (const auto &parameters : parameter_sets(found.key, options_)) {
            sweeps.emplace_back(function, found.key, parameters);
        }
        const std::vector<uint64_t> parts = owned_parts(plan, options_, found.first_part);
        SweepState state(options_.state_folder, state_name(found, plan));
        share_pieces(options_.jobs, parts.size(), [&](size_t i) {
            const uint64_t part = parts[i];
            if (!state.has(part)) state.add(part, measure_part(sweeps[plan.set_of(part)], plan, part, found.key.dtype));
            progress_.add(found.key, plan.size_of(part));
            return true;
        });
        for (const uint64_t part : parts) found.parts.emplace(part, state.parts().at(part));
        if (!state.path().empty()) result_.state_files.push_back(state.path());
        if (!options_.only_digests && found.parts.contains(0)) add_specials(function, found);
    }

    SweepPart measure_part(const KernelSweep &sweep, const PartPlan &plan, uint64_t part, DType dtype) const {
        if (plan.is_exhaustive()) return sweep.run(plan.first_of(part), plan.size_of(part), !options_.only_digests);
        std::vector<uint64_t> inputs = random_inputs(dtype, plan.size_of(part), plan.seed_of(part));
        // Chance finds no zero and no kink.
        if (plan.first_of(part) == 0) {
            const std::vector<uint64_t> special = sweep.special_inputs();
            std::copy_n(special.begin(), std::min(special.size(), inputs.size()), inputs.begin());
        }
        return {.digest = 0, .statistics = sweep.run_scattered(inputs)};
    }

    /// Of everything that decides what the parts hold.
    std::string state_name(const Measurement &found, const PartPlan &plan) const {
        std::string name = program_digest() + "-" + found.kernel_hash + "-" + found.level;
        // Other default values are no other kernel, but another run.
        if (!found.key.activation->differences.empty()) name += "-" + to_string(found.key.activation->profile);
        if (options_.only_digests) name += "-digest";
        if (!plan.is_exhaustive()) {
            name += "-" + std::to_string(options_.samples) + "x" + std::to_string(options_.random_parameters);
        }
        if (options_.shard.count > 1) {
            name += "-" + std::to_string(options_.shard.index) + "of" + std::to_string(options_.shard.count);
        }
        return name;
    }

    /// With the parameters' defaults, whatever the rest of the run takes.
    static void add_specials(LoadedKernels::Function function, Measurement &found) {
        const KernelSweep sweep(function, found.key, {});
        for (const uint64_t bits : sweep.special_inputs()) found.specials.push_back(sweep.at(bits));
    }
};

std::string describe_inputs(const PartPlan &plan, const VerifyOptions &options) {
    if (plan.is_exhaustive()) return "all " + std::to_string(plan.inputs()) + " inputs";
    std::string text = std::to_string(options.samples) + " random inputs";
    if (options.random_parameters > 0) {
        text += " for each of " + std::to_string(options.random_parameters) + " random sets of parameters";
    }
    return text;
}

void add_up_parts(const Measurement &measurement, const PartPlan &plan, const VerifyOptions &options,
                  KernelReport &report) {
    const std::vector<std::map<std::string, double>> parameters = parameter_sets(measurement.key, options);
    for (const auto &[part, result] : measurement.parts) {
        if (result.statistics.max_ulp > report.statistics.max_ulp) report.parameters = parameters[plan.set_of(part)];
        report.statistics.merge(result.statistics);
        if (!plan.is_exhaustive()) continue;
        report.digest = actinide_digest_join(report.digest, result.digest);
        report.sampled_digest = actinide_digest_join(report.sampled_digest, result.sampled_digest);
    }
}

bool is_wrong(const SpecialPoint &point, DType dtype) {
    const bool both_nan = std::isnan(decoded(dtype, point.ours)) && std::isnan(decoded(dtype, point.exact));
    return point.ours != point.exact && !both_nan;
}

/// With random parameters every further rounding counts, and no bound is promised.
void judge(KernelReport &report, const VerifyOptions &options) {
    const ErrorStatistics &found = report.statistics;
    if (std::isinf(report.bound)) return;  // a user's own definition: nothing is promised, and all is reported
    if (options.random_parameters == 0 && !(found.max_ulp <= report.bound))
        report.failure = "the error passes the bound";
    if (std::isinf(found.max_ulp))
        report.failure = "a NaN or an infinity stands where it must not, or the other way round";
    // A sum that is zero has the sign that its terms leave it, whatever the exact value is a trace beside zero.
    const bool is_sum = report.key.activation->terms_may_cancel;
    if (found.wrong_zero_signs > 0 && !is_sum) report.failure = "a zero has the wrong sign";
    if (found.oddness_breaks > 0) report.failure = "the function is odd and the kernel is not";
}

/// A digest is of all inputs, so it can be held against what was proven. A kernel without evidence fails nothing.
void judge_digest(KernelReport &report) {
    const KernelKey &key = report.key;
    const auto evidence = find_evidence(*key.activation, key.pass, key.dtype, report.function_ulp);
    const bool is_known = evidence && evidence->is_exhaustive;
    if (!report.is_exhaustive || !is_known || evidence->digest == digest_text(report.digest)) return;
    report.failure = fmt::format("the recorded evidence is about other bits, {}", evidence->digest);
}

/// "actn" of "actn_elu_forward_f32".
std::string prefix_of(const CompiledKernel &kernel) {
    const std::string function = signature(*kernel.key.activation, kernel.key.pass, kernel.key.dtype).function;
    return kernel.symbol.substr(0, kernel.symbol.size() - function.size() - 1);
}

}  // namespace

uint64_t sampled_digest(const CompiledKernel &kernel) {
    const LoadedKernels loaded({kernel}, kernel.key.target, prefix_of(kernel));
    const KernelSweep sweep(loaded.function(0), kernel.key, {});
    VerifyOptions options;
    options.exhaustive = true;
    const PartPlan plan(kernel.key, options);
    uint64_t digest = 0;
    for (uint64_t part = 0; part < plan.parts(); ++part) {
        const uint64_t size = plan.size_of(part);
        const uint64_t sample = size == inputs_per_part ? sampled_inputs_per_part : size;
        digest = actinide_digest_join(digest, sweep.run(plan.first_of(part), sample, false).digest);
    }
    return digest;
}

double promised_ulp(const KernelKey &key, double max_ulp) {
    const Activation &activation = *key.activation;
    if (!activation.definition.empty() && max_ulp == 0) return std::numeric_limits<double>::infinity();
    if (bytes_per_element(key.dtype) == 2) return 0.51;
    const Formula computed = output_formulas(activation, key.pass).front().computed;
    if (const math::Function *function = function_called_alone(computed)) {
        return math::choose_form(*function, arithmetic_bits(key.dtype), function_ulp(key.dtype, max_ulp)).ulp;
    }
    const bool is_forward = plain_pass(key.pass) == Pass::forward;
    if (max_ulp > 0) return is_forward ? max_ulp : 1.5 * max_ulp;
    return is_forward ? activation.forward_ulp : activation.gradient_ulp;
}

MeasureResult measure(const std::vector<KernelKey> &keys, const VerifyOptions &options,
                      const VerifyProgress &progress) {
    try {
        return Measuring(keys, options, progress).run();
    } catch (const CompileFailure &failure) {
        MeasureResult failed;
        failed.error = CompileError{failure.what(), failure.exit_code()};
        return failed;
    }
}

void forget_state(const MeasureResult &result) {
    std::error_code ignored;
    for (const std::string &file : result.state_files) std::filesystem::remove(file, ignored);
}

KernelReport add_up(const Measurement &measurement, const VerifyOptions &options) {
    const PartPlan plan(measurement.key, options);
    KernelReport report;
    report.key = measurement.key;
    report.level = measurement.level;
    report.inputs = describe_inputs(plan, options);
    report.is_exhaustive = plan.is_exhaustive();
    report.bound = promised_ulp(measurement.key, options.compile.max_ulp);
    report.function_ulp = function_ulp(measurement.key.dtype, options.compile.max_ulp);
    add_up_parts(measurement, plan, options, report);
    if (options.only_digests) {
        judge_digest(report);
        return report;
    }
    report.specials = measurement.specials;
    for (const SpecialPoint &point : report.specials) report.wrong_specials += is_wrong(point, report.key.dtype);
    judge(report, options);
    return report;
}

VerifyResult verify(const std::vector<KernelKey> &keys, const VerifyOptions &options, const VerifyProgress &progress) {
    VerifyOptions whole = options;
    whole.shard = {};
    const MeasureResult found = measure(keys, whole, progress);
    if (found.error) return {{}, found.error};
    VerifyResult result;
    for (const Measurement &measurement : found.measurements) result.reports.push_back(add_up(measurement, whole));
    forget_state(found);
    return result;
}

}  // namespace actinide
