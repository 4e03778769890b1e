#include "tools/verify/same_bits.h"

#include <algorithm>
#include <memory>

#include "tools/compiler/failure.h"
#include "tools/compiler/loaded_kernels.h"
#include "tools/compiler/worker_threads.h"
#include "tools/verify/number_format.h"
#include "tools/verify/output_digest.h"
#include "tools/verify/parts.h"
#include "tools/verify/progress_clock.h"
#include "tools/verify/random_cases.h"

namespace actinide {
namespace {

using Role = Argument::Role;

constexpr uint64_t block_inputs = uint64_t{1} << 14;

BitFormat bit_format_of(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return float32_bits;
        case DType::f16:
            return float16_bits;
        case DType::bf16:
            return bfloat16_bits;
        case DType::f64:
            return float64_bits;
        case DType::s8:
        case DType::u8:
            break;  // tables are no arrays of numbers
    }
    return float32_bits;
}

/// The inputs of one kernel in parts; a part is what a thread does at a time. A sample takes from each stretch of
/// inputs its beginning, so that no exponent is left out.
class InputPlan {
public:
    InputPlan(DType dtype, const VerifyOptions &options)
        : dtype_(dtype),
          is_sample_(dtype == DType::f32 && !options.exhaustive),
          count_(dtype == DType::f64 ? options.samples : count_of_inputs(dtype) / (is_sample_ ? thinning : 1)) {}

    uint64_t parts() const { return (count_ + inputs_per_part - 1) / inputs_per_part; }
    uint64_t inputs() const { return count_; }
    uint64_t blocks_of(uint64_t part) const { return (size_of(part) + block_inputs - 1) / block_inputs; }

    std::vector<uint64_t> block(uint64_t part, uint64_t block) const {
        const uint64_t first = part * inputs_per_part + block * block_inputs;
        const uint64_t size = std::min(block_inputs, size_of(part) - block * block_inputs);
        if (dtype_ == DType::f64) return random_inputs(dtype_, size, first);
        std::vector<uint64_t> bits(size);
        for (uint64_t i = 0; i < size; ++i) bits[i] = is_sample_ ? sampled(first + i) : first + i;
        return bits;
    }

    std::string text() const {
        if (dtype_ == DType::f64) return std::to_string(count_) + " random inputs";
        return (is_sample_ ? "" : "all ") + std::to_string(inputs()) + " inputs";
    }

private:
    static constexpr uint64_t thinning = inputs_per_part / sampled_inputs_per_part;

    DType dtype_;
    bool is_sample_;
    uint64_t count_;

    static uint64_t sampled(uint64_t index) {
        return index / sampled_inputs_per_part * inputs_per_part + index % sampled_inputs_per_part;
    }

    uint64_t size_of(uint64_t part) const { return std::min(inputs_per_part, count_ - part * inputs_per_part); }
};

/// One kernel linked once for each level, so that threads can be at different levels.
class LeveledKernel {
public:
    LeveledKernel(const CompiledKernel &kernel, const std::string &prefix) {
        const Signature called = signature(*kernel.key.activation, kernel.key.pass, kernel.key.dtype);
        for (const Argument &argument : called.arguments) {
            const bool is_array = argument.role == Role::input || argument.role == Role::output;
            if (is_array && called.pattern == Pattern::rows) ++row_arrays_;
            if (argument.role != Role::parameter) continue;
            for (const Parameter &parameter : kernel.key.activation->parameters) {
                if (parameter.name == argument.name) parameters_.push_back(parameter.default_value);
            }
        }
        for (const std::string &level : level_names(kernel.key.target)) {
            auto loaded =
                std::make_unique<LoadedKernels>(std::vector<CompiledKernel>{kernel}, kernel.key.target, prefix);
            if (!loaded->set_level(level)) continue;
            calls_.push_back(
                {level, [function = loaded->function(0), this](const auto *in, auto *out, const auto *sizes) {
                     return function(in, out, sizes_of_call(sizes).data(), parameters_.data());
                 }});
            loaded_.push_back(std::move(loaded));
        }
    }

    const std::vector<LevelCall> &calls() const { return calls_; }

private:
    std::vector<double> parameters_;
    std::vector<std::unique_ptr<LoadedKernels>> loaded_;
    size_t row_arrays_ = 0;  ///< of a kernel over rows

    /// n elements as one row, all strides n.
    std::vector<size_t> sizes_of_call(const size_t *sizes) const {
        if (row_arrays_ == 0) return {sizes, sizes + 3};
        std::vector<size_t> rows(2 + row_arrays_, sizes[0]);
        rows[0] = 1;
        return rows;
    }
    std::vector<LevelCall> calls_;
};

class KernelComparison {
public:
    KernelComparison(const KernelKey &key, const std::vector<LevelCall> &calls, const VerifyOptions &options)
        : comparison_(shape_of(key), calls),
          plan_(key.dtype, options),
          tries_all_(bytes_per_element(key.dtype) == 2),
          jobs_(options.jobs) {}

