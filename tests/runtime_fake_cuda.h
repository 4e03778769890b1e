// A stand-in for libcuda.so.1 that records what it is asked and can answer with any error.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace actinide::runtime_tests {

/// One cuLaunchKernel, its arguments copied by the sizes that the PTX's `.entry` declares.
struct FakeLaunch {
    std::string entry;
    unsigned grid[3];
    unsigned block[3];
    unsigned shared_bytes;
    void *stream;
    void *context;
    std::vector<std::string> arguments;

    /// Argument `index` as a T; throws if the PTX declares another size.
    template <typename T>
    T argument(size_t index) const {
        const std::string &bytes = arguments.at(index);
        if (bytes.size() != sizeof(T))
            throw std::runtime_error("argument " + std::to_string(index) + " has another size");
        T value;
        std::memcpy(&value, bytes.data(), sizeof(T));
        return value;
    }
};

struct FakeFill {
    uint64_t address;
    unsigned value;
    size_t count;
    void *stream;
};

struct FakeCuda {
    std::mutex mutex;
    int context_result = 0;  ///< what cuCtxGetCurrent returns
    int load_result = 0;
    int find_result = 0;
    std::vector<int> launch_results;  ///< of the next launches, first to last; then 0
    int loads = 0;
    int finds = 0;
    std::vector<FakeLaunch> launches;
    std::vector<FakeFill> fills;
    std::function<void(const FakeLaunch &)> execute;  ///< called for each launch, if set

    void reset();
};

/// The one of this process.
FakeCuda &fake_cuda();
/// What cuCtxGetCurrent answers on this thread; null at first.
void set_fake_context(void *context);

}  // namespace actinide::runtime_tests
