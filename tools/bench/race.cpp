#include "tools/bench/race.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace actinide {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double shortest_sample = 100e3;  // nanoseconds
constexpr size_t least_rounds = 12;
/// No clock that works asks for more.
constexpr size_t most_calls = size_t{1} << 30U;

double nanoseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

/// What this thread has had of a core: while another program has it, nothing passes. Reading it takes a call of the
/// system, which is little against a sample.
double nanoseconds_of_thread() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e9 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec);
}

double time_calls(const Contestant &contestant, size_t calls) {
    if (contestant.time) return contestant.time(calls);
    const double start = nanoseconds_of_thread();
    for (size_t i = 0; i < calls; ++i) contestant.run();
    return nanoseconds_of_thread() - start;
}

/// So many that a sample is long enough. What is timed here also brings code and arrays into the caches.
size_t calls_for_a_sample(const Contestant &contestant) {
    for (size_t calls = 1;;) {
        const double taken = time_calls(contestant, calls);
        if (taken >= shortest_sample || calls >= most_calls) return calls;
        const double factor = std::clamp(1.2 * shortest_sample / std::max(taken, 1.0), 1.5, 16.0);
        calls = static_cast<size_t>(std::ceil(static_cast<double>(calls) * factor));
    }
}

void take_sample(const Contestant &contestant, size_t calls, const CycleCounter &counter, Timing &timing) {
    // The caches are to be as its own last call leaves them, not as another contestant's does.
    time_calls(contestant, 1);
    const auto per_call = static_cast<double>(calls);
    const uint64_t cycles = counter.now();
    timing.nanoseconds.push_back(time_calls(contestant, calls) / per_call);
    if (counter.is_available()) timing.cycles.push_back(static_cast<double>(counter.now() - cycles) / per_call);
}

}  // namespace

std::vector<Timing> race(const std::vector<Contestant> &contestants, const RaceOptions &options,
                         const CycleCounter &counter) {
    std::vector<size_t> calls;
    calls.reserve(contestants.size());
    for (const Contestant &contestant : contestants) calls.push_back(calls_for_a_sample(contestant));

    std::vector<Timing> timings(contestants.size());
    const Clock::time_point start = Clock::now();
    const auto goes_on = [&](size_t round) {
        if (round > 0 && options.is_stopped && options.is_stopped()) return false;
        if (options.rounds > 0) return round < options.rounds;
        if (round < least_rounds) return true;
        return nanoseconds_since(start) < options.seconds * 1e9;
    };
    for (size_t round = 0; goes_on(round); ++round) {
        for (size_t i = 0; i < contestants.size(); ++i) {
            const size_t turn = (i + round) % contestants.size();
            take_sample(contestants[turn], calls[turn], counter, timings[turn]);
        }
    }
    return timings;
}

}  // namespace actinide
