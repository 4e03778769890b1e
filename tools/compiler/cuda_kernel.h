// One kernel for CUDA: its PTX, and the object for the host that launches it.
#pragma once

#include "tools/compiler/compiler.h"
#include "tools/compiler/kernel_constant.h"

namespace actinide {

/// What is the same for every host.
struct CudaDeviceKernel {
    DeviceCode code;
    std::vector<TileReport> tiles;
    std::map<std::string, std::string> stages;
    std::map<std::string, std::map<uint64_t, std::string>> float_operations;
};

/// Throws CompileFailure, like compile_cuda_kernel.
CudaDeviceKernel compile_device_kernel(const KernelKey &key, const CompileOptions &options);

/// The object for the CPU whose archives lie in key.target.folder.
CompiledKernel compile_cuda_kernel(const KernelKey &key, const CompileOptions &options, const CudaDeviceKernel &device);

}  // namespace actinide
