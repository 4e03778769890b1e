// What a timing program printed, read as something that anybody may have written.
#pragma once

#include <string>
#include <variant>

#include "tools/tune/stopwatch.h"

namespace actinide {

struct TimingAnswer {
    std::string cpuinfo;  ///< the beginning of its machine's /proc/cpuinfo
    TrialTimes times;
};

/// The times of the trials at so many sizes, or what is wrong, to be read after "the runner": "printed 'hello', which
/// …". The program's format is told in runtime/timing.c.
std::variant<TimingAnswer, std::string> read_timing_answer(const std::string &text, size_t sizes,
                                                           const std::vector<const Trial *> &trials);

}  // namespace actinide
