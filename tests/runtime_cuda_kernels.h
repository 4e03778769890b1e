// CUDA kernels for the launcher's tests: PTX that declares their entries and nothing else.
#pragma once

#include "tests/runtime_fake_cuda.h"
#include "tests/runtime_tiles.h"

extern "C" {
#include "runtime/cuda.h"
}

namespace actinide::runtime_tests {

constexpr const char *scale_ptx = R"(
.visible .entry scale_vector(.param .u64 .ptr .align 16 x, .param .u64 y, .param .u64 n, .param .f32 scale) { ret; }
.visible .entry scale_scalar(
  .param .u64 x,
  .param .u64 y,
  .param .u64 n,
  .param .f32 scale
) { ret; }
)";

/// The scalar entry over rows, and with an array of bits.
constexpr const char *scale_rows_ptx = R"(
.visible .entry scale_scalar(.param .u64 x, .param .u64 y, .param .u64 rows, .param .u64 columns, .param .u64 x_stride,
  .param .u64 y_stride, .param .f32 scale) { ret; }
)";
constexpr const char *scale_mask_ptx = R"(
.visible .entry scale_scalar(.param .u64 x, .param .u64 y, .param .u64 mask, .param .u64 n, .param .f32 scale) { ret; }
)";

constexpr const char *prelu_ptx = R"(
.visible .entry prelu(.param .u64 x, .param .u64 weight, .param .u64 y, .param .u64 outer, .param .u64 channels,
  .param .u64 inner) { ret; }
.visible .entry prelu_vector(.param .u64 x, .param .u64 weight, .param .u64 y, .param .u64 outer, .param .u64 channels,
  .param .u64 inner) { ret; }
.visible .entry prelu_dx(.param .u64 x, .param .u64 weight, .param .u64 dy, .param .u64 dx, .param .u64 outer,
  .param .u64 channels, .param .u64 inner) { ret; }
.visible .entry prelu_lane_sums(.param .u64 x, .param .u64 weight, .param .u64 dy, .param .u64 partials,
  .param .u64 outer, .param .u64 channels, .param .u64 inner) { ret; }
.visible .entry three_dx(.param .u64 x, .param .u64 a, .param .u64 b, .param .u64 c, .param .u64 dy, .param .u64 dx,
  .param .u64 outer, .param .u64 channels, .param .u64 inner) { ret; }
.visible .entry three_lane_sums(.param .u64 x, .param .u64 a, .param .u64 b, .param .u64 c, .param .u64 dy,
  .param .u64 da, .param .u64 db, .param .u64 dc, .param .u64 outer, .param .u64 channels, .param .u64 inner) { ret; }
.visible .entry actinide_fold_groups(.param .u64 partials, .param .u64 groups, .param .u64 outer, .param .u64 channels,
  .param .u64 inner) { ret; }
.visible .entry actinide_fold_channels(.param .u64 groups, .param .u64 gradient, .param .u64 outer,
  .param .u64 channels, .param .u64 inner) { ret; }
)";

/// A kernel with a module of its own, so that each test loads anew.
struct CudaKernel {
    actinide_cuda_module module{};
    actinide_cuda_kernel kernel{};

    CudaKernel(const actinide_kernel &host, const char *ptx) {
        kernel.host = host;
        std::memset(kernel.host.tiles, 0, sizeof(kernel.host.tiles));
        kernel.ptx = ptx;
        kernel.threads_per_block = 256;
        kernel.elements_per_thread = 4;
        kernel.module = &module;
    }
    CudaKernel(const CudaKernel &) = delete;
    CudaKernel &operator=(const CudaKernel &) = delete;
};

struct CudaScale : CudaKernel {
    CudaScale() : CudaKernel(scale_kernel(), scale_ptx) {
        kernel.entries[ACTINIDE_CUDA_VECTOR] = "scale_vector";
        kernel.entries[ACTINIDE_CUDA_SCALAR] = "scale_scalar";
    }
    int32_t run(const void *x, void *y, size_t n, float scale = 2.0f, void *stream = nullptr) {
        const actinide_call call = elementwise_call({x}, y, n, scale);
        return actinide_cuda_run_elementwise(&kernel, &call, stream);
    }
};

struct CudaPrelu : CudaKernel {
    CudaPrelu() : CudaKernel(prelu_kernel(), prelu_ptx) { kernel.entries[ACTINIDE_CUDA_SCALAR] = "prelu"; }
    int32_t run(const void *x, const void *weight, void *y, Shape shape, void *stream = nullptr) {
        const actinide_call call = channelwise_call({x, weight}, {y}, shape);
        return actinide_cuda_run_channelwise(&kernel, &call, stream);
    }
};

struct CudaPreluBackward : CudaKernel {
    CudaPreluBackward() : CudaKernel(prelu_backward_kernel(), prelu_ptx) {
        kernel.entries[ACTINIDE_CUDA_SCALAR] = "prelu_dx";
        kernel.entries[ACTINIDE_CUDA_LANE_SUMS] = "prelu_lane_sums";
        kernel.entries[ACTINIDE_CUDA_FOLD_GROUPS] = "actinide_fold_groups";
        kernel.entries[ACTINIDE_CUDA_FOLD_CHANNELS] = "actinide_fold_channels";
    }
    int32_t run(const void *x, const void *weight, const void *dy, void *dx, void *dweight, Shape shape,
                void *workspace, size_t workspace_bytes, void *stream = nullptr) {
        const actinide_call call = channelwise_call({x, weight, dy}, {dx, dweight}, shape);
        return actinide_cuda_run_channelwise_gradient(&kernel, &call, workspace, workspace_bytes, stream);
    }
};

/// Of three learned parameters.
struct CudaSeveralBackward : CudaKernel {
    CudaSeveralBackward() : CudaKernel(several_backward_kernel(3), prelu_ptx) {
        kernel.entries[ACTINIDE_CUDA_SCALAR] = "three_dx";
        kernel.entries[ACTINIDE_CUDA_LANE_SUMS] = "three_lane_sums";
        kernel.entries[ACTINIDE_CUDA_FOLD_GROUPS] = "actinide_fold_groups";
        kernel.entries[ACTINIDE_CUDA_FOLD_CHANNELS] = "actinide_fold_channels";
    }
};

/// A device address that no host memory has.
inline char *device_address(uintptr_t offset) {
    return reinterpret_cast<char *>((uintptr_t{1} << 46) + offset);
}
inline void *handle(uintptr_t value) {
    return reinterpret_cast<void *>(value);
}

}  // namespace actinide::runtime_tests
