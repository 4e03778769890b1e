// Two runs, cell by cell.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/bench.h"

namespace actinide {

struct CellChange {
    std::string kernel, level;
    size_t size = 0;
    double old_median = 0;  ///< nanoseconds of a call
    double new_median = 0;
    Change change = Change::none;
};

struct RunChanges {
    std::vector<CellChange> cells;   ///< those that both have, in the order of the new run
    std::vector<std::string> notes;  ///< another machine, cells that only one of them has: a sentence each
};

RunChanges compare_runs(const BenchRun &old_run, const BenchRun &new_run);

}  // namespace actinide
