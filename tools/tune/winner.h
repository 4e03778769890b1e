// Which of several schedules is the best, beyond chance.
#pragma once

#include <vector>

#include "schedules/tuned_records.h"
#include "tools/tune/stopwatch.h"

namespace actinide {

/// The median time of the first trial over that of trial `i`: the geometric mean over all sizes.
double speedup_of(const TrialTimes &times, size_t i);

/// Whether trial `i` is worth its record: faster than the first by 3 % in all, beyond chance at one size at least, and
/// at no size slower by as much. Times of a model have no chance in them.
bool beats_the_first(const TrialTimes &times, size_t i);

/// Indices of the `count` fastest trials after the first, of those that are faster than it at all; the fastest first.
std::vector<size_t> fastest(const TrialTimes &times, size_t count);

}  // namespace actinide
