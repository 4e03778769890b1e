// links: actinide_runtime_cuda_native
// A machine without the driver, or with one that nobody has initialised.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include "tests/runtime_cuda_kernels.h"

namespace actinide::runtime_tests {
namespace {

TEST(CudaMissing, IsAStatusEveryTime) {
    CudaScale scale;
    const bool has_driver = dlopen("libcuda.so.1", RTLD_NOW) != nullptr;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(scale.run(device_address(0), device_address(4096), 4),
                  has_driver ? ACTINIDE_NO_DEVICE : ACTINIDE_NO_DRIVER);
    }
}

TEST(CudaMissing, DoesNotHideTheCallersMistakes) {
    CudaScale scale;
    EXPECT_EQ(scale.run(nullptr, device_address(4096), 4), ACTINIDE_INVALID_POINTER);
    EXPECT_EQ(scale.run(nullptr, nullptr, 0), ACTINIDE_OK);
}

}  // namespace
}  // namespace actinide::runtime_tests
