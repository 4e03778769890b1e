// A block of a kernel's results beside the exact ones.
#pragma once

#include <span>

#include "tools/verify/fast_reference.h"
#include "tools/verify/number_format.h"
#include "tools/verify/statistics.h"

namespace actinide {

/// Where errors count in units of the last place of a number that may be larger than the exact one: of inputs from
/// `low` to `high`, at least of `least`.
struct ErrorFloor {
    double low = 0;
    double high = 0;
    double least = 0;
};

/// At default parameters, by what the definition says of a zero of its derivative.
ErrorFloor error_floor(const Activation &activation, Pass pass);

/// Counts every element of `outputs` (as `dtype` stores them) against the reference at `inputs`. `input_bits(i)` of the
/// worst is told by `first_input_bits` + i, so neighbours in the block are neighbours in their bits.
ErrorStatistics compare(const FastReference &reference, DType dtype, std::span<const double> inputs,
                        const void *outputs, uint64_t first_input_bits, const ErrorFloor &floor = {});

/// Likewise for inputs in no order, whose bits are in `input_elements`.
ErrorStatistics compare_scattered(const FastReference &reference, DType dtype, std::span<const double> inputs,
                                  const void *outputs, const void *input_elements, const ErrorFloor &floor = {});

}  // namespace actinide
