// links: actinide_runtime_native
// Every way in which a call can be wrong, and that nothing is written then.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "tests/runtime_tiles.h"

namespace actinide::runtime_tests {
namespace {

constexpr float untouched = -77.0f;

class Elementwise : public testing::Test {
protected:
    int32_t run(const void *x, void *y, size_t n, float scale = 2.0f) {
        const actinide_kernel kernel = scale_kernel();
        const actinide_call call = elementwise_call({x}, y, n, scale);
        return actinide_run_elementwise(&kernel, &call);
    }

    LevelInUse level_{0};
    std::vector<float> memory_ = std::vector<float>(64, untouched);
};

class Channelwise : public testing::Test {
protected:
    int32_t run(const void *x, const void *weight, void *y, Shape shape) {
        const actinide_kernel kernel = prelu_kernel();
        const actinide_call call = channelwise_call({x, weight}, {y}, shape);
        return actinide_run_channelwise(&kernel, &call);
    }
    int32_t run_backward(const void *x, const void *weight, const void *dy, void *dx, void *dweight, Shape shape) {
        const actinide_kernel kernel = prelu_backward_kernel();
        const actinide_call call = channelwise_call({x, weight, dy}, {dx, dweight}, shape);
        return actinide_run_channelwise_gradient(&kernel, &call);
    }

