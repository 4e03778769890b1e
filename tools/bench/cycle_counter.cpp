#include "tools/bench/cycle_counter.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace actinide {

CycleCounter::CycleCounter() {
    perf_event_attr wanted{};
    wanted.type = PERF_TYPE_HARDWARE;
    wanted.size = sizeof wanted;
    wanted.config = PERF_COUNT_HW_CPU_CYCLES;
    wanted.exclude_kernel = 1;
    wanted.exclude_hv = 1;
    descriptor_ = static_cast<int>(::syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0));
}

CycleCounter::~CycleCounter() {
    if (is_available()) ::close(descriptor_);
}

uint64_t CycleCounter::now() const {
    uint64_t cycles = 0;
    if (!is_available() || ::read(descriptor_, &cycles, sizeof cycles) != sizeof cycles) return 0;
    return cycles;
}

}  // namespace actinide
