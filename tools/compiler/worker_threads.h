// Threads that share one list of work.
#pragma once

#include <cstddef>
#include <functional>

namespace actinide {

/// Calls `turn`, which must not throw, on as many threads at once as there are `jobs` (0: all cores) and pieces of
/// `work` for, this thread among them; fewer where the system, as a container may, refuses more. Returns when all have.
void run_on_threads(int jobs, size_t work, const std::function<void()> &turn);

}  // namespace actinide
