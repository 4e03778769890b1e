// links: actinide_runtime_cuda_native actinide_fake_cuda_11
// Before CUDA 12 a module belongs to one context.
#include <gtest/gtest.h>

#include <thread>

#include "tests/runtime_cuda_kernels.h"

namespace actinide::runtime_tests {
namespace {

class CudaContexts : public testing::Test {
protected:
    CudaContexts() { fake_cuda().reset(); }
    int32_t run_in(uintptr_t context) {
        set_fake_context(handle(context));
        return scale_.run(device_address(0), device_address(4096), 4);
    }
    CudaScale scale_;
};

TEST_F(CudaContexts, HaveAModuleEach) {
    for (int round = 0; round < 3; ++round) {
        for (uintptr_t context = 1; context <= ACTINIDE_CUDA_MAX_CONTEXTS; ++context) {
            ASSERT_EQ(run_in(context), ACTINIDE_OK);
        }
    }
    EXPECT_EQ(fake_cuda().loads, ACTINIDE_CUDA_MAX_CONTEXTS);
}

TEST_F(CudaContexts, BeyondTheLastSlotStillWork) {
    for (int round = 0; round < 3; ++round) {
        for (uintptr_t context = 1; context <= 50; ++context) ASSERT_EQ(run_in(context), ACTINIDE_OK) << context;
    }
    EXPECT_EQ(run_in(50), ACTINIDE_OK);
    EXPECT_EQ(fake_cuda().loads, 150);
}

TEST_F(CudaContexts, ThatDiedAndCameBackAtTheSameAddressAreLoadedAgain) {
    ASSERT_EQ(run_in(1), ACTINIDE_OK);
    for (const int stale : {400, 709}) {
        fake_cuda().reset();
        fake_cuda().launch_results = {stale};
        EXPECT_EQ(run_in(1), ACTINIDE_OK);
        EXPECT_EQ(fake_cuda().loads, 1);
        EXPECT_EQ(fake_cuda().launches.size(), 1u);
    }
}

TEST_F(CudaContexts, AreNotTriedMoreThanTwice) {
    fake_cuda().launch_results = {400, 400};
    EXPECT_EQ(run_in(1), ACTINIDE_CUDA_ERROR);
    EXPECT_EQ(fake_cuda().loads, 2);
    EXPECT_EQ(run_in(1), ACTINIDE_OK);
}

TEST_F(CudaContexts, OfManyThreadsAreKeptApart) {
    {
        std::vector<std::jthread> running;
        for (uintptr_t i = 1; i <= 8; ++i) {
            running.emplace_back([&, i] {
                for (int k = 0; k < 100; ++k) EXPECT_EQ(run_in(i), ACTINIDE_OK);
            });
        }
    }
    EXPECT_EQ(fake_cuda().loads, 8);
}

}  // namespace
}  // namespace actinide::runtime_tests
