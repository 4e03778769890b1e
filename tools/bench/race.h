// Several ways of doing one thing, timed in turn, so that whatever else the machine does meets all of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/bench/cycle_counter.h"

namespace actinide {

/// A kernel, a copy of the same bytes, another library's function, another schedule.
struct Contestant {
    std::string name;
    std::function<void()> run = {};
    /// Instead of `run`: nanoseconds of so many calls, where another process makes them and has the clock.
    std::function<double(size_t calls)> time = {};
};

struct RaceOptions {
    double seconds = 0.25;                  ///< after which no further round begins; a few are always run
    size_t rounds = 0;                      ///< exactly so many; 0: as many as the seconds allow
    std::function<bool()> is_stopped = {};  ///< whether someone wants the race to end after the round that runs
};

/// What one contestant took for one call, a sample a round.
struct Timing {
    std::vector<double> nanoseconds;  ///< of its thread, without those in which another program had the core
    std::vector<double> cycles;       ///< empty without a counter
};

/// In the order of the contestants. Each has the same number of samples, each sample of as many calls as it takes to be
/// long against the clock's own errors.
std::vector<Timing> race(const std::vector<Contestant> &contestants, const RaceOptions &options,
                         const CycleCounter &counter);

}  // namespace actinide
