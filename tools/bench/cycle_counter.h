// The core's clock cycles, where the system lets a process count them.
#pragma once

#include <cstdint>

namespace actinide {

/// Counts the cycles that this thread spends outside the kernel of the system.
class CycleCounter {
public:
    CycleCounter();
    ~CycleCounter();
    CycleCounter(const CycleCounter &) = delete;
    CycleCounter &operator=(const CycleCounter &) = delete;

    bool is_available() const { return descriptor_ >= 0; }
    /// Since some moment in the past; 0 without a counter.
    uint64_t now() const;

private:
    int descriptor_ = -1;
};

}  // namespace actinide
