#include "tools/compiler/compiler.h"

#include <algorithm>
#include <exception>
#include <future>
#include <mutex>

#include "tools/compiler/cpu_kernel.h"
#include "tools/compiler/cuda_kernel.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/float_operations.h"
#include "tools/compiler/kernel_cache.h"
#include "tools/compiler/worker_threads.h"

namespace actinide {
namespace {

bool is_cuda(const KernelKey &key) {
    return key.target.architecture == Architecture::cuda;
}

/// The PTX of each kernel once, though an archive beside every host holds it.
class DeviceKernels {
public:
    explicit DeviceKernels(const CompileOptions &options) : options_(options) {}

    CudaDeviceKernel get(const KernelKey &key) {
        std::promise<CudaDeviceKernel> promise;
        std::shared_future<CudaDeviceKernel> kernel;
        bool is_mine = false;
        {
            const std::scoped_lock lock(mutex_);
            const auto [found, is_new] = kernels_.try_emplace(name_without_target(key), promise.get_future().share());
            kernel = found->second;
            is_mine = is_new;
        }
        if (is_mine) {
            try {
                promise.set_value(compile_device_kernel(key, options_));
            } catch (...) {
                promise.set_exception(std::current_exception());
            }
        }
        return kernel.get();
    }

private:
    const CompileOptions &options_;
    std::mutex mutex_;
    std::map<std::string, std::shared_future<CudaDeviceKernel>> kernels_;
};

/// One call of compile: threads take the next key until none is left or one has failed.
class Compilation {
public:
    Compilation(const std::vector<KernelKey> &keys, const CompileOptions &options,
                const std::function<void(size_t, size_t, const std::string &)> &progress)
        : keys_(keys),
          options_(options),
          progress_(progress),
          cache_(options.cache_folder),
          devices_(options),
          results_(keys.size()) {}

    CompileResult run() {
        share_pieces(options_.jobs, keys_.size(), [this](size_t i) { return work(i); });
        if (!failure_) compare_targets();
        if (failure_) return {{}, failure_};
        return {std::move(results_), std::nullopt};
    }

private:
    const std::vector<KernelKey> &keys_;
    const CompileOptions &options_;
    const std::function<void(size_t, size_t, const std::string &)> &progress_;
    KernelCache cache_;
    DeviceKernels devices_;
    std::vector<CompiledKernel> results_;
    std::mutex mutex_;
    size_t done_ = 0;
    std::optional<CompileError> failure_;

    /// Whether it was compiled.
    bool work(size_t i) {
        try {
            results_[i] = find_or_compile(keys_[i]);
            report(keys_[i]);
            return true;
        } catch (const CompileFailure &failure) {
            fail({failure.what(), failure.exit_code()});
        } catch (const std::exception &error) {
            fail({to_string(keys_[i]) + ": " + error.what(), exit_own_bug});
        }
        return false;
    }

    CompiledKernel find_or_compile(const KernelKey &key) {
        if (auto kept = cache_.find(key, options_)) return std::move(*kept);
        CompiledKernel kernel =
            is_cuda(key) ? compile_cuda_kernel(key, options_, devices_.get(key)) : compile_cpu_kernel(key, options_);
        cache_.keep(kernel, options_);
        return kernel;
    }

    void report(const KernelKey &key) {
        const std::scoped_lock lock(mutex_);
        ++done_;
        if (progress_) progress_(done_, keys_.size(), to_string(key));
    }

    void fail(CompileError error) {
        const std::scoped_lock lock(mutex_);
        if (!failure_) failure_ = std::move(error);
    }

    /// The same bits from every CPU begin with the same operations.
    void compare_targets() {
        std::map<std::string, const CompiledKernel *> first;
        for (const CompiledKernel &kernel : results_) {
            if (is_cuda(kernel.key)) continue;
            const auto [known, is_new] = first.emplace(name_without_target(kernel.key), &kernel);
            for (const auto &[tile, operations] : kernel.float_operations) {
                const std::string differs =
                    difference(known->second->float_operations.at(tile), to_string(known->second->key), operations,
                               to_string(kernel.key));
                if (!is_new && !differs.empty()) fail({differs, exit_own_bug});
            }
        }
    }
};

}  // namespace

std::string name_without_target(const KernelKey &key) {
    return key.activation->name + "/" + to_string(key.pass) + "/" + to_string(key.dtype);
}

std::string to_string(const KernelKey &key) {
    return name_without_target(key) + "@" + key.target.name;
}

CompileResult compile(const std::vector<KernelKey> &keys, const CompileOptions &options,
                      const std::function<void(size_t, size_t, const std::string &)> &progress) {
    return Compilation(keys, options, progress).run();
}

}  // namespace actinide
