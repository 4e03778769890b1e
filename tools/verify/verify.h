// Kernels of this machine against the exact values of their formulas, over every input or many.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/compiler/compiler.h"
#include "tools/verify/statistics.h"

namespace actinide {

/// A fixed share of a run: of all its parts, in the order of the kernels and levels, every `count`-th.
struct Shard {
    uint64_t index = 1;  ///< 1 … count
    uint64_t count = 1;

    bool owns(uint64_t part_of_run) const { return part_of_run % count == index - 1; }
};

struct VerifyOptions {
    bool exhaustive = false;       ///< every input; without effect on f64, whose inputs are sampled
    uint64_t samples = 1'000'000;  ///< otherwise; the 16-bit types are always exhaustive
    int random_parameters = 0;     ///< 0: defaults; else so many random sets, over samples
    bool only_digests = false;     ///< no reference: what the kernel gives, not whether it is right
    double minutes = 0;            ///< after which no further kernel is begun; 0: no limit
    int jobs = 0;                  ///< 0: all cores
    std::string state_folder;      ///< where an interrupted run goes on from; empty: nowhere
    Shard shard;                   ///< what `measure` does of the run
    CompileOptions compile;
};

/// One kernel at one level of this machine.
struct KernelReport {
    KernelKey key;
    std::string level;
    std::string inputs;  ///< "all 4294967296 inputs", "1000000 random inputs"
    bool is_exhaustive = false;
    std::map<std::string, double> parameters;
    ErrorStatistics statistics;
    double bound = 0;             ///< in ULP: what the definition promises
    double function_ulp = 0;      ///< what each function of the formula was allowed, for evidence
    uint64_t digest = 0;          ///< of an exhaustive run
    uint64_t sampled_digest = 0;  ///< of the first 256th of each of its parts
    std::vector<SpecialPoint> specials;
    uint64_t wrong_specials = 0;  ///< not correctly rounded, or a zero of the wrong sign
    std::string failure;          ///< empty, or what is not as promised
};

/// What a run found out about one kernel at one level, not yet added up: the parts of its share.
struct Measurement {
    KernelKey key;
    std::string level;
    std::string kernel_hash;              ///< of the compiled kernel
    uint64_t first_part = 0;              ///< the number of part 0 among all parts of the run
    std::map<uint64_t, SweepPart> parts;  ///< by their numbers in the kernel and level
    std::vector<SpecialPoint> specials;   ///< with part 0
};

/// `progress(done, total, what, seconds left)` is called from any thread, one call at a time.
using VerifyProgress = std::function<void(uint64_t, uint64_t, const std::string &, double)>;

/// The shard's parts of all keys, each at every level that the machine has.
struct MeasureResult {
    std::vector<Measurement> measurements;
    std::vector<KernelKey> not_begun;      ///< because the time was up
    std::vector<std::string> state_files;  ///< from which the run, interrupted now, would go on
    std::optional<CompileError> error;
};
MeasureResult measure(const std::vector<KernelKey> &keys, const VerifyOptions &options, const VerifyProgress &progress);

/// Removes the state files: what the run found is safe elsewhere.
void forget_state(const MeasureResult &result);

/// The report of a kernel whose parts are all there, whichever machines measured them: always added up in their order.
KernelReport add_up(const Measurement &measurement, const VerifyOptions &options);

/// The reports of all keys, each at every level that the machine has. Keys of other machines are refused with a reason.
struct VerifyResult {
    std::vector<KernelReport> reports;
    std::optional<CompileError> error;
};
/// Measures and adds up in one; `options.shard` is left out of account.
VerifyResult verify(const std::vector<KernelKey> &keys, const VerifyOptions &options, const VerifyProgress &progress);

/// The sampled digest of a kernel that this machine can run, at its best level.
uint64_t sampled_digest(const CompiledKernel &kernel);

/// What a kernel's definition promises, in ULP of its dtype, for `max_ulp` as it was asked for (0: the usual). Where
/// the formula is nothing but a function, what the chosen form of that function promises. Infinite where nothing is:
/// a user's own definition without `max_ulp`.
double promised_ulp(const KernelKey &key, double max_ulp);

}  // namespace actinide
