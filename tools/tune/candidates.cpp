#include "tools/tune/candidates.h"

#include <algorithm>

namespace actinide {
namespace {

/// What a search goes through; every combination is tried.
struct Ranges {
    std::vector<int> registers, vectors;
    bool narrower = false;  ///< halves the registers of targets that have wide ones
    bool autoschedulers = false;
    std::vector<int> prefetch_bytes;
};

Ranges ranges_of(Effort effort) {
    switch (effort) {
        case Effort::quick:
            return {.registers = {1, 2}, .vectors = {1, 2, 4}, .prefetch_bytes = {1024}};
        case Effort::normal:
            return {.registers = {1, 2},
                    .vectors = {1, 2, 4, 8},
                    .narrower = true,
                    .autoschedulers = true,
                    .prefetch_bytes = {512, 1024, 2048}};
        case Effort::exhaustive:
            break;
    }
    return {.registers = {1, 2, 4},
            .vectors = {1, 2, 4, 8, 16},
            .narrower = true,
            .autoschedulers = true,
            .prefetch_bytes = {256, 512, 1024, 2048, 4096, 8192}};
}

/// More registers in one iteration than there are leave none for the arithmetic.
constexpr int most_in_an_iteration = 16;

void add_loops(const KernelKey &key, const Ranges &ranges, std::vector<ScheduleChoice> &choices) {
    constexpr int lanes_of_wide_registers = 16;
    std::vector<int> lanes = {0};
    if (ranges.narrower && key.target.lanes >= lanes_of_wide_registers) lanes.push_back(key.target.lanes / 2);
    for (const int each : lanes) {
        for (const int registers : ranges.registers) {
            for (const int vectors : ranges.vectors) {
                if (registers * vectors > most_in_an_iteration) continue;
                choices.push_back({.lanes = each, .registers = registers, .vectors = vectors});
            }
        }
    }
    if (!ranges.autoschedulers) return;
    for (const std::string &name : autoscheduler_names()) {
        if (autoscheduler_error(name, key.target).empty()) choices.push_back({.autoscheduler = name});
    }
}

void add_memory(const Ranges &ranges, std::vector<ScheduleChoice> &choices) {
    choices.push_back({.streams = false});
    for (const int bytes : ranges.prefetch_bytes) choices.push_back({.prefetch_bytes = bytes});
}

}  // namespace

std::vector<ScheduleChoice> candidates(const KernelKey &key, SizeClass size_class, Effort effort) {
    std::vector<ScheduleChoice> choices = {ScheduleChoice{}};
    const Ranges ranges = ranges_of(effort);
    if (size_class == SizeClass::cached) {
        add_loops(key, ranges, choices);
    } else {
        add_memory(ranges, choices);
    }
    return choices;
}

}  // namespace actinide
