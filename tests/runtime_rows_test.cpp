// links: actinide_runtime_native
// Rows that lie a stride apart: what is refused, what may lie over what, and that nothing between rows is touched.
#include <gtest/gtest.h>

#include <numeric>

#include "tests/runtime_tiles.h"

namespace actinide::runtime_tests {
namespace {

constexpr float untouched = -77.0f;

/// dx = x * dy over rows of one array each; strides in elements.
struct RowCall {
    size_t rows = 3, columns = 5;
    size_t x_stride = 7, dy_stride = 5, dx_stride = 6;
    const float *x = nullptr, *dy = nullptr;
    float *dx = nullptr;

    int32_t run(size_t split = no_split) const {
        const LevelInUse level(0);
        const actinide_kernel kernel = backward_kernel(split);
        actinide_call call = elementwise_call({x, dy}, dx, rows);
        const size_t sizes[] = {rows, columns, x_stride, dy_stride, dx_stride};
        std::copy(std::begin(sizes), std::end(sizes), call.sizes);
        return actinide_run_rows(&kernel, &call);
    }
};

class Rows : public testing::Test {
protected:
    std::vector<float> x_ = numbers(64, 1), dy_ = numbers(64, 2), dx_ = std::vector<float>(64, untouched);

    static std::vector<float> numbers(size_t count, float first) {
        std::vector<float> values(count);
        std::iota(values.begin(), values.end(), first);
        return values;
    }
    RowCall usual() const {
        RowCall call;
        call.x = x_.data();
        call.dy = dy_.data();
        call.dx = const_cast<float *>(dx_.data());
        return call;
    }
    bool wrote_nothing() const {
        return std::all_of(dx_.begin(), dx_.end(), [](float value) { return value == untouched; });
    }
};

TEST_F(Rows, AreComputedAndNothingBetweenThemIsTouched) {
    for (const size_t split : {size_t{1}, size_t{2}, size_t{5}, no_split}) {
        std::fill(dx_.begin(), dx_.end(), untouched);
        const RowCall call = usual();
        ASSERT_EQ(call.run(split), ACTINIDE_OK);
        for (size_t i = 0; i < dx_.size(); ++i) {
            const size_t row = i / call.dx_stride;
            const size_t column = i % call.dx_stride;
            const bool is_inside = row < call.rows && column < call.columns;
            EXPECT_EQ(dx_[i], is_inside ? x_[row * 7 + column] * dy_[row * 5 + column] : untouched) << i;
        }
    }
}

TEST_F(Rows, WithoutGapsAreOneArray) {
    for (const size_t split : {size_t{4}, no_split}) {
        std::fill(dx_.begin(), dx_.end(), untouched);
        RowCall call = usual();
        call.x_stride = call.dy_stride = call.dx_stride = call.columns;
        ASSERT_EQ(call.run(split), ACTINIDE_OK);
        for (size_t i = 0; i < dx_.size(); ++i) {
            EXPECT_EQ(dx_[i], i < 15 ? x_[i] * dy_[i] : untouched) << i;
        }
    }
}

TEST_F(Rows, OfNoElementsAreNothing) {
    for (const auto &[rows, columns] : {std::pair<size_t, size_t>{0, 5}, {3, 0}, {0, 0}}) {
        RowCall call;
        call.rows = rows;
        call.columns = columns;
        EXPECT_EQ(call.run(), ACTINIDE_OK) << "null arrays";
    }
}

TEST_F(Rows, NeedStridesOfAWholeRow) {
    for (size_t RowCall::*stride : {&RowCall::x_stride, &RowCall::dy_stride, &RowCall::dx_stride}) {
        for (const size_t rows : {0, 1, 3}) {
            RowCall call = usual();
            call.rows = rows;
            call.*stride = call.columns - 1;
            EXPECT_EQ(call.run(), ACTINIDE_INVALID_SHAPE);
        }
    }
    EXPECT_TRUE(wrote_nothing());
}

TEST_F(Rows, RefuseNullMisalignedAndEndlessArrays) {
    RowCall call = usual();
    call.dy = nullptr;
    EXPECT_EQ(call.run(), ACTINIDE_INVALID_POINTER);
    call = usual();
    call.dx = reinterpret_cast<float *>(reinterpret_cast<uintptr_t>(call.dx) + 2);
    EXPECT_EQ(call.run(), ACTINIDE_MISALIGNED);
    for (const size_t stride : {SIZE_MAX, SIZE_MAX / 4, size_t{1} << 61, size_t{1} << 62}) {
        for (const size_t rows : {1, 3}) {
            call = usual();
            call.rows = rows;
            call.dy_stride = call.dx_stride = stride;
            call.dy = call.dx;
            EXPECT_EQ(call.run(), ACTINIDE_SIZE_OVERFLOW) << stride;
        }
    }
    call = usual();
    call.rows = size_t{1} << 60;
    EXPECT_EQ(call.run(), ACTINIDE_SIZE_OVERFLOW);
    EXPECT_TRUE(wrote_nothing());
}

TEST_F(Rows, MayBeReplacedByTheirGradientIfTheirStridesAgree) {
    std::vector<float> both = x_;
    RowCall call = usual();
    call.x = both.data();
    call.dx = both.data();
    EXPECT_EQ(call.run(), ACTINIDE_OVERLAP) << "strides 7 and 6";
    EXPECT_EQ(both, x_);
    call.dx_stride = call.x_stride;
    ASSERT_EQ(call.run(), ACTINIDE_OK);
    EXPECT_EQ(both[7 * 2 + 4], x_[7 * 2 + 4] * dy_[5 * 2 + 4]);
    EXPECT_EQ(both[7 * 2 + 5], x_[7 * 2 + 5]);
}

/// Two halves of the same rows, as a gate and its value lie.
TEST_F(Rows, MayLieBetweenOtherRows) {
    std::vector<float> both = numbers(60, 1);
    RowCall call = usual();
    call.x_stride = call.dx_stride = 10;
    call.x = both.data();
    call.dx = both.data() + 5;
    ASSERT_EQ(call.run(), ACTINIDE_OK);
    EXPECT_EQ(both[10 + 5 + 3], (10.0f + 3 + 1) * dy_[5 + 3]);
    EXPECT_EQ(both[10 + 3], 14.0f);
    call.x = both.data() + 5;
    call.dx = both.data();
    EXPECT_EQ(call.run(), ACTINIDE_OK);
    for (const ptrdiff_t shift : {-4, -1, 1, 4, 6, 9, 11}) {
        call.x = both.data() + 20;
        call.dx = both.data() + 20 + shift;
        call.rows = 2;
        EXPECT_EQ(call.run(), ACTINIDE_OVERLAP) << shift;
    }
}

TEST_F(Rows, MayTouchWithoutMeeting) {
    std::vector<float> both(64, 1.0f);
    RowCall call = usual();
    call.x = both.data();
    call.dx = both.data() + ptrdiff_t{2} * 7 + 5;  // right behind the last row of x
    EXPECT_EQ(call.run(), ACTINIDE_OK);
    call.dx -= 1;
    EXPECT_EQ(call.run(), ACTINIDE_OVERLAP);
}

}  // namespace
}  // namespace actinide::runtime_tests
