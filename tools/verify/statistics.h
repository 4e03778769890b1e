// What a sweep finds out about a kernel.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>

namespace actinide {

/// Upper ends of the histogram's classes, in ULP; the last class is open.
constexpr std::array<double, 7> histogram_ends = {0.5, 0.6, 0.75, 1.0, 1.5, 2.0, 4.0};

/// Ours and the exact one, rounded, at one input; all as bits.
struct SpecialPoint {
    uint64_t input, ours, exact;
};

struct ErrorStatistics {
    uint64_t count = 0;         ///< inputs whose exact result is a number
    double max_ulp = 0;         ///< infinite if a NaN or an infinity stands where it must not, or the other way round
    uint64_t worst_input = 0;   ///< its bits
    uint64_t worst_output = 0;  ///< ours
    double sum_ulp = 0;
    std::array<uint64_t, histogram_ends.size() + 1> histogram{};
    uint64_t not_correctly_rounded = 0;
    uint64_t wrong_zero_signs = 0;
    uint64_t order_breaks = 0;  ///< neighbouring inputs whose results go the other way than the correctly rounded ones
    uint64_t oddness_breaks = 0;  ///< inputs where f(-x) is not -f(x), though exactly it is
    uint64_t in_doubt = 0;        ///< inputs that MPFR had to decide

    double mean_ulp() const { return count == 0 ? 0 : sum_ulp / static_cast<double>(count); }
    /// Takes another part of the same sweep in. The lower of two equally bad inputs stays the worst.
    void merge(const ErrorStatistics &other);
};

/// What a kernel gave for the inputs of one part of a sweep.
struct SweepPart {
    uint64_t digest = 0;          ///< of the outputs; 0 for random inputs
    uint64_t sampled_digest = 0;  ///< likewise of the part's first 256th
    ErrorStatistics statistics;   ///< all zero if only the digest was asked for
};

}  // namespace actinide
