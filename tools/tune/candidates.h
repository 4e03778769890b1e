// Which schedules are tried.
#pragma once

#include <vector>

#include "schedules/tuned_records.h"
#include "tools/compiler/compiler.h"

namespace actinide {

/// How many schedules are tried, and how long they are timed.
enum class Effort { quick, normal, exhaustive };

/// The hand schedule first, then others that the target could have, each once. The loops decide while arrays are in the
/// caches; beyond them only how memory is asked for does. `key` is of one level.
std::vector<ScheduleChoice> candidates(const KernelKey &key, SizeClass size_class, Effort effort);

}  // namespace actinide
