// The CUDA device of this machine through the driver alone, so that a test needs nothing of CUDA to be built, and
// arrays of the host as a kernel sees them there.
#pragma once

#include <dlfcn.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace actinide::kernels {

class CudaDevice {
public:
    /// The first device with its context current; `why_missing` says why there is none.
    static CudaDevice &instance() {
        static CudaDevice device;
        return device;
    }
    const std::string &why_missing() const { return why_missing_; }

    uint64_t allocate(size_t bytes) {
        uint64_t address = 0;
        check(allocate_(&address, bytes), "allocating");
        return address;
    }
    void to_device(uint64_t to, const void *from, size_t bytes) { check(to_device_(to, from, bytes), "copying there"); }
    void to_host(void *to, uint64_t from, size_t bytes) { check(to_host_(to, from, bytes), "copying back"); }

private:
    CudaDevice() {
        library_ = ::dlopen("libcuda.so.1", RTLD_NOW);
        if (library_ == nullptr) {
            why_missing_ = "no CUDA driver here";
            return;
        }
        int (*start)(unsigned) = nullptr;
        int (*retain)(void **, int) = nullptr;
        int (*make_current)(void *) = nullptr;
        find(start, "cuInit");
        find(retain, "cuDevicePrimaryCtxRetain");
        find(make_current, "cuCtxSetCurrent");
        find(allocate_, "cuMemAlloc_v2");
        find(to_device_, "cuMemcpyHtoD_v2");
        find(to_host_, "cuMemcpyDtoH_v2");
        if (!why_missing_.empty()) return;
        void *context = nullptr;
        if (start(0) != 0 || retain(&context, 0) != 0 || make_current(context) != 0)
            why_missing_ = "no CUDA device here";
    }

    template <typename Function>
    void find(Function &function, const char *name) {
        // The way in which POSIX says to do it.
        *reinterpret_cast<void **>(&function) = ::dlsym(library_, name);
        if (function == nullptr) why_missing_ = std::string("the CUDA driver has no ") + name;
    }
    static void check(int result, const char *what) {
        if (result != 0) throw std::runtime_error(std::string(what) + ": CUDA error " + std::to_string(result));
    }

    std::string why_missing_;
    void *library_ = nullptr;
    int (*allocate_)(uint64_t *, size_t) = nullptr;
    int (*to_device_)(uint64_t, const void *, size_t) = nullptr;
    int (*to_host_)(void *, uint64_t, size_t) = nullptr;
};

/// A call's arrays on the device, each as far behind a line's start as on the host; one array of the host given twice
/// is one there. What lies beside them is watched. All calls use the same memory, one after the other.
class DeviceArrays {
public:
    template <typename Number>
    const Number *input(const Number *host, size_t count) {
        return reinterpret_cast<const Number *>(place(host, count * sizeof(Number), false));
    }
    template <typename Number>
    Number *output(Number *host, size_t count) {
        return reinterpret_cast<Number *>(place(host, count * sizeof(Number), true));
    }

    /// Brings the outputs back and returns `status`, or a negative number if a byte beside an array was written.
    int finish(int status) {
        std::string all(used_, '\0');
        device_.to_host(all.data(), memory(), used_);
        bool is_clean = true;
        for (const auto &[host, array] : arrays_) {
            const std::string_view block = std::string_view(all).substr(array.block, array.block_bytes);
            const size_t end = array.offset + array.bytes;
            is_clean = is_clean && block.substr(0, array.offset).find_first_not_of(mark) == std::string_view::npos;
            is_clean = is_clean && block.substr(end).find_first_not_of(mark) == std::string_view::npos;
            if (array.output != nullptr) block.copy(array.output, array.bytes, array.offset);
        }
        return is_clean ? status : -1;
    }

private:
    static constexpr char mark = '\x5a';
    static constexpr size_t line = 128;
    static constexpr size_t memory_bytes = size_t{64} << 20;

    struct Array {
        size_t block, block_bytes, offset, bytes;
        char *output;
    };

    uint64_t memory() {
        static const uint64_t address = device_.allocate(memory_bytes);
        return address;
    }

    uint64_t place(const void *host, size_t bytes, bool is_output) {
        auto found = arrays_.find(host);
        if (found == arrays_.end()) {
            const size_t offset = line + reinterpret_cast<uintptr_t>(host) % line;
            std::string block((offset + bytes + 2 * line - 1) / line * line, mark);
            if (bytes != 0) block.replace(offset, bytes, static_cast<const char *>(host), bytes);
            if (used_ + block.size() > memory_bytes)
                throw std::runtime_error("a call's arrays are larger than expected");
            device_.to_device(memory() + used_, block.data(), block.size());
            found = arrays_.emplace(host, Array{used_, block.size(), offset, bytes, nullptr}).first;
            used_ += block.size();
        }
        Array &array = found->second;
        // The array came without const when it was given as an output.
        if (is_output) array.output = static_cast<char *>(const_cast<void *>(host));
        return memory() + array.block + array.offset;
    }

    CudaDevice &device_ = CudaDevice::instance();
    std::map<const void *, Array> arrays_;
    size_t used_ = 0;
};

}  // namespace actinide::kernels
