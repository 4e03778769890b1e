// Calls that threads share: kernels that can be, and pools to run their parts in.
#pragma once

#include <functional>

#include "tests/runtime_tiles.h"

namespace actinide::runtime_tests {

/// What the compiler makes for each kernel; here the kernel of the test that runs.
inline const actinide_kernel *shared_kernel = nullptr;

template <void (*part)(const actinide_kernel *, void *, size_t)>
void part_of_shared_kernel(void *job, size_t index) {
    part(shared_kernel, job, index);
}

/// Of calls over `least` bytes or more while it lives.
class SharingFrom {
public:
    explicit SharingFrom(size_t least) { actn_set_parallel_bytes(least); }
    ~SharingFrom() { actn_set_parallel_bytes(0); }
    SharingFrom(const SharingFrom &) = delete;
    SharingFrom &operator=(const SharingFrom &) = delete;
};

/// A pool written by hand.
class Hook {
public:
    using Loop = std::function<void(size_t tasks, const std::function<void(size_t)> &task)>;
    Hook(size_t threads, Loop loop) : loop_(std::move(loop)) {
        EXPECT_EQ(actn_set_parallel_for(run, this, threads), ACTINIDE_OK);
    }
    ~Hook() { actn_set_parallel_for(nullptr, nullptr, 0); }
    Hook(const Hook &) = delete;
    Hook &operator=(const Hook &) = delete;

private:
    Loop loop_;
    static void run(void *pool, size_t tasks, actinide_task task, void *context) {
        static_cast<Hook *>(pool)->loop_(tasks, [&](size_t i) { task(context, i); });
    }
};

/// The pool of the library.
class Threads {
public:
    explicit Threads(size_t count) { EXPECT_EQ(actn_set_num_threads(count), ACTINIDE_OK); }
    ~Threads() { actn_set_num_threads(1); }
    Threads(const Threads &) = delete;
    Threads &operator=(const Threads &) = delete;
};

}  // namespace actinide::runtime_tests
