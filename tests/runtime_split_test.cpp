// links: actinide_runtime_native
// Long arrays are cut into pieces that a tile can index, and no piece changes a result.
#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <random>

#include "tests/runtime_tiles.h"

namespace actinide::runtime_tests {
namespace {

std::vector<float> random_values(size_t count, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0.0f, 3.0f);
    std::vector<float> values(count);
    for (float &value : values) value = normal(generator);
    return values;
}

const Shape shapes[] = {{1, 1, 1}, {1, 1, 130}, {130, 1, 1}, {7, 1, 5}, {1, 130, 1}, {5, 13, 1}, {1, 13, 5},
                        {3, 5, 7}, {2, 3, 20},  {4, 1, 33},  {9, 2, 2}, {1, 2, 64},  {17, 3, 1}, {2, 31, 4}};

/// Tiles that only write down what they were given.
struct Piece {
    actinide_tile tile;
    bool channels_last;
};
std::vector<Piece> pieces;
template <bool channels_last>
void record(const actinide_tile *tile) {
    pieces.push_back({*tile, channels_last});
}

/// Addresses that nothing may read or write.
const void *const far_x = reinterpret_cast<const void *>(uintptr_t{1} << 40);
const void *const far_weight = reinterpret_cast<const void *>(uintptr_t{1} << 39);
void *const far_y = reinterpret_cast<void *>(uintptr_t{1} << 45);

ptrdiff_t distance(const void *a, const void *b) {
    return (static_cast<const float *>(a) - static_cast<const float *>(b));
}

TEST(ElementwiseSplit, ChangesNoResultForAnyLength) {
    const LevelInUse level(0);
    for (size_t split = 1; split <= 130; ++split) {
        const actinide_kernel kernel = scale_kernel(split);
        for (const size_t n : {size_t{1}, split - 1, split, split + 1, 2 * split, size_t{130}, 3 * split + 2}) {
            const std::vector<float> x = random_values(n, 1);
            std::vector<float> y(n + 1, -77.0f);
            const actinide_call call = elementwise_call({x.data()}, y.data(), n, 3.0f);
            ASSERT_EQ(actinide_run_elementwise(&kernel, &call), ACTINIDE_OK);
            for (size_t i = 0; i < n; ++i) ASSERT_EQ(y[i], scaled(x[i], 3.0f)) << "split " << split << " n " << n;
            ASSERT_EQ(y[n], -77.0f);
        }
    }
}

TEST(ElementwiseSplit, CutsLengthsBeyondTwoToThe31) {
    const LevelInUse level(0);
    actinide_kernel kernel = scale_kernel();
    kernel.tiles[0][0] = record<false>;
    const size_t n = (size_t{1} << 33) + 12345;
    const actinide_call call = elementwise_call({far_x}, far_y, n);
    pieces.clear();
    ASSERT_EQ(actinide_run_elementwise(&kernel, &call), ACTINIDE_OK);
    size_t done = 0;
    for (const Piece &piece : pieces) {
        EXPECT_EQ(distance(piece.tile.inputs[0], far_x), static_cast<ptrdiff_t>(done));
        EXPECT_EQ(distance(piece.tile.outputs[0], far_y), static_cast<ptrdiff_t>(done));
        ASSERT_GT(piece.tile.extent[0], 0);
        EXPECT_LE(static_cast<size_t>(piece.tile.extent[0]), kernel.split);
        done += static_cast<size_t>(piece.tile.extent[0]);
    }
    EXPECT_EQ(done, n);
    EXPECT_EQ(pieces.size(), 9u);
}

TEST(ElementwiseSplit, UsesOneTileUpToTheSplit) {
    const LevelInUse level(0);
    actinide_kernel kernel = scale_kernel();
    kernel.tiles[0][0] = record<false>;
    for (const size_t extra : {size_t{0}, size_t{1}}) {
        pieces.clear();
        const actinide_call call = elementwise_call({far_x}, far_y, no_split + extra);
        ASSERT_EQ(actinide_run_elementwise(&kernel, &call), ACTINIDE_OK);
        EXPECT_EQ(pieces.size(), 1 + extra);
    }
}

TEST(ElementwiseLevel, FallsToTheNextLowerOneThatHasATile) {
    actinide_kernel kernel = scale_kernel();
    const auto tile_used_at = [&](int32_t level) {
        const LevelInUse in_use(level);
        pieces.clear();
        const actinide_call call = elementwise_call({far_x}, far_y, 5);
        const int32_t status = actinide_run_elementwise(&kernel, &call);
        return status != ACTINIDE_OK ? -status : pieces.at(0).channels_last ? 1 : 0;
    };
    kernel.tiles[0][0] = record<false>;
    kernel.tiles[1][0] = record<true>;
    EXPECT_EQ(tile_used_at(0), 0);
    EXPECT_EQ(tile_used_at(1), 1);
    EXPECT_EQ(tile_used_at(2), 1);
    kernel.tiles[0][0] = nullptr;
    EXPECT_EQ(tile_used_at(0), -ACTINIDE_UNSUPPORTED_CPU);
    kernel.tiles[0][0] = record<false>;
    kernel.tiles[1][0] = nullptr;
    EXPECT_EQ(tile_used_at(1), 0);
}

TEST(ChannelwiseSplit, ChangesNoResultForAnyLength) {
    const LevelInUse level(0);
    for (const Shape shape : shapes) {
        const std::vector<float> x = random_values(shape.elements(), 2);
        const std::vector<float> weight = random_values(shape.channels, 3);
        for (size_t split = 1; split <= 130; ++split) {
            std::vector<float> y = x;  // in place
            const actinide_kernel kernel = prelu_kernel(split);
            const actinide_call call = channelwise_call({y.data(), weight.data()}, {y.data()}, shape);
            ASSERT_EQ(actinide_run_channelwise(&kernel, &call), ACTINIDE_OK);
            for (size_t i = 0; i < y.size(); ++i) {
                ASSERT_EQ(y[i], prelu(x[i], weight[i / shape.inner % shape.channels]))
                    << shape.outer << "x" << shape.channels << "x" << shape.inner << " split " << split << " at " << i;
            }
        }
    }
}

TEST(ChannelwiseSplit, KeepsEveryIndexWithinTheSplit) {
    const LevelInUse level(0);
    for (const size_t split : {size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{50}, no_split}) {
        actinide_kernel kernel = prelu_kernel(split);
        kernel.tiles[0][ACTINIDE_TILE_CHANNELS_OUTSIDE] = record<false>;
        kernel.tiles[0][ACTINIDE_TILE_CHANNELS_LAST] = record<true>;
        for (const Shape shape : shapes) {
            pieces.clear();
            const actinide_call call = channelwise_call({far_x, far_weight}, {far_y}, shape);
            ASSERT_EQ(actinide_run_channelwise(&kernel, &call), ACTINIDE_OK);
            for (const Piece &piece : pieces) {
                const actinide_tile &tile = piece.tile;
                EXPECT_EQ(piece.channels_last, shape.inner == 1 && shape.channels > 1);
                EXPECT_LE(static_cast<size_t>(tile.extent[0]) * static_cast<size_t>(tile.extent[1]) *
                              static_cast<size_t>(tile.extent[2]),
                          split);
            }
        }
    }
}

/// Shapes whose tiles would need indices, strides or extents beyond int32 if they were not cut.
TEST(ChannelwiseSplit, CutsSizesBeyondTwoToThe31) {
    const LevelInUse level(0);
    actinide_kernel kernel = prelu_kernel();
    kernel.tiles[0][ACTINIDE_TILE_CHANNELS_OUTSIDE] = record<false>;
    kernel.tiles[0][ACTINIDE_TILE_CHANNELS_LAST] = record<true>;
    const size_t large = (size_t{1} << 32) + 7;
    for (const Shape shape : {Shape{1, 2, large}, Shape{large, 2, 1}, Shape{1, large, 1}, Shape{2, large, 1},
                              Shape{1, 1, large}, Shape{large, 1, 1}, Shape{4, 1 << 12, 1 << 20}, Shape{3, 5, 1 << 30},
                              Shape{3, 3, (1 << 30) + 1}, Shape{1 << 12, 1 << 10, 1 << 10}}) {
        pieces.clear();
        const actinide_call call = channelwise_call({far_x, far_weight}, {far_y}, shape);
        ASSERT_EQ(actinide_run_channelwise(&kernel, &call), ACTINIDE_OK);
        size_t done = 0;
        for (const Piece &piece : pieces) {
            const actinide_tile &tile = piece.tile;
            const int64_t last = (tile.extent[0] - int64_t{1}) + (tile.extent[1] - int64_t{1}) * tile.stride[1] +
                                 (tile.extent[2] - int64_t{1}) * tile.stride[2];
            ASSERT_LE(last, std::numeric_limits<int32_t>::max());
            ASSERT_EQ(distance(tile.inputs[0], far_x), static_cast<ptrdiff_t>(done));
            ASSERT_EQ(distance(tile.outputs[0], far_y), static_cast<ptrdiff_t>(done));
            ASSERT_EQ(distance(tile.inputs[1], far_weight),
                      static_cast<ptrdiff_t>(done / shape.inner % shape.channels) * (shape.channels != 1));
            done += static_cast<size_t>(tile.extent[0]) * static_cast<size_t>(tile.extent[1]) *
                    static_cast<size_t>(tile.extent[2]);
        }
        EXPECT_EQ(done, shape.elements());
    }
}

TEST(ChannelwiseLayout, GivesTheTileTheRowsOfItsRole) {
    const LevelInUse level(0);
    actinide_kernel kernel = prelu_kernel();
    kernel.tiles[0][ACTINIDE_TILE_CHANNELS_OUTSIDE] = record<false>;
    kernel.tiles[0][ACTINIDE_TILE_CHANNELS_LAST] = record<true>;
    const auto only_piece = [&](Shape shape) {
        pieces.clear();
        const actinide_call call = channelwise_call({far_x, far_weight}, {far_y}, shape);
        EXPECT_EQ(actinide_run_channelwise(&kernel, &call), ACTINIDE_OK);
        EXPECT_EQ(pieces.size(), 1u);
        const Piece &piece = pieces.at(0);
        return std::vector<int32_t>{piece.channels_last,  piece.tile.extent[0], piece.tile.extent[1],
                                    piece.tile.extent[2], piece.tile.stride[1], piece.tile.stride[2]};
    };
    EXPECT_EQ(only_piece({2, 3, 5}), (std::vector<int32_t>{0, 5, 3, 2, 5, 15}));
    EXPECT_EQ(only_piece({2, 3, 1}), (std::vector<int32_t>{1, 3, 2, 1, 3, 6}));
    EXPECT_EQ(only_piece({2, 1, 5}), (std::vector<int32_t>{0, 10, 1, 1, 10, 10}));
    EXPECT_EQ(only_piece({7, 1, 1}), (std::vector<int32_t>{0, 7, 1, 1, 7, 7}));
}

}  // namespace
}  // namespace actinide::runtime_tests
