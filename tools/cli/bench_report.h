// What actinide bench prints.
#pragma once

#include <string>

#include "tools/bench/bench.h"
#include "tools/bench/compare_runs.h"

namespace actinide::cli {

/// A table with a block for each kernel.
std::string bench_table(const BenchRun &run);

/// The time of an element at every size, with a mark where it jumps.
std::string growth_table(const BenchRun &run);

/// One line of names, then one for each cell.
std::string bench_csv(const BenchRun &run);

std::string changes_table(const RunChanges &changes);
std::string changes_json(const RunChanges &changes);
std::string changes_csv(const RunChanges &changes);

/// Where the machine did other things as well; empty where samples agree.
std::string noise_note(const BenchRun &run);

}  // namespace actinide::cli
