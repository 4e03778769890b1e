// How a CPU kernel's loops may be arranged otherwise than the hand schedule decides: plain data, without Halide.
#pragma once

#include <string>

namespace actinide {

/// Zeros and empty names leave the decision to the hand schedule. Whatever is chosen, the bits of the results stay.
struct ScheduleChoice {
    int lanes = 0;                   ///< float32 numbers in one register: 8 for the narrower vectors of AVX-512
    int registers = 0;               ///< that one vector takes up: 1, 2 …
    int vectors = 0;                 ///< in one iteration of the loop
    std::string autoscheduler = {};  ///< proposes the loops instead
    bool streams = true;             ///< long arrays are stored past the cache, where the CPU can
    int prefetch_bytes = 0;          ///< how far ahead of their loads long arrays are asked for; 0: not at all

    bool operator==(const ScheduleChoice &other) const = default;
    /// Whether it decides how the loops look, apart from what long arrays get.
    bool arranges_loops() const { return lanes != 0 || registers != 0 || vectors != 0 || !autoscheduler.empty(); }
};

/// "4 vectors an iteration, of 8 lanes"; "as by hand".
std::string in_words(const ScheduleChoice &choice);

}  // namespace actinide
