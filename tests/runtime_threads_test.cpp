// links: actinide_runtime_native -Wl,--wrap=pthread_create -Wl,--wrap=pthread_join
// The library's own pool: who works, forks, ends, and what happens when the system has no thread to give.
#include <gtest/gtest.h>

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

#include <mutex>
#include <numeric>
#include <set>
#include <thread>

#include "tests/kernels_control_register.h"
#include "tests/runtime_parts.h"

#define ACTINIDE_TESTS_DECLARATIONS
#include "runtime/threads_linux.h"

/// What the pool calls the system by; the linker puts these before the C library's.
namespace {
std::atomic<int> threads_left{1 << 20};
std::atomic<int> threads_there = 0;
}  // namespace
extern "C" int __real_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);  // NOLINT
extern "C" int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,              // NOLINT
                                     void *(*start)(void *), void *argument) {
    if (threads_left-- <= 0) return EAGAIN;
    ++threads_there;
    return __real_pthread_create(thread, attributes, start, argument);
}
extern "C" int __real_pthread_join(pthread_t, void **);                // NOLINT
extern "C" int __wrap_pthread_join(pthread_t thread, void **result) {  // NOLINT
    --threads_there;
    return __real_pthread_join(thread, result);
}

namespace actinide::runtime_tests {
namespace {

TEST(Declarations, AreThoseOfTheCLibrary) {
    static_assert(sizeof(pthread_t) == sizeof(actinide_thread) && alignof(pthread_t) == alignof(actinide_thread));
    static_assert(sizeof(sigset_t) <= sizeof(actinide_signals) && alignof(sigset_t) <= alignof(actinide_signals));
    static_assert(sizeof(pid_t) == sizeof(int));
    // Those of runtime/threads_linux.h.
    EXPECT_EQ(SIG_SETMASK, 2);
    EXPECT_EQ(FUTEX_WAIT_PRIVATE, 128);
    EXPECT_EQ(FUTEX_WAKE_PRIVATE, 129);
    EXPECT_EQ(std::vector({SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGSYS}), std::vector({4, 5, 7, 8, 11, 31}));
#ifdef __x86_64__
    EXPECT_EQ(SYS_futex, 202);
#else
    EXPECT_EQ(SYS_futex, 98);
#endif
}

std::mutex seen_mutex;
std::set<std::thread::id> seen;
std::atomic<bool> waits_for_another = false;

/// As scale_tile, and tells who did it; on request not before two threads have begun.
void seen_tile(const actinide_tile *tile) {
    {
        const std::scoped_lock lock(seen_mutex);
        seen.insert(std::this_thread::get_id());
    }
    while (waits_for_another) {
        const std::scoped_lock lock(seen_mutex);
        if (seen.size() > 1) break;
    }
    scale_tile(tile);
}

class Pool : public testing::Test {
public:
    Pool() : x_(elements_) {
        std::iota(x_.begin(), x_.end(), 0.0f);
        kernel_ = scale_kernel();
        kernel_.part = part_of_shared_kernel<actinide_part_of_elementwise>;
        kernel_.tiles[0][0] = seen_tile;
        shared_kernel = &kernel_;
        seen.clear();
    }
    ~Pool() override { waits_for_another = false; }
    Pool(const Pool &) = delete;
    Pool &operator=(const Pool &) = delete;

protected:
    bool computes() const {
        std::vector<float> y(elements_);
        const actinide_call call = elementwise_call({x_.data()}, y.data(), elements_, 3.0f);
        if (actinide_run_elementwise(&kernel_, &call) != ACTINIDE_OK) return false;
        for (size_t i = 0; i < elements_; ++i) {
            if (y[i] != scaled(x_[i], 3.0f)) return false;
        }
        return true;
    }

