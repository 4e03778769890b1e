#include "tools/compiler/worker_threads.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <vector>

namespace actinide {

void run_on_threads(int jobs, size_t work, const std::function<void()> &turn) {
    const size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const size_t count = std::min(jobs > 0 ? static_cast<size_t>(jobs) : cores, work);
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

}  // namespace actinide
