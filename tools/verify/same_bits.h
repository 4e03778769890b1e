// Whether kernels give the same bits at every CPU level, alignment and cut into calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/verify/bit_comparison.h"
#include "tools/verify/verify.h"

namespace actinide {

struct SameBitsReport {
    KernelKey key;
    std::vector<std::string> levels;  ///< that this machine has, lowest first
    std::string inputs;               ///< "all 65536 inputs"
    size_t alignments = 0;
    size_t splits = 0;
    uint64_t digest = 0;  ///< of all outputs, sums too
    std::optional<BitDifference> difference;
};

struct SameBitsResult {
    std::vector<SameBitsReport> reports;
    std::optional<CompileError> error;
};

/// Of `options` count `exhaustive`, `samples` (f64), `jobs` and `compile`.
/// 16-bit types: every input in every alignment with every split. The others: so the inputs of every exponent, and
/// a 256th of all inputs from everywhere (all of them if exhaustive; f64: the samples) plainly and in one variation,
/// whose turn it is.
SameBitsResult compare_bits(const std::vector<KernelKey> &keys, const VerifyOptions &options,
                            const VerifyProgress &progress);

/// What BitComparison has to know of a kernel.
KernelShape shape_of(const KernelKey &key);

}  // namespace actinide
