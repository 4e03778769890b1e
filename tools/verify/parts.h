// How the inputs of one kernel at one level are cut into parts.
#pragma once

#include <cstdint>

#include "tools/verify/verify.h"

namespace actinide {

/// Of a sweep; what a thread does at a time and an interrupted run keeps.
constexpr uint64_t inputs_per_part = uint64_t{1} << 20;
/// What stands for a sweep where seconds must do: of every part the first 256th, so that no piece of a function and no
/// coefficient is left out. Of types with fewer inputs than a part, all.
constexpr uint64_t sampled_inputs_per_part = inputs_per_part / 256;

/// Depends on the kernel and the options only, so that every machine cuts alike.
class PartPlan {
public:
    PartPlan(const KernelKey &key, const VerifyOptions &options);

    /// Inputs counted through by their bits; otherwise random ones.
    bool is_exhaustive() const { return is_exhaustive_; }
    /// Sets of parameters, each with all the inputs.
    uint64_t sets() const { return sets_; }
    uint64_t parts() const { return sets_ * parts_per_set_; }
    uint64_t inputs() const { return sets_ * inputs_per_set_; }

    uint64_t set_of(uint64_t part) const { return part / parts_per_set_; }
    /// Where the part begins among its set's inputs.
    uint64_t first_of(uint64_t part) const { return index_in_set(part) * part_inputs_; }
    uint64_t size_of(uint64_t part) const;
    /// Another one for every part of a set and for every set.
    uint64_t seed_of(uint64_t part) const { return index_in_set(part) + (set_of(part) << 32U); }

private:
    bool is_exhaustive_;
    uint64_t sets_;
    uint64_t inputs_per_set_;
    uint64_t part_inputs_;
    uint64_t parts_per_set_;

    uint64_t index_in_set(uint64_t part) const { return part % parts_per_set_; }
};

}  // namespace actinide
