#include "tools/compiler/worker_threads.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace actinide {
namespace {

void run_on_threads(int jobs, size_t pieces, const std::function<void()> &turn) {
    const size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const size_t count = std::min(jobs > 0 ? static_cast<size_t>(jobs) : cores, pieces);
    std::vector<std::thread> threads;
    bool may_have_more = true;
    while (may_have_more && threads.size() + 1 < count) {
        try {
            threads.emplace_back(turn);
        } catch (const std::system_error &) {
            may_have_more = false;  // those there are do the work
        }
    }
    turn();
    for (std::thread &thread : threads) thread.join();
}

}  // namespace

void share_pieces(int jobs, size_t pieces, const std::function<bool(size_t)> &work) {
    std::atomic<size_t> next{0};
    std::atomic<bool> is_ended{false};
    std::exception_ptr failure;
    std::mutex mutex;
    run_on_threads(jobs, pieces, [&] {
        try {
            for (size_t piece = next++; piece < pieces && !is_ended; piece = next++) {
                if (!work(piece)) is_ended = true;
            }
        } catch (...) {
            const std::scoped_lock lock(mutex);
            failure = std::current_exception();
            is_ended = true;
        }
    });
    if (failure) std::rethrow_exception(failure);
}

}  // namespace actinide
