// How schedules are compared: by timing them here, on another machine, or by a model of a CPU.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "tools/bench/race.h"
#include "tools/compiler/compiler.h"

namespace actinide {

/// One schedule of a kernel.
struct Trial {
    ScheduleChoice choice;
    CompiledKernel kernel;
};

/// Samples of one call in nanoseconds, [size][trial]; of a model one number, the cycles of an element.
using TrialTimes = std::vector<std::vector<std::vector<double>>>;

/// Times of trials that are compared with each other, or a sentence that says why there are none.
using Stopwatch = std::function<std::variant<TrialTimes, std::string>(
    const std::vector<const Trial *> &trials, const std::vector<size_t> &sizes, const RaceOptions &race)>;

/// In turn on this machine, loaded anew each time, so that no schedule keeps a lucky place in memory. `forward` is the
/// kernel that makes the saved output where the trials take one. A trial with other bits than the first is an error.
Stopwatch time_here(const std::optional<CompiledKernel> &forward, const std::string &prefix);

/// The hot loops' cycles by LLVM's model of `cpu`, with all data in the first cache. The trials have been compiled with
/// emits_for_explanation().
Stopwatch time_by_model(const std::string &cpu);

}  // namespace actinide