    actinide_kernel kernel_;

private:
    static constexpr size_t elements_ = 40000;
    const LevelInUse level_{0};
    const SharingFrom sharing_{1};
    std::vector<float> x_;
};

TEST_F(Pool, HasTheThreadsThatItWasToldTo) {
    for (const size_t count : {size_t{2}, size_t{5}, size_t{3}, size_t{1}, size_t{256}}) {
        EXPECT_EQ(actn_set_num_threads(count), ACTINIDE_OK);
        EXPECT_EQ(actn_get_num_threads(), count);
        EXPECT_EQ(static_cast<size_t>(threads_there), count - 1);
        EXPECT_TRUE(computes());
    }
    EXPECT_EQ(actn_set_num_threads(100000), ACTINIDE_OK);
    EXPECT_EQ(actn_get_num_threads(), 256u);
    EXPECT_EQ(actn_set_num_threads(1), ACTINIDE_OK);
    EXPECT_EQ(threads_there, 0);
}

TEST_F(Pool, TakesAllCpusOfTheProcessForZero) {
    cpu_set_t own, one;
    ASSERT_EQ(sched_getaffinity(0, sizeof own, &own), 0);
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    const Threads threads(0);
    EXPECT_EQ(actn_get_num_threads(), static_cast<size_t>(CPU_COUNT(&own)));
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
    EXPECT_EQ(actn_set_num_threads(0), ACTINIDE_OK);
    EXPECT_EQ(actn_get_num_threads(), 1u);
    sched_setaffinity(0, sizeof own, &own);
}

TEST_F(Pool, SharesACallAmongSeveralThreads) {
    const Threads threads(2);
    waits_for_another = true;
    for (int i = 0; i < 100; ++i) {
        seen.clear();
        ASSERT_TRUE(computes());
        ASSERT_EQ(seen.size(), 2u);
    }
}

TEST_F(Pool, LetsCallsOfSeveralThreadsRunAtOnce) {
    const Threads threads(3);
    std::vector<std::thread> callers;
    std::atomic<int> wrong = 0;
    for (int caller = 0; caller < 4; ++caller) {
        callers.emplace_back([&] {
            for (int i = 0; i < 50; ++i) wrong += computes() ? 0 : 1;
        });
    }
    std::thread setter([] {
        for (size_t i = 0; i < 40; ++i) actn_set_num_threads(1 + i % 4);
    });
    for (std::thread &caller : callers) caller.join();
    setter.join();
    EXPECT_EQ(wrong, 0);
}

TEST_F(Pool, WorksWithFewerThreadsThanTheSystemRefuses) {
    threads_left = 2;
    EXPECT_EQ(actn_set_num_threads(8), ACTINIDE_NO_THREADS);
    EXPECT_EQ(actn_get_num_threads(), 3u);
    EXPECT_TRUE(computes());
    threads_left = 0;
    EXPECT_EQ(actn_set_num_threads(4), ACTINIDE_NO_THREADS);
    EXPECT_EQ(actn_get_num_threads(), 1u);
    EXPECT_TRUE(computes());
    threads_left = 1 << 20;
    EXPECT_EQ(actn_set_num_threads(4), ACTINIDE_OK);
    EXPECT_EQ(actn_set_num_threads(1), ACTINIDE_OK);
}

TEST_F(Pool, OfAForkedChildIsEmptyAndCanBeMadeAgain) {
    const Threads threads(3);
    EXPECT_TRUE(computes());
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);
        threads_there = 0;
        const bool alone = actn_get_num_threads() == 1 && computes() && threads_there == 0;
        const bool again = actn_set_num_threads(2) == ACTINIDE_OK && threads_there == 1 && computes();
        std::exit(alone && again ? 0 : 1);  // NOLINT(concurrency-mt-unsafe): by the destructor, too
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(computes());
    EXPECT_EQ(actn_get_num_threads(), 3u);
}

TEST_F(Pool, OfAForkedChildLeavesAHookAlone) {
    const Threads threads(3);
    const Hook hook(5, [&](size_t count, const auto &task) {
        for (size_t i = 0; i < count; ++i) task(i);
    });
    const pid_t child = fork();
    if (child == 0) std::_Exit(actn_get_num_threads() == 5 && computes() ? 0 : 1);
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

/// A kernel within a part of another call: the pool is taken.
void nested_tile(const actinide_tile *tile) {
    actinide_kernel inner = *shared_kernel;
    inner.tiles[0][0] = scale_tile;
    const actinide_call call = elementwise_call({tile->inputs[0]}, tile->outputs[0],
                                                static_cast<size_t>(tile->extent[0]), tile->parameters[0].f32);
    EXPECT_EQ(actinide_run_elementwise(&inner, &call), ACTINIDE_OK);
}

TEST_F(Pool, LetsANestedCallRunAlone) {
    const Threads threads(3);
    kernel_.tiles[0][0] = nested_tile;
    EXPECT_TRUE(computes());
}

TEST_F(Pool, GivesWayToAHook) {
    const Threads threads(3);
    size_t tasks = 0;
    {
        const Hook hook(5, [&](size_t count, const auto &task) {
            tasks = count;
            for (size_t i = 0; i < count; ++i) task(i);
        });
        EXPECT_EQ(actn_get_num_threads(), 5u);
        EXPECT_TRUE(computes());
    }
    EXPECT_EQ(tasks, 20u);
    EXPECT_EQ(seen.size(), 1u);
    EXPECT_EQ(actn_set_num_threads(3), ACTINIDE_OK);
    EXPECT_EQ(actn_get_num_threads(), 3u);
}

std::atomic<uint32_t> other_environments = 0;
kernels::Control wanted_environment = 0;
void environment_tile(const actinide_tile *tile) {
    if (kernels::read_control() != wanted_environment) ++other_environments;
    seen_tile(tile);
}

TEST_F(Pool, ComputesInTheCallersFloatingPointEnvironment) {
    const Threads threads(2);
    waits_for_another = true;
    kernel_.tiles[0][0] = environment_tile;
    const kernels::Control own = kernels::read_control();
    for (const kernels::Environment &environment : kernels::all_environments()) {
        seen.clear();
        wanted_environment = own | environment.bits;
        kernels::write_control(wanted_environment);
        computes();
        EXPECT_EQ(kernels::read_control(), wanted_environment);
        kernels::write_control(own);
        EXPECT_EQ(seen.size(), 2u);
    }
    EXPECT_EQ(other_environments, 0u);
}

std::thread::id caller;
std::atomic<int> may_be_interrupted = 0;
void signal_tile(const actinide_tile *tile) {
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    const bool is_caller = std::this_thread::get_id() == caller;
    may_be_interrupted += (sigismember(&blocked, SIGUSR1) == 0) != is_caller ? 1 : 0;
    seen_tile(tile);
}

TEST_F(Pool, LeavesSignalsToTheProgramsThreads) {
    const Threads threads(4);
    waits_for_another = true;
    caller = std::this_thread::get_id();
    kernel_.tiles[0][0] = signal_tile;
    EXPECT_TRUE(computes());
    EXPECT_EQ(may_be_interrupted, 0);
}

/// Lets the page be read whose absence was noticed, as programs do that fetch their pages themselves.
void make_readable(int /*signal*/, siginfo_t *fault, void * /*context*/) {
    const size_t page = getpagesize();
    const auto address = reinterpret_cast<uintptr_t>(fault->si_addr);
    mprotect(reinterpret_cast<void *>(address - address % page), page, PROT_READ);  // NOLINT(performance-no-int-to-ptr)
}

std::atomic<bool> was_mended_by_a_worker = false;
void unreadable_tile(const actinide_tile *tile) {
    seen_tile(tile);
    if (std::this_thread::get_id() != caller) was_mended_by_a_worker = true;
}

TEST_F(Pool, LeavesFaultsOfItsThreadsToTheProgramsHandler) {
    constexpr size_t n = 40000;
    void *const x = mmap(nullptr, n * sizeof(float), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(x, MAP_FAILED);
    struct sigaction mend{}, former{};
    mend.sa_sigaction = make_readable;
    mend.sa_flags = SA_SIGINFO;
    ASSERT_EQ(sigaction(SIGSEGV, &mend, &former), 0);
    const Threads threads(2);
    waits_for_another = true;
    caller = std::this_thread::get_id();
    kernel_.tiles[0][0] = unreadable_tile;
    std::vector<float> y(n, 1.0f);
    const actinide_call call = elementwise_call({static_cast<float *>(x)}, y.data(), n, 3.0f);
    EXPECT_EQ(actinide_run_elementwise(&kernel_, &call), ACTINIDE_OK);
    EXPECT_EQ(y, std::vector<float>(n, scaled(0.0f, 3.0f)));
    EXPECT_TRUE(was_mended_by_a_worker);
    sigaction(SIGSEGV, &former, nullptr);
    munmap(x, n * sizeof(float));
}

}  // namespace
}  // namespace actinide::runtime_tests
