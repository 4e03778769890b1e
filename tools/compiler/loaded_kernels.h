// Compiled kernels of this machine's architecture, callable in this process: for verify, bench and tune.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tools/compiler/compiler.h"

namespace actinide {

class LoadedKernels {
public:
    /// Any kernel in one shape: arrays in the order of the C function, {n} or {outer, channels, inner}, and parameters,
    /// which are floats in a kernel that takes floats. Returns the kernel's status.
    using Function = int32_t (*)(const void *const *inputs, void *const *outputs, const size_t *sizes,
                                 const double *parameters);

    /// Links the objects with the runtime of `target`, an archive of levels or one level of this architecture.
    /// Throws CompileFailure.
    LoadedKernels(const std::vector<CompiledKernel> &kernels, const Target &target, const std::string &prefix);
    ~LoadedKernels();
    LoadedKernels(const LoadedKernels &) = delete;
    LoadedKernels &operator=(const LoadedKernels &) = delete;

    /// The kernel at `index` of those that were given.
    Function function(size_t index) const { return functions_[index]; }

    /// Makes all kernels use a level of the archive; false if this CPU or the archive lacks it.
    bool set_level(const std::string &name) const;

private:
    struct Linked;
    std::unique_ptr<Linked> linked_;
    std::vector<Function> functions_;
};

}  // namespace actinide
