// links: actinide_runtime_native actinide_runtime_cuda_native actinide_fake_cuda
// The three steps of the parameter's gradient, executed on the host as the device would, give the CPU's bits.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

#include "tests/runtime_cuda_kernels.h"

extern "C" {
#include "runtime/device/lanes.h"
}

namespace actinide::runtime_tests {
namespace {

struct Sizes {
    uint64_t outer, channels, inner;
};
Sizes sizes_at(const FakeLaunch &launch, size_t index) {
    return {launch.argument<uint64_t>(index), launch.argument<uint64_t>(index + 1),
            launch.argument<uint64_t>(index + 2)};
}

void execute_lane_sums(const FakeLaunch &launch) {
    const auto [outer, channels, inner] = sizes_at(launch, 4);
    const auto *x = launch.argument<const float *>(0);
    const auto *dy = launch.argument<const float *>(2);
    for (uint64_t thread = 0; thread < uint64_t{launch.grid[0]} * launch.block[0]; ++thread) {
        actinide_lane lane;
        if (!actinide_find_lane(thread, outer, channels, inner, &lane)) continue;
        double sum = 0;
        for (uint64_t step = 0; step < lane.steps; ++step) {
            const uint64_t element = lane.offset + step * lane.stride;
            EXPECT_EQ(lane.channel, element / inner % channels);
            sum += prelu_term(x[element], dy[element]);
        }
        launch.argument<double *>(3)[thread] = sum;
    }
}

void execute_dx(const FakeLaunch &launch) {
    const auto [outer, channels, inner] = sizes_at(launch, 4);
    for (uint64_t i = 0; i < outer * channels * inner; ++i) {
        const float weight = launch.argument<const float *>(1)[i / inner % channels];
        launch.argument<float *>(3)[i] =
            prelu_dx(launch.argument<const float *>(0)[i], weight, launch.argument<const float *>(2)[i]);
    }
}

/// Three learned parameters, whose terms are prelu's times 1, 2 and 4: x, a, b, c, dy, three partials, the sizes.
void execute_three_lane_sums(const FakeLaunch &launch) {
    const auto [outer, channels, inner] = sizes_at(launch, 8);
    const auto *x = launch.argument<const float *>(0);
    const auto *dy = launch.argument<const float *>(4);
    for (uint64_t thread = 0; thread < uint64_t{launch.grid[0]} * launch.block[0]; ++thread) {
        actinide_lane lane;
        if (!actinide_find_lane(thread, outer, channels, inner, &lane)) continue;
        for (size_t i = 0; i < 3; ++i) {
            double sum = 0;
            for (uint64_t step = 0; step < lane.steps; ++step) {
                const uint64_t element = lane.offset + step * lane.stride;
                sum += std::ldexp(1.0, static_cast<int>(i)) * prelu_term(x[element], dy[element]);
            }
            launch.argument<double *>(5 + i)[thread] = sum;
        }
    }
}

/// actinide_fold_groups: what one block's threads do before the barrier, then after it.
void execute_fold_groups(const FakeLaunch &launch) {
    const auto [outer, channels, inner] = sizes_at(launch, 2);
    const actinide_fold fold = actinide_fold_of(outer, channels, inner);
    auto *partials = launch.argument<double *>(0);
    EXPECT_EQ(launch.block[0], static_cast<unsigned>(ACTINIDE_GROUP_CHUNKS));
    for (uint64_t i = 0; i < fold.groups_per_channel * channels; ++i) {
        const uint64_t channel = i % channels, group = i / channels;
        for (uint64_t thread = launch.block[0]; thread-- > 0;) {
            const uint64_t chunk = group * ACTINIDE_GROUP_CHUNKS + thread;
            if (chunk >= fold.chunks_per_channel) continue;
            partials[actinide_first_partial(&fold, channel, chunk)] =
                actinide_sum_of_chunk(&fold, partials, channel, chunk);
        }
        launch.argument<actinide_sum *>(1)[i] = actinide_sum_of_group(&fold, partials, channel, group);
    }
}

void execute_fold_channels(const FakeLaunch &launch) {
    const auto [outer, channels, inner] = sizes_at(launch, 2);
    const actinide_fold fold = actinide_fold_of(outer, channels, inner);
    for (uint64_t i = 0; i < channels; ++i) {
        launch.argument<float *>(1)[i] =
            actinide_rounded(actinide_total_of_channel(&fold, launch.argument<const actinide_sum *>(0), i));
    }
}

void execute(const FakeLaunch &launch) {
    if (launch.entry == "prelu_lane_sums") execute_lane_sums(launch);
    if (launch.entry == "three_lane_sums") execute_three_lane_sums(launch);
    if (launch.entry == "prelu_dx") execute_dx(launch);
    if (launch.entry == "actinide_fold_groups") execute_fold_groups(launch);
    if (launch.entry == "actinide_fold_channels") execute_fold_channels(launch);
}

class CudaGradient : public testing::TestWithParam<Shape> {
protected:
    CudaGradient() {
        fake_cuda().reset();
        fake_cuda().execute = execute;
        set_fake_context(handle(1));
        std::mt19937 generator(11);
        std::normal_distribution<float> normal(0.0f, 3.0f);
        std::uniform_int_distribution<int> exponent(-20, 20);
        for (float &value : x_) value = normal(generator);
        for (float &value : dy_) value = std::ldexp(normal(generator), exponent(generator));
        for (float &value : weight_) value = normal(generator);
    }
    size_t workspace_bytes() const {
        return actinide_cuda_gradient_workspace_bytes(shape_.outer, shape_.channels, shape_.inner, 1);
    }