    LevelInUse level_{0};
    Shape shape_{2, 4, 3};
    std::vector<float> x_ = std::vector<float>(24, -1.0f), dy_ = x_, dx_ = x_;
    std::vector<float> weight_ = std::vector<float>(4, 0.5f), dweight_ = weight_;
};

TEST_F(Elementwise, RefusesNullPointers) {
    EXPECT_EQ(run(nullptr, memory_.data(), 4), ACTINIDE_INVALID_POINTER);
    EXPECT_EQ(run(memory_.data(), nullptr, 4), ACTINIDE_INVALID_POINTER);
    EXPECT_EQ(memory_, std::vector<float>(64, untouched));
}

TEST_F(Elementwise, DoesNothingForNoElements) {
    EXPECT_EQ(run(nullptr, nullptr, 0), ACTINIDE_OK);
    EXPECT_EQ(run(memory_.data(), memory_.data() + 1, 0), ACTINIDE_OK);
    EXPECT_EQ(memory_, std::vector<float>(64, untouched));
}

TEST_F(Elementwise, RefusesEveryAddressInsideAnElement) {
    char *bytes = reinterpret_cast<char *>(memory_.data());
    for (int offset = 1; offset < 4; ++offset) {
        EXPECT_EQ(run(bytes + offset, memory_.data() + 32, 4), ACTINIDE_MISALIGNED);
        EXPECT_EQ(run(memory_.data() + 32, bytes + offset, 4), ACTINIDE_MISALIGNED);
    }
    EXPECT_EQ(memory_, std::vector<float>(64, untouched));
}

TEST_F(Elementwise, AllowsExactlyTheDistancesWithoutPartialOverlap) {
    constexpr int n = 16;
    for (int distance = -24; distance <= 24; ++distance) {
        const bool partial = distance != 0 && std::abs(distance) < n;
        EXPECT_EQ(run(memory_.data() + 24, memory_.data() + 24 + distance, n), partial ? ACTINIDE_OVERLAP : ACTINIDE_OK)
            << "y begins " << distance << " elements after x";
    }
}

TEST_F(Elementwise, AllowsEitherInputToBeTheOutput) {
    const actinide_kernel kernel = backward_kernel();
    for (const bool output_is_x : {true, false}) {
        std::array<float, 4> x{1, 2, 3, 4}, dy{5, 6, 7, 8};
        std::array<float, 4> &dx = output_is_x ? x : dy;
        const actinide_call call = elementwise_call({x.data(), dy.data()}, dx.data(), 4);
        EXPECT_EQ(actinide_run_elementwise(&kernel, &call), ACTINIDE_OK);
        EXPECT_EQ(dx, (std::array<float, 4>{5, 12, 21, 32}));
    }
}

TEST_F(Elementwise, ChecksEveryInputForOverlap) {
    const actinide_kernel kernel = backward_kernel();
    const actinide_call call = elementwise_call({memory_.data() + 40, memory_.data() + 1}, memory_.data(), 4);
    EXPECT_EQ(actinide_run_elementwise(&kernel, &call), ACTINIDE_OVERLAP);
}

TEST_F(Elementwise, RefusesSizesBeyondTheAddressSpace) {
    EXPECT_EQ(run(memory_.data(), memory_.data(), size_t{PTRDIFF_MAX} / 4 + 1), ACTINIDE_SIZE_OVERFLOW);
    EXPECT_EQ(run(memory_.data(), memory_.data(), SIZE_MAX), ACTINIDE_SIZE_OVERFLOW);
    EXPECT_EQ(run(memory_.data(), memory_.data(), SIZE_MAX / 4 + 2), ACTINIDE_SIZE_OVERFLOW);
}

TEST_F(Elementwise, RefusesParametersOutsideTheirRangeEvenForNoElements) {
    for (const float bad : {-1.0f, -std::numeric_limits<float>::denorm_min(), std::nanf("")}) {
        EXPECT_EQ(run(memory_.data(), memory_.data(), 4, bad), ACTINIDE_INVALID_PARAMETER) << bad;
        EXPECT_EQ(run(nullptr, nullptr, 0, bad), ACTINIDE_INVALID_PARAMETER) << bad;
    }
    EXPECT_EQ(memory_, std::vector<float>(64, untouched));
    EXPECT_EQ(run(memory_.data(), memory_.data(), 4, -0.0f), ACTINIDE_OK);
}

TEST_F(Elementwise, ReportsAMissingLevelOnlyAfterTheCallersMistakes) {
    const LevelInUse below_the_lowest(-1);
    EXPECT_EQ(run(memory_.data(), memory_.data(), 4), ACTINIDE_UNSUPPORTED_CPU);
    EXPECT_EQ(run(nullptr, memory_.data(), 4), ACTINIDE_INVALID_POINTER);
    EXPECT_EQ(run(nullptr, nullptr, 0), ACTINIDE_OK);
    EXPECT_EQ(memory_, std::vector<float>(64, untouched));
}

struct ComparisonCase {
    actinide_comparison comparison;
    bool less, equal, greater;  // what p[0] < p[1], = and > give
};
class Conditions : public testing::TestWithParam<ComparisonCase> {
protected:
    int32_t compare(float left, float right) {
        actinide_kernel kernel = scale_kernel();
        kernel.parameter_count = 2;
        kernel.conditions[0] = {0, 0.0f, GetParam().comparison, 1, 0.0f};
        actinide_call call = elementwise_call({nullptr}, nullptr, 0, left);
        call.parameters[1].f32 = right;
        return actinide_run_elementwise(&kernel, &call);
    }
    int32_t expected(bool holds) { return holds ? ACTINIDE_OK : ACTINIDE_INVALID_PARAMETER; }
};

TEST_P(Conditions, CompareTwoParameters) {
    EXPECT_EQ(compare(1, 2), expected(GetParam().less));
    EXPECT_EQ(compare(2, 2), expected(GetParam().equal));
    EXPECT_EQ(compare(3, 2), expected(GetParam().greater));
    EXPECT_EQ(compare(std::nanf(""), 2), ACTINIDE_INVALID_PARAMETER);
    EXPECT_EQ(compare(2, std::nanf("")), ACTINIDE_INVALID_PARAMETER);
}

INSTANTIATE_TEST_SUITE_P(All, Conditions,
                         testing::Values(ComparisonCase{ACTINIDE_LESS, true, false, false},
                                         ComparisonCase{ACTINIDE_LESS_EQUAL, true, true, false},
                                         ComparisonCase{ACTINIDE_GREATER, false, false, true},
                                         ComparisonCase{ACTINIDE_GREATER_EQUAL, false, true, true},
                                         ComparisonCase{ACTINIDE_UNEQUAL, true, false, true}));

TEST_F(Elementwise, NeedsEveryConditionToHold) {
    actinide_kernel kernel = scale_kernel();
    kernel.condition_count = 2;
    kernel.conditions[1] = {-1, 3.0f, ACTINIDE_GREATER, 0, 0.0f};  // 3 > p[0]
    const auto status = [&](float scale) {
        const actinide_call call = elementwise_call({nullptr}, nullptr, 0, scale);
        return actinide_run_elementwise(&kernel, &call);
    };
    EXPECT_EQ(status(-1), ACTINIDE_INVALID_PARAMETER);
    EXPECT_EQ(status(2), ACTINIDE_OK);
    EXPECT_EQ(status(3), ACTINIDE_INVALID_PARAMETER);
}

TEST_F(Channelwise, RefusesNullAndMisalignedPointers) {
    char *inside = reinterpret_cast<char *>(weight_.data()) + 2;
    EXPECT_EQ(run(nullptr, weight_.data(), dx_.data(), shape_), ACTINIDE_INVALID_POINTER);
    EXPECT_EQ(run(x_.data(), nullptr, dx_.data(), shape_), ACTINIDE_INVALID_POINTER);
    EXPECT_EQ(run(x_.data(), weight_.data(), nullptr, shape_), ACTINIDE_INVALID_POINTER);
    EXPECT_EQ(run(x_.data(), inside, dx_.data(), {1, 1, 1}), ACTINIDE_MISALIGNED);
    EXPECT_EQ(run_backward(x_.data(), weight_.data(), dy_.data(), dx_.data(), nullptr, shape_),
              ACTINIDE_INVALID_POINTER);
    EXPECT_EQ(run_backward(x_.data(), weight_.data(), dy_.data(), dx_.data(), inside, {1, 1, 1}), ACTINIDE_MISALIGNED);
}

TEST_F(Channelwise, DoesNothingForNoElements) {
    for (const Shape shape :
         {Shape{0, 4, 3}, Shape{2, 0, 3}, Shape{2, 4, 0}, Shape{0, 0, 0}, Shape{SIZE_MAX, 0, SIZE_MAX}}) {
        EXPECT_EQ(run(nullptr, nullptr, nullptr, shape), ACTINIDE_OK);
        EXPECT_EQ(run_backward(nullptr, nullptr, nullptr, nullptr, nullptr, shape), ACTINIDE_OK);
    }
}

TEST_F(Channelwise, GivesAZeroGradientForChannelsWithoutElements) {
    EXPECT_EQ(run_backward(nullptr, nullptr, nullptr, nullptr, dweight_.data(), {0, 4, 3}), ACTINIDE_OK);
    EXPECT_EQ(dweight_, std::vector<float>(4, 0.0f));
}

TEST_F(Channelwise, RefusesSizesBeyondTheAddressSpace) {
    const size_t large = size_t{1} << 32;
    for (const Shape shape :
         {Shape{large, large, 1}, Shape{large, 1, large}, Shape{1, SIZE_MAX, 1}, Shape{SIZE_MAX, 1, 1},
          Shape{1, 1, SIZE_MAX}, Shape{size_t{1} << 20, size_t{1} << 20, size_t{1} << 21}, Shape{0, SIZE_MAX, 1}}) {
        EXPECT_EQ(run(x_.data(), weight_.data(), dx_.data(), shape), ACTINIDE_SIZE_OVERFLOW);
        EXPECT_EQ(run_backward(x_.data(), weight_.data(), dy_.data(), dx_.data(), dweight_.data(), shape),
                  ACTINIDE_SIZE_OVERFLOW);
    }
}

TEST_F(Channelwise, LetsNoOutputTouchAPerChannelArray) {
    const Shape one_each{1, 4, 1};  // x is no longer than weight here, and still they may not be equal
    EXPECT_EQ(run(x_.data(), weight_.data(), weight_.data(), one_each), ACTINIDE_OVERLAP);
    EXPECT_EQ(run(x_.data(), x_.data() + 20, x_.data(), shape_), ACTINIDE_OVERLAP);
    EXPECT_EQ(run_backward(x_.data(), weight_.data(), dy_.data(), dx_.data(), weight_.data(), shape_),
              ACTINIDE_OVERLAP);
    EXPECT_EQ(run_backward(x_.data(), weight_.data(), dy_.data(), dx_.data(), dy_.data() + 23, {1, 1, 24}),
              ACTINIDE_OVERLAP);
}

TEST_F(Channelwise, LetsNoTwoOutputsBeEqual) {
    EXPECT_EQ(run_backward(x_.data(), weight_.data(), dy_.data(), dx_.data(), dx_.data(), {1, 4, 1}), ACTINIDE_OVERLAP);
    EXPECT_EQ(run_backward(x_.data(), weight_.data(), dy_.data(), dx_.data(), dx_.data() + 3, shape_),
              ACTINIDE_OVERLAP);
}

TEST_F(Channelwise, LetsInputsShareMemory) {
    EXPECT_EQ(run(x_.data(), x_.data(), dx_.data(), shape_), ACTINIDE_OK);
    EXPECT_EQ(run_backward(x_.data(), x_.data() + 1, x_.data(), dx_.data(), dweight_.data(), shape_), ACTINIDE_OK);
}

TEST_F(Channelwise, ReportsAMissingLevel) {
    const LevelInUse below_the_lowest(-1);
    EXPECT_EQ(run(x_.data(), weight_.data(), dx_.data(), shape_), ACTINIDE_UNSUPPORTED_CPU);
    EXPECT_EQ(run_backward(x_.data(), weight_.data(), dy_.data(), dx_.data(), dweight_.data(), shape_),
              ACTINIDE_UNSUPPORTED_CPU);
    EXPECT_EQ(dx_, x_);
}

}  // namespace
}  // namespace actinide::runtime_tests
