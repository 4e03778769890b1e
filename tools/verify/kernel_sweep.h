// One kernel over many inputs: what it gives, as a digest, and how far that is from what is exact.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/compiler/loaded_kernels.h"
#include "tools/verify/comparison.h"
#include "tools/verify/fast_reference.h"
#include "tools/verify/statistics.h"

namespace actinide {

/// What a sweep varies: the main input, or y where the gradient is taken from the output.
std::string varied_input(const KernelKey &key);

/// The pass's output that belongs to the main input over that input (or over y where the gradient is taken from the
/// output), with dy = 1 and all other inputs and parameters fixed.
class KernelSweep {
public:
    /// `parameters` without a name stand at their defaults.
    KernelSweep(LoadedKernels::Function kernel, const KernelKey &key, const std::map<std::string, double> &parameters);

    /// Inputs by their bits, first … first + count - 1.
    SweepPart run(uint64_t first, uint64_t count, bool with_statistics) const;

    /// The inputs with these bits.
    ErrorStatistics run_scattered(const std::vector<uint64_t> &input_bits) const;

    /// Likewise of what another program gave for these inputs, as the kernel stores it.
    ErrorStatistics compare_others(const std::vector<uint64_t> &input_bits, const std::vector<char> &outputs) const;

    SpecialPoint at(uint64_t input_bits) const;

    /// Bits of zeros, infinities, NaN, subnormals, the ends of the type and the kinks' neighbours.
    std::vector<uint64_t> special_inputs() const;

private:
    LoadedKernels::Function kernel_;
    KernelKey key_;
    Signature signature_;
    OutputFormula output_;
    std::map<std::string, double> fixed_;  ///< other inputs, parameters, learned ones too, and dy
    FastReference reference_;
    ErrorFloor floor_;
    bool is_odd_ = false;

    struct Call;
    Call prepare_call(size_t count) const;
    /// The elements of `input` are those of the call's count.
    void run_kernel(const Call &call, const std::vector<char> &input, std::vector<char> &output) const;
    uint64_t digest_of_first(const std::vector<char> &output, size_t count) const;
    uint64_t count_oddness_breaks(const Call &call, const std::vector<char> &input,
                                  const std::vector<char> &output) const;
    bool find_oddness() const;
};

}  // namespace actinide
