// links: kernels_cuda_table
// Every CUDA function on a machine whose process has no device to talk to.
#include <actinide_kernels/kernels.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/kernels_table.h"

namespace {

TEST(CudaKernels, SayThatThereIsNoDriverOrNoDevice) {
    std::array<float, 256> memory{};
    for (size_t i = 0; i < kernel_cuda_count; ++i) {
        const kernel_cuda_entry &each = kernel_cuda_table[i];
        std::array<const void *, KERNEL_MAX_ARRAYS> inputs{};
        std::array<void *, KERNEL_MAX_ARRAYS> outputs{};
        for (size_t k = 0; k < KERNEL_MAX_ARRAYS; ++k) {
            inputs[k] = memory.data() + 4 * k;
            outputs[k] = memory.data() + 4 * (k + KERNEL_MAX_ARRAYS);
        }
        const std::array<size_t, 3> sizes = {1, 1, 1};
        std::array<float, KERNEL_MAX_PARAMETERS> parameters{};
        for (int k = 0; k < each.kernel.parameter_count; ++k) {
            parameters[static_cast<size_t>(k)] = each.kernel.parameters[k].default_value;
        }
        const size_t bytes = each.workspace_bytes != nullptr ? each.workspace_bytes(sizes.data()) : 0;
        ASSERT_LE(bytes, 128 * sizeof(float));
        const int status = each.run(inputs.data(), outputs.data(), sizes.data(), parameters.data(), memory.data() + 128,
                                    bytes, nullptr);
        EXPECT_TRUE(status == ACTN_NO_DRIVER || status == ACTN_NO_DEVICE) << each.kernel.symbol << ": " << status;
    }
}

}  // namespace
