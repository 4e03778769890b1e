#include "tools/verify/progress_clock.h"

#include <algorithm>

namespace actinide {

void ProgressClock::add(const KernelKey &key, uint64_t inputs) {
    const std::scoped_lock lock(mutex_);
    done_ += inputs;
    if (!progress_) return;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started_;
    const auto done = static_cast<double>(done_);
    progress_(done_, total_, to_string(key),
              elapsed.count() * (static_cast<double>(total_) - done) / std::max(done, 1.0));
}

void ProgressClock::skip(uint64_t inputs) {
    const std::scoped_lock lock(mutex_);
    done_ += inputs;
}

}  // namespace actinide