    Shape shape_ = GetParam();
    CudaPreluBackward kernel_;
    std::vector<float> x_ = std::vector<float>(shape_.elements()), dy_ = x_, dx_ = x_;
    std::vector<float> weight_ = std::vector<float>(shape_.channels), dweight_ = weight_;
};

TEST_P(CudaGradient, GivesTheBitsOfTheCpu) {
    const LevelInUse level(0);
    const actinide_kernel host = prelu_backward_kernel();
    const actinide_call call =
        channelwise_call({x_.data(), weight_.data(), dy_.data()}, {dx_.data(), dweight_.data()}, shape_);
    ASSERT_EQ(actinide_run_channelwise_gradient(&host, &call), ACTINIDE_OK);

    std::vector<double> workspace(workspace_bytes() / sizeof(double) + 1, std::nan(""));
    std::vector<float> dweight(shape_.channels);
    std::vector<float> dx = dy_;  // in place
    ASSERT_EQ(kernel_.run(x_.data(), weight_.data(), dx.data(), dx.data(), dweight.data(), shape_, workspace.data(),
                          workspace_bytes(), handle(5)),
              ACTINIDE_OK);
    EXPECT_EQ(dx, dx_);
    for (size_t channel = 0; channel < shape_.channels; ++channel) {
        ASSERT_EQ(std::bit_cast<uint32_t>(dweight[channel]), std::bit_cast<uint32_t>(dweight_[channel])) << channel;
    }
    EXPECT_TRUE(std::isnan(workspace.back())) << "the workspace was overrun";
}

TEST_P(CudaGradient, OfThreeParametersGivesTheBitsOfTheCpu) {
    const LevelInUse level(0);
    const actinide_kernel host = several_backward_kernel(3);
    const std::vector<const void *> inputs = {x_.data(), weight_.data(), weight_.data(), weight_.data(), dy_.data()};
    std::vector<std::vector<float>> expected(3, std::vector<float>(shape_.channels));
    const actinide_call call =
        channelwise_call(inputs, {dx_.data(), expected[0].data(), expected[1].data(), expected[2].data()}, shape_);
    ASSERT_EQ(actinide_run_channelwise_gradient(&host, &call), ACTINIDE_OK);

    CudaSeveralBackward kernel;
    const size_t bytes = actinide_cuda_gradient_workspace_bytes(shape_.outer, shape_.channels, shape_.inner, 3);
    std::vector<double> workspace(bytes / sizeof(double) + 1, std::nan(""));
    std::vector<std::vector<float>> found(3, std::vector<float>(shape_.channels));
    const actinide_call again =
        channelwise_call(inputs, {dx_.data(), found[0].data(), found[1].data(), found[2].data()}, shape_);
    ASSERT_EQ(actinide_cuda_run_channelwise_gradient(&kernel.kernel, &again, workspace.data(), bytes, handle(5)),
              ACTINIDE_OK);
    EXPECT_EQ(found, expected);
    EXPECT_TRUE(std::isnan(workspace.back())) << "the workspace was overrun";
    EXPECT_EQ(fake_cuda().launches.size(), 2U + 2U * 3U);
}

TEST_P(CudaGradient, LaunchesItsStepsInOrderInOneStream) {
    std::vector<double> workspace(workspace_bytes() / sizeof(double));
    ASSERT_EQ(kernel_.run(x_.data(), weight_.data(), dy_.data(), dx_.data(), dweight_.data(), shape_, workspace.data(),
                          workspace_bytes(), handle(5)),
              ACTINIDE_OK);
    std::vector<std::string> entries;
    for (const FakeLaunch &launch : fake_cuda().launches) {
        entries.push_back(launch.entry);
        EXPECT_EQ(launch.stream, handle(5));
    }
    EXPECT_EQ(entries, (std::vector<std::string>{"prelu_lane_sums", "prelu_dx", "actinide_fold_groups",
                                                 "actinide_fold_channels"}));
    EXPECT_EQ(fake_cuda().loads, 1);
}

INSTANTIATE_TEST_SUITE_P(Shapes, CudaGradient,
                         testing::Values(Shape{1, 1, 1}, Shape{1, 1, 17}, Shape{3, 1, 5000}, Shape{1, 1, 300000},
                                         Shape{2, 3, 5}, Shape{70, 3, 16}, Shape{3, 60, 4}, Shape{2, 3, 4100},
                                         Shape{130, 2, 2}, Shape{2, 40, 49}, Shape{1, 2, 140000}, Shape{1, 2, 1},
                                         Shape{129, 32, 1}, Shape{1000, 33, 1}, Shape{300, 65, 1}, Shape{150, 200, 1},
                                         Shape{40, 1100, 1}, Shape{9000, 2, 1}),
                         [](const auto &info) {
                             return std::to_string(info.param.outer) + "x" + std::to_string(info.param.channels) + "x" +
                                    std::to_string(info.param.inner);
                         });

class CudaGradientCalls : public testing::Test {
protected:
    CudaGradientCalls() {
        fake_cuda().reset();
        set_fake_context(handle(1));
    }
    int32_t run(const void *workspace, size_t bytes) {
        return kernel_.run(x_, weight_, dy_, dx_, dweight_, {2, 3, 5}, const_cast<void *>(workspace), bytes);
    }
    CudaPreluBackward kernel_;
    char *x_ = device_address(0), *weight_ = device_address(4096), *dy_ = device_address(8192);
    char *dx_ = device_address(12288), *dweight_ = device_address(16384);
};

TEST_F(CudaGradientCalls, NeedAWorkspaceThatIsLargeAlignedAndApart) {
    const size_t bytes = actinide_cuda_gradient_workspace_bytes(2, 3, 5, 1);
    char *workspace = device_address(20480);
    EXPECT_EQ(run(nullptr, bytes), ACTINIDE_INVALID_POINTER);
    EXPECT_EQ(run(workspace + 4, bytes), ACTINIDE_MISALIGNED);
    EXPECT_EQ(run(workspace, bytes - 1), ACTINIDE_INVALID_PARAMETER);
    for (char *array : {x_, weight_, dy_, dx_, dweight_}) {
        EXPECT_EQ(run(array + 8, bytes), ACTINIDE_OVERLAP);
        EXPECT_EQ(run(array - 8, bytes), ACTINIDE_OVERLAP);
    }
    EXPECT_EQ(fake_cuda().loads, 0);
    EXPECT_EQ(run(workspace, bytes), ACTINIDE_OK);
}

TEST_F(CudaGradientCalls, FillTheGradientOfNoElementsWithZero) {
    EXPECT_EQ(kernel_.run(nullptr, nullptr, nullptr, nullptr, nullptr, {0, 3, 5}, nullptr, 0), ACTINIDE_OK);
    EXPECT_TRUE(fake_cuda().fills.empty());
    EXPECT_EQ(kernel_.run(nullptr, nullptr, nullptr, nullptr, dweight_, {0, 3, 5}, nullptr, 0, handle(9)), ACTINIDE_OK);
    ASSERT_EQ(fake_cuda().fills.size(), 1u);
    EXPECT_EQ(fake_cuda().fills[0].address, reinterpret_cast<uintptr_t>(dweight_));
    EXPECT_EQ(fake_cuda().fills[0].value, 0u);
    EXPECT_EQ(fake_cuda().fills[0].count, 3u);
    EXPECT_EQ(fake_cuda().fills[0].stream, handle(9));
}

TEST_F(CudaGradientCalls, StopAtTheFirstError) {
    char *workspace = device_address(20480);
    for (int failing = 0; failing < 4; ++failing) {
        fake_cuda().reset();
        fake_cuda().launch_results.assign(static_cast<size_t>(failing), 0);
        fake_cuda().launch_results.push_back(719);
        EXPECT_EQ(run(workspace, 4096), ACTINIDE_CUDA_ERROR);
        EXPECT_EQ(fake_cuda().launches.size(), static_cast<size_t>(failing));
    }
}

TEST(CudaWorkspace, IsAFunctionOfTheShape) {
    EXPECT_EQ(actinide_cuda_gradient_workspace_bytes(0, 3, 5, 1), 0u);
    EXPECT_EQ(actinide_cuda_gradient_workspace_bytes(SIZE_MAX, 3, 5, 1), 0u);
    // 16 lanes a chunk of 2048 elements, and one pair for up to 64 chunks.
    EXPECT_EQ(actinide_cuda_gradient_workspace_bytes(1, 1, 2048, 1), 16u * 8 + 16);
    EXPECT_EQ(actinide_cuda_gradient_workspace_bytes(1, 1, size_t{65} * 2048, 1), size_t{65 * 16 * 8 + 2 * 16});
    // Channels last: one lane per 64 rows of each of 64 channels, one pair per 64 chunks of 128 rows.
    EXPECT_EQ(actinide_cuda_gradient_workspace_bytes(128, 64, 1, 1), 2u * 64 * 8 + 64 * 16);
    // Each parameter has lanes of its own; the pairs are one parameter's at a time.
    EXPECT_EQ(actinide_cuda_gradient_workspace_bytes(128, 64, 1, 3), 3u * 2u * 64 * 8 + 64 * 16);
}

}  // namespace
}  // namespace actinide::runtime_tests
