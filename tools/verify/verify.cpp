#include "tools/verify/verify.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <mutex>
#include <random>

#include "generators/formula/exact.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/loaded_kernels.h"
#include "tools/compiler/worker_threads.h"
#include "tools/verify/kernel_sweep.h"
#include "tools/verify/number_format.h"
#include "tools/verify/output_digest.h"
#include "tools/verify/sweep_state.h"

namespace actinide {
namespace {

constexpr uint64_t part_inputs = uint64_t{1} << 20;
constexpr uint64_t parts_per_sampled_part = 256;
constexpr uint64_t sample_part = 1 << 14;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool is_exhaustive(const KernelKey &key, const VerifyOptions &options) {
    if (key.dtype == DType::f64 || options.random_parameters > 0) return false;
    return options.exhaustive || bytes_per_element(key.dtype) == 2;
}

/// Half of all bits, half where activations bend.
std::vector<uint64_t> random_inputs(DType dtype, uint64_t count, uint64_t seed) {
    std::mt19937_64 random(seed);
    const unsigned width = 8 * static_cast<unsigned>(bytes_per_element(dtype));
    std::uniform_real_distribution<double> exponent(-30, 8);
    std::vector<uint64_t> inputs(count);
    for (uint64_t &bits : inputs) {
        const uint64_t any = random();
        if ((any & 1) != 0) {
            bits = random() >> (64 - width);
        } else {
            bits = encoded(dtype, (any & 2) != 0 ? std::exp2(exponent(random)) : -std::exp2(exponent(random)));
        }
    }
    return inputs;
}

/// Parameters that a definition allows; most of them near its defaults.
std::map<std::string, double> random_parameters(const KernelKey &key, std::mt19937_64 &random) {
    const std::optional<Formula> condition = signature(*key.activation, key.pass, key.dtype).valid_when;
    std::uniform_real_distribution<double> factor(-2, 3);
    for (int tries = 0; tries < 1000; ++tries) {
        std::map<std::string, double> values;
        for (const Parameter &parameter : key.activation->parameters) {
            const double base = parameter.default_value == 0 ? 1 : parameter.default_value;
            values[parameter.name] = static_cast<float>(base * factor(random));
        }
        if (!condition || exact_to(float64_format, where(*condition, 1, 0), values) == 1) return values;
    }
    return {};
}

/// All parts, on many threads. Throws what one of them threw.
template <typename Work>
void run_parts(uint64_t parts, int jobs, const Work &work) {
    std::atomic<uint64_t> next{0};
    std::exception_ptr failure;
    std::mutex mutex;
    run_on_threads(jobs, parts, [&] {
        try {
            for (uint64_t part = next++; part < parts; part = next++) work(part);
        } catch (...) {
            const std::scoped_lock lock(mutex);
            failure = std::current_exception();
            next = parts;
        }
    });
    if (failure) std::rethrow_exception(failure);
}

class Verification {
public:
    Verification(const std::vector<KernelKey> &keys, const VerifyOptions &options, const VerifyProgress &progress)
        : keys_(keys), options_(options), progress_(progress), started_(now()) {
        for (const KernelKey &key : keys) total_ += inputs_of(key) * level_names(key.target).size();
    }

    VerifyResult run() {
        CompileOptions compile_options = options_.compile;
        compile_options.jobs = options_.jobs;
        CompileResult compiled = compile(keys_, compile_options, {});
        if (compiled.error) return {{}, compiled.error};
        std::vector<KernelReport> reports;
        for (const CompiledKernel &kernel : compiled.kernels) verify_kernel(kernel, reports);
        return {std::move(reports), std::nullopt};
    }

private:
    const std::vector<KernelKey> &keys_;
    const VerifyOptions &options_;
    const VerifyProgress &progress_;
    double started_;
    uint64_t total_ = 0;
    std::atomic<uint64_t> done_{0};
    std::mutex progress_mutex_;

    uint64_t inputs_of(const KernelKey &key) const {
        if (is_exhaustive(key, options_)) return count_of_inputs(key.dtype);
        return options_.samples * static_cast<uint64_t>(std::max(1, options_.random_parameters));
    }

    void report_progress(const KernelReport &report, uint64_t inputs) {
        done_ += inputs;
        if (!progress_) return;
        const std::scoped_lock lock(progress_mutex_);
        const double elapsed = now() - started_;
        const auto done = static_cast<double>(done_.load());
        progress_(done_, total_, to_string(report.key),
                  elapsed * (static_cast<double>(total_) - done) / std::max(done, 1.0));
    }

    void verify_kernel(const CompiledKernel &kernel, std::vector<KernelReport> &reports) {
        const LoadedKernels loaded({kernel}, kernel.key.target, options_.compile.prefix);
        for (const std::string &level : level_names(kernel.key.target)) {
            if (!loaded.set_level(level)) {
                done_ += inputs_of(kernel.key);
                continue;
            }
            const double begin = now();
            KernelReport report;
            report.key = kernel.key;
            report.level = level;
            report.bound = promised_ulp(kernel.key, options_.compile.max_ulp);
            const KernelSweep sweep(loaded.function(0), kernel.key, {});
            if (is_exhaustive(kernel.key, options_)) {
                sweep_all(sweep, kernel, report);
            } else {
                sample(loaded.function(0), report);
            }
            if (!options_.only_digests) {
                add_specials(sweep, report);
                judge(report);
            }
            report.seconds = now() - begin;
            reports.push_back(std::move(report));
        }
    }

