// How far a run has come and how long the rest will take.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "tools/verify/verify.h"

namespace actinide {

/// Of `total` inputs, from its construction on. Its functions may be called from any thread.
class ProgressClock {
public:
    ProgressClock(const VerifyProgress &progress, uint64_t total) : progress_(progress), total_(total) {}

    /// So many inputs of the kernel are done; says so.
    void add(const KernelKey &key, uint64_t inputs);
    /// So many inputs need not be done.
    void skip(uint64_t inputs);

private:
    const VerifyProgress &progress_;
    uint64_t total_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    std::mutex mutex_;
    uint64_t done_ = 0;
};

}  // namespace actinide
