// links: actinide_runtime_cuda_native actinide_fake_cuda
// What reaches the driver: entry, grid, stream and every argument; and what the caller is told.
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "tests/runtime_cuda_kernels.h"

namespace actinide::runtime_tests {
namespace {

class CudaLaunch : public testing::Test {
protected:
    CudaLaunch() {
        fake_cuda().reset();
        set_fake_context(handle(0xc0));
    }
    const std::vector<FakeLaunch> &launches() { return fake_cuda().launches; }

    CudaScale scale_;
    CudaPrelu prelu_;
    char *x_ = device_address(0), *y_ = device_address(uintptr_t{1} << 44),
         *weight_ = device_address(uintptr_t{1} << 43);
};

TEST_F(CudaLaunch, PassesEveryArgumentOfAnElementwiseKernel) {
    ASSERT_EQ(scale_.run(x_, y_, 5000, 2.5f, handle(0x51)), ACTINIDE_OK);
    ASSERT_EQ(launches().size(), 1u);
    const FakeLaunch &launch = launches()[0];
    EXPECT_EQ(launch.entry, "scale_vector");
    EXPECT_EQ(launch.grid[0], 5u);  // 5000 elements, 1024 a block
    EXPECT_EQ(launch.grid[1] * launch.grid[2], 1u);
    EXPECT_EQ(launch.block[0], 256u);
    EXPECT_EQ(launch.block[1] * launch.block[2], 1u);
    EXPECT_EQ(launch.shared_bytes, 0u);
    EXPECT_EQ(launch.stream, handle(0x51));
    EXPECT_EQ(launch.context, handle(0xc0));
    ASSERT_EQ(launch.arguments.size(), 4u);
    EXPECT_EQ(launch.argument<char *>(0), x_);
    EXPECT_EQ(launch.argument<char *>(1), y_);
    EXPECT_EQ(launch.argument<uint64_t>(2), 5000u);
    EXPECT_EQ(launch.argument<float>(3), 2.5f);
}

TEST_F(CudaLaunch, UsesVectorsOnlyIfEveryPointerIsAligned) {
    for (int x_offset = 0; x_offset < 16; x_offset += 4) {
        for (int y_offset = 0; y_offset < 16; y_offset += 4) {
            fake_cuda().reset();
            ASSERT_EQ(scale_.run(x_ + x_offset, y_ + y_offset, 1025), ACTINIDE_OK);
            const bool aligned = x_offset == 0 && y_offset == 0;
            EXPECT_EQ(launches().at(0).entry, aligned ? "scale_vector" : "scale_scalar");
            EXPECT_EQ(launches().at(0).grid[0], aligned ? 2u : 5u);
        }
    }
}

TEST_F(CudaLaunch, UsesTheScalarEntryWhereThereIsNoOther) {
    scale_.kernel.entries[ACTINIDE_CUDA_VECTOR] = nullptr;
    ASSERT_EQ(scale_.run(x_, y_, 256), ACTINIDE_OK);
    EXPECT_EQ(launches().at(0).entry, "scale_scalar");
    EXPECT_EQ(launches().at(0).grid[0], 1u);
}

TEST_F(CudaLaunch, CutsWhatOneGridCannotHold) {
    const size_t n = (size_t{1} << 40) + 3;
    for (const int offset : {0, 4}) {
        fake_cuda().reset();
        ASSERT_EQ(scale_.run(x_ + offset, y_, n), ACTINIDE_OK);
        uint64_t done = 0;
        for (const FakeLaunch &launch : launches()) {
            EXPECT_EQ(launch.argument<char *>(0), x_ + offset + 4 * done);
            EXPECT_EQ(launch.argument<char *>(1), y_ + 4 * done);
            const auto extent = launch.argument<uint64_t>(2);
            const uint64_t per_block = offset == 0 ? 1024 : 256;
            EXPECT_EQ(launch.grid[0], (extent + per_block - 1) / per_block);
            done += extent;
        }
        EXPECT_EQ(done, n);
    }
}

TEST_F(CudaLaunch, PassesEveryArgumentOfAChannelwiseKernel) {
    ASSERT_EQ(prelu_.run(x_, weight_, y_, {3, 5, 100}, handle(7)), ACTINIDE_OK);
    const FakeLaunch &launch = launches().at(0);
    EXPECT_EQ(launch.entry, "prelu");
    EXPECT_EQ(launch.grid[0], 6u);
    EXPECT_EQ(launch.stream, handle(7));
    EXPECT_EQ(launch.argument<char *>(0), x_);
    EXPECT_EQ(launch.argument<char *>(1), weight_);
    EXPECT_EQ(launch.argument<char *>(2), y_);
    EXPECT_EQ(launch.argument<uint64_t>(3), 3u);
    EXPECT_EQ(launch.argument<uint64_t>(4), 5u);
    EXPECT_EQ(launch.argument<uint64_t>(5), 100u);
}

TEST_F(CudaLaunch, GivesAThreadSeveralElementsOfOneRowWhereAllOfThemAreAligned) {
    prelu_.kernel.entries[ACTINIDE_CUDA_VECTOR] = "prelu_vector";
    struct Case {
        Shape shape;
        size_t x_offset;
        const char *entry;
        unsigned blocks;
    };
    for (const Case &each : {Case{{3, 5, 100}, 0, "prelu_vector", 2}, Case{{3, 5, 101}, 0, "prelu", 6},
                             Case{{3, 5, 100}, 4, "prelu", 6}, Case{{300, 5, 1}, 0, "prelu", 6}}) {
        fake_cuda().reset();
        ASSERT_EQ(prelu_.run(x_ + each.x_offset, weight_ + 4, y_, each.shape), ACTINIDE_OK);
        ASSERT_EQ(launches().size(), 1u);
        EXPECT_EQ(launches()[0].entry, each.entry);
        EXPECT_EQ(launches()[0].grid[0], each.blocks);
        EXPECT_EQ(launches()[0].argument<char *>(1), weight_ + 4);
    }
}

TEST_F(CudaLaunch, CutsChannelwiseSizesThatOneGridCannotHold) {
    for (const Shape shape : {Shape{size_t{1} << 30, 3, 200}, Shape{1, size_t{1} << 30, 600},
                              Shape{3, 1, size_t{1} << 37}, Shape{1, 2, (size_t{1} << 38) + 1}}) {
        fake_cuda().reset();
        ASSERT_EQ(prelu_.run(x_, weight_, y_, shape), ACTINIDE_OK);
        EXPECT_GT(launches().size(), 1u);
        uint64_t done = 0;
        for (const FakeLaunch &launch : launches()) {
            EXPECT_EQ(launch.argument<char *>(0), x_ + 4 * done);
            EXPECT_EQ(launch.argument<char *>(1),
                      weight_ + (shape.channels > 1 ? 4 * (done / shape.inner % shape.channels) : 0));
            EXPECT_EQ(launch.argument<char *>(2), y_ + 4 * done);
            done += launch.argument<uint64_t>(3) * launch.argument<uint64_t>(4) * launch.argument<uint64_t>(5);
        }
        EXPECT_EQ(done, shape.elements());
    }
}

TEST_F(CudaLaunch, PassesEveryStrideOfRows) {
    scale_.kernel.ptx = scale_rows_ptx;
    actinide_call call = elementwise_call({x_}, y_, 0, 2.5f);
    const size_t sizes[] = {7, 100, 128, 200};
    std::copy(std::begin(sizes), std::end(sizes), call.sizes);
    ASSERT_EQ(actinide_cuda_run_rows(&scale_.kernel, &call, handle(0x51)), ACTINIDE_OK);
    const FakeLaunch &launch = launches().at(0);
    EXPECT_EQ(launch.entry, "scale_scalar");
    EXPECT_EQ(launch.grid[0], 3u) << "700 elements, one a thread, 256 a block";
    EXPECT_EQ(launch.argument<char *>(0), x_);
    EXPECT_EQ(launch.argument<char *>(1), y_);
    for (size_t i = 0; i < 4; ++i) EXPECT_EQ(launch.argument<uint64_t>(2 + i), sizes[i]);
    call.sizes[3] = 99;
    EXPECT_EQ(actinide_cuda_run_rows(&scale_.kernel, &call, nullptr), ACTINIDE_INVALID_SHAPE);
}

TEST_F(CudaLaunch, GivesAThreadTheElementsOfAByteOfBits) {
    actinide_kernel &host = scale_.kernel.host;
    scale_.kernel.ptx = scale_mask_ptx;
    scale_.kernel.elements_per_thread = 8;
    host.packing = {ACTINIDE_MASK_BLOCK, {32}, {32, 1}};
    host.output_count = 2;
    actinide_call call = elementwise_call({x_}, y_, 5000, 2.5f);
    call.outputs[1] = weight_;
    call.sizes[1] = 625;
    ASSERT_EQ(actinide_cuda_run_packed(&scale_.kernel, &call, nullptr), ACTINIDE_OK);
    const FakeLaunch &launch = launches().at(0);
    EXPECT_EQ(launch.entry, "scale_scalar");
    EXPECT_EQ(launch.grid[0], 3u) << "625 bytes, 256 a block";
    EXPECT_EQ(launch.argument<char *>(2), weight_);
    EXPECT_EQ(launch.argument<uint64_t>(3), 5000u);
    call.sizes[1] = 624;
    EXPECT_EQ(actinide_cuda_run_packed(&scale_.kernel, &call, nullptr), ACTINIDE_INVALID_SHAPE);
}

TEST_F(CudaLaunch, GivesAThreadOnePair) {
    actinide_kernel &host = scale_.kernel.host;
    host.packing = {ACTINIDE_PAIRS_BLOCK, {64}, {32}};
    scale_.kernel.elements_per_thread = 1;
    actinide_call call = elementwise_call({x_}, y_, 2000, 2.5f);
    ASSERT_EQ(actinide_cuda_run_packed(&scale_.kernel, &call, nullptr), ACTINIDE_OK);
    EXPECT_EQ(launches().at(0).grid[0], 4u) << "1000 pairs, 256 a block";
    EXPECT_EQ(launches().at(0).argument<uint64_t>(2), 1000u);
    call.sizes[0] = 2001;
    EXPECT_EQ(actinide_cuda_run_packed(&scale_.kernel, &call, nullptr), ACTINIDE_INVALID_SHAPE);
}

TEST_F(CudaLaunch, ChecksTheCallBeforeItAsksTheDriver) {
    EXPECT_EQ(scale_.run(nullptr, y_, 4), ACTINIDE_INVALID_POINTER);
    EXPECT_EQ(scale_.run(x_ + 1, y_, 4), ACTINIDE_MISALIGNED);
    EXPECT_EQ(scale_.run(x_, x_ + 4, 4), ACTINIDE_OVERLAP);
    EXPECT_EQ(scale_.run(x_, y_, SIZE_MAX), ACTINIDE_SIZE_OVERFLOW);
    EXPECT_EQ(scale_.run(x_, y_, 4, -1.0f), ACTINIDE_INVALID_PARAMETER);
    EXPECT_EQ(scale_.run(x_, y_, 4, std::nanf("")), ACTINIDE_INVALID_PARAMETER);
    EXPECT_EQ(prelu_.run(x_, x_ + 8, y_, {size_t{1} << 62, 8, 1}), ACTINIDE_SIZE_OVERFLOW);
    EXPECT_EQ(prelu_.run(x_, y_, y_, {1, 4, 1}), ACTINIDE_OVERLAP);
    EXPECT_EQ(fake_cuda().loads, 0);
}

TEST_F(CudaLaunch, DoesNothingForNoElements) {
    set_fake_context(nullptr);
    EXPECT_EQ(scale_.run(nullptr, nullptr, 0), ACTINIDE_OK);
    EXPECT_EQ(prelu_.run(nullptr, nullptr, nullptr, {0, 4, 1}), ACTINIDE_OK);
    EXPECT_EQ(fake_cuda().loads, 0);
}

TEST_F(CudaLaunch, LetsTheOutputBeTheInput) {
    EXPECT_EQ(scale_.run(x_, x_, 100), ACTINIDE_OK);
    EXPECT_EQ(prelu_.run(x_, weight_, x_, {1, 2, 3}), ACTINIDE_OK);
}

TEST_F(CudaLaunch, LoadsALibraryOnceForAllContexts) {
    for (uintptr_t context = 1; context <= 40; ++context) {
        set_fake_context(handle(context));
        ASSERT_EQ(scale_.run(x_, y_, 4), ACTINIDE_OK);
        EXPECT_EQ(launches().back().context, handle(context));
    }
    EXPECT_EQ(fake_cuda().loads, 1);
    EXPECT_EQ(fake_cuda().finds, 1);
}

TEST_F(CudaLaunch, FindsEachEntryOnce) {
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(scale_.run(x_, y_, 4), ACTINIDE_OK);
        ASSERT_EQ(scale_.run(x_ + 4, y_, 4), ACTINIDE_OK);
    }
    EXPECT_EQ(fake_cuda().finds, 2);
}

TEST_F(CudaLaunch, SaysNoDeviceWithoutAContext) {
    set_fake_context(nullptr);
    EXPECT_EQ(scale_.run(x_, y_, 4), ACTINIDE_NO_DEVICE);
    EXPECT_EQ(fake_cuda().loads, 0);
}

struct ErrorCase {
    int result;
    int32_t status;
};
class CudaErrors : public CudaLaunch, public testing::WithParamInterface<ErrorCase> {};

TEST_P(CudaErrors, BecomeAStatusWhereverTheyHappen) {
    const auto [result, status] = GetParam();
    fake_cuda().context_result = result;
    EXPECT_EQ(scale_.run(x_, y_, 4), status);
    fake_cuda().context_result = 0;
    fake_cuda().load_result = result;
    EXPECT_EQ(scale_.run(x_, y_, 4), status);
    fake_cuda().load_result = 0;
    fake_cuda().find_result = result;
    EXPECT_EQ(scale_.run(x_, y_, 4), status);
    fake_cuda().find_result = 0;
    fake_cuda().launch_results = {result};
    EXPECT_EQ(scale_.run(x_, y_, 4), status);
    EXPECT_TRUE(launches().empty());
    EXPECT_EQ(scale_.run(x_, y_, 4), ACTINIDE_OK);  // and none of them is remembered
}

INSTANTIATE_TEST_SUITE_P(All, CudaErrors,
                         testing::Values(ErrorCase{3, ACTINIDE_NO_DEVICE}, ErrorCase{100, ACTINIDE_NO_DEVICE},
                                         ErrorCase{201, ACTINIDE_NO_DEVICE}, ErrorCase{34, ACTINIDE_NO_DRIVER},
                                         ErrorCase{2, ACTINIDE_CUDA_ERROR}, ErrorCase{218, ACTINIDE_CUDA_ERROR},
                                         ErrorCase{400, ACTINIDE_CUDA_ERROR}, ErrorCase{700, ACTINIDE_CUDA_ERROR}));

TEST_F(CudaLaunch, SaysCudaErrorWhenThePtxLacksTheEntry) {
    scale_.kernel.entries[ACTINIDE_CUDA_VECTOR] = "missing";
    EXPECT_EQ(scale_.run(x_, y_, 4), ACTINIDE_CUDA_ERROR);
}

TEST_F(CudaLaunch, LoadsOnceForManyThreadsAndKeepsTheirContextsApart) {
    constexpr int threads = 8, calls = 200;
    {
        std::vector<std::jthread> running;
        for (int i = 0; i < threads; ++i) {
            running.emplace_back([&, i] {
                set_fake_context(handle(0x100 + static_cast<uintptr_t>(i)));
                for (int k = 0; k < calls; ++k) {
                    EXPECT_EQ(scale_.run(x_, y_, static_cast<size_t>(i) + 1, 1.0f, handle(static_cast<uintptr_t>(i))),
                              ACTINIDE_OK);
                }
            });
        }
    }
    EXPECT_EQ(fake_cuda().loads, 1);
    ASSERT_EQ(launches().size(), static_cast<size_t>(threads * calls));
    for (const FakeLaunch &launch : launches()) {
        const auto thread = reinterpret_cast<uintptr_t>(launch.stream);
        EXPECT_EQ(launch.context, handle(0x100 + thread));
        EXPECT_EQ(launch.argument<uint64_t>(2), thread + 1);
    }
}

}  // namespace
}  // namespace actinide::runtime_tests