    void sweep_all(const KernelSweep &sweep, const CompiledKernel &kernel, KernelReport &report) {
        const uint64_t count = count_of_inputs(report.key.dtype);
        const uint64_t size = std::min(count, part_inputs);
        const uint64_t parts = count / size;
        SweepState state(options_.state_folder,
                         kernel.hash + "-" + report.level + (options_.only_digests ? "-digest" : ""));
        run_parts(parts, options_.jobs, [&](uint64_t part) {
            if (!state.has(part)) state.add(part, sweep.run(part * size, size, !options_.only_digests));
            report_progress(report, size);
        });
        for (const auto &[part, result] : state.parts()) {
            report.statistics.merge(result.statistics);
            report.digest = actinide_digest_join(report.digest, result.digest);
            if (part % parts_per_sampled_part == 0) {
                report.sampled_digest = actinide_digest_join(report.sampled_digest, result.digest);
            }
        }
        report.is_exhaustive = true;
        report.inputs = "all " + std::to_string(count) + " inputs";
        state.finish();
    }

    void sample(LoadedKernels::Function function, KernelReport &report) {
        std::mt19937_64 random(7);
        const int sets = std::max(1, options_.random_parameters);
        for (int set = 0; set < sets; ++set) {
            const std::map<std::string, double> parameters = options_.random_parameters > 0
                                                                 ? random_parameters(report.key, random)
                                                                 : std::map<std::string, double>{};
            const KernelSweep sweep(function, report.key, parameters);
            const uint64_t parts = (options_.samples + sample_part - 1) / sample_part;
            std::mutex mutex;
            run_parts(parts, options_.jobs, [&](uint64_t part) {
                const uint64_t size = std::min(sample_part, options_.samples - part * sample_part);
                const uint64_t seed = part + (static_cast<uint64_t>(set) << 32);
                const ErrorStatistics found = sweep.run_scattered(random_inputs(report.key.dtype, size, seed));
                const std::scoped_lock lock(mutex);
                if (found.max_ulp > report.statistics.max_ulp) report.parameters = parameters;
                report.statistics.merge(found);
                report_progress(report, size);
            });
        }
        report.inputs = std::to_string(options_.samples) + " random inputs";
        if (options_.random_parameters > 0) {
            report.inputs +=
                " for each of " + std::to_string(options_.random_parameters) + " random sets of parameters";
        }
    }

    static void add_specials(const KernelSweep &sweep, KernelReport &report) {
        for (const uint64_t bits : sweep.special_inputs()) {
            const SpecialPoint point = sweep.at(bits);
            report.specials.push_back(point);
            const bool both_nan =
                std::isnan(decoded(report.key.dtype, point.ours)) && std::isnan(decoded(report.key.dtype, point.exact));
            if (point.ours != point.exact && !both_nan) ++report.wrong_specials;
        }
    }

    /// With random parameters every further rounding counts, and no bound is promised.
    void judge(KernelReport &report) const {
        const ErrorStatistics &found = report.statistics;
        if (options_.random_parameters == 0 && !(found.max_ulp <= report.bound))
            report.failure = "the error passes the bound";
        if (std::isinf(found.max_ulp))
            report.failure = "a NaN or an infinity stands where it must not, or the other way round";
        if (found.wrong_zero_signs > 0) report.failure = "a zero has the wrong sign";
        if (found.oddness_breaks > 0) report.failure = "the function is odd and the kernel is not";
    }
};

/// "actn" of "actn_elu_forward_f32".
std::string prefix_of(const CompiledKernel &kernel) {
    const std::string function = signature(*kernel.key.activation, kernel.key.pass, kernel.key.dtype).function;
    return kernel.symbol.substr(0, kernel.symbol.size() - function.size() - 1);
}

}  // namespace

uint64_t sampled_digest(const CompiledKernel &kernel) {
    const LoadedKernels loaded({kernel}, kernel.key.target, prefix_of(kernel));
    const KernelSweep sweep(loaded.function(0), kernel.key, {});
    const uint64_t count = count_of_inputs(kernel.key.dtype);
    const uint64_t size = std::min(count, part_inputs);
    uint64_t digest = 0;
    for (uint64_t part = 0; part < count / size; part += parts_per_sampled_part) {
        digest = actinide_digest_join(digest, sweep.run(part * size, size, false).digest);
    }
    return digest;
}

double promised_ulp(const KernelKey &key, double max_ulp) {
    if (bytes_per_element(key.dtype) == 2) return 0.51;
    const Activation &activation = *key.activation;
    const bool is_forward = key.pass == Pass::forward;
    if (max_ulp > 0) return is_forward ? max_ulp : 1.5 * max_ulp;
    return is_forward ? activation.forward_ulp : activation.gradient_ulp;
}

VerifyResult verify(const std::vector<KernelKey> &keys, const VerifyOptions &options, const VerifyProgress &progress) {
    try {
        return Verification(keys, options, progress).run();
    } catch (const CompileFailure &failure) {
        return {{}, CompileError{failure.what(), failure.exit_code()}};
    }
}

}  // namespace actinide