    /// Adds to the report; `done(inputs)` is called from any thread.
    void run(SameBitsReport &report, const std::function<void(uint64_t)> &done) {
        report.inputs = plan_.text();
        report.alignments = comparison_.alignments();
        report.splits = comparison_.splits();
        take(comparison_.compare(comparison_.core_inputs(), 0, comparison_.all_variations()), report);
        if (!report.difference) take(comparison_.compare_shapes(), report);
        if (!report.difference) run_parts(report, done);
    }

private:
    BitComparison comparison_;
    InputPlan plan_;
    bool tries_all_;
    int jobs_;

    static void take(const BlockResult &result, SameBitsReport &report) {
        report.digest = actinide_digest_join(report.digest, result.digest);
        if (!report.difference) report.difference = result.difference;
    }

    BlockResult run_part(uint64_t part) const {
        BlockResult whole;
        for (uint64_t block = 0; block < plan_.blocks_of(part) && !whole.difference; ++block) {
            const uint64_t turn = part * (inputs_per_part / block_inputs) + block;
            const std::vector<CallVariation> variations =
                tries_all_ ? comparison_.all_variations() : std::vector{comparison_.variation(turn)};
            BlockResult found = comparison_.compare(plan_.block(part, block), turn, variations);
            whole.digest = actinide_digest_join(whole.digest, found.digest);
            whole.difference = std::move(found.difference);
        }
        return whole;
    }

    /// The lowest part's difference is the one that is told.
    void run_parts(SameBitsReport &report, const std::function<void(uint64_t)> &done) {
        std::vector<BlockResult> results(plan_.parts());
        share_pieces(jobs_, results.size(), [&](size_t part) {
            results[part] = run_part(part);
            done(std::min(inputs_per_part, plan_.inputs()));
            return !results[part].difference;
        });
        for (const BlockResult &result : results) take(result, report);
    }
};

std::vector<SameBitsReport> compare_all(const std::vector<CompiledKernel> &kernels, const VerifyOptions &options,
                                        const VerifyProgress &progress) {
    std::vector<SameBitsReport> reports;
    uint64_t total = 0;
    for (const CompiledKernel &kernel : kernels) total += InputPlan(kernel.key.dtype, options).inputs();
    ProgressClock clock(progress, total);
    for (const CompiledKernel &kernel : kernels) {
        const LeveledKernel leveled(kernel, options.compile.prefix);
        SameBitsReport &report = reports.emplace_back();
        report.key = kernel.key;
        for (const LevelCall &call : leveled.calls()) report.levels.push_back(call.level);
        KernelComparison(kernel.key, leveled.calls(), options).run(report, [&](uint64_t inputs) {
            clock.add(kernel.key, inputs);
        });
    }
    return reports;
}

}  // namespace

KernelShape shape_of(const KernelKey &key) {
    const Signature called = signature(*key.activation, key.pass, key.dtype);
    KernelShape shape;
    shape.format = bit_format_of(key.dtype);
    shape.is_channelwise = called.pattern == Pattern::channelwise;
    shape.elements = 0;
    for (const Argument &argument : called.arguments) {
        if (argument.role == Role::input) shape.per_channel_inputs.push_back(argument.per_channel);
        if (argument.role != Role::output) continue;
        ++(argument.per_channel ? shape.sums : shape.elements);
        if (argument.per_channel) shape.sum_bytes = bytes_per_element(dtype_of_sums(key.dtype));
    }
    size_t vector_bytes = 0;
    for (const std::string &level : level_names(key.target)) {
        vector_bytes = std::max(vector_bytes, static_cast<size_t>(find_target(level).target->lanes) * sizeof(float));
    }
    shape.lanes = vector_bytes / shape.format.bytes;
    return shape;
}

SameBitsResult compare_bits(const std::vector<KernelKey> &keys, const VerifyOptions &options,
                            const VerifyProgress &progress) {
    CompileOptions compile_options = options.compile;
    compile_options.jobs = options.jobs;
    const CompileResult compiled = compile(keys, compile_options, {});
    if (compiled.error) return {{}, compiled.error};
    try {
        return {compare_all(compiled.kernels, options, progress), std::nullopt};
    } catch (const CompileFailure &failure) {
        return {{}, CompileError{failure.what(), failure.exit_code()}};
    }
}

}  // namespace actinide
