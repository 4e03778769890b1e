// links: actinide_runtime_native
// Which calls store their results past the cache, and that their pieces begin where such stores can.
#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

#include "tests/runtime_tiles.h"

extern "C" {
extern size_t actinide_streaming_bytes_in_use;
size_t actinide_find_streaming_bytes();
}

namespace actinide::runtime_tests {
namespace {

struct Piece {
    bool streams;
    actinide_tile tile;
};
std::vector<Piece> pieces;

template <bool streams>
void record(const actinide_tile *tile) {
    pieces.push_back({streams, *tile});
}

void record_sums(const actinide_tile *tile) {
    static_cast<double *>(tile->outputs[0])[0] = 0;
    for (int lane = 0; lane < tile->extent[0]; ++lane) static_cast<double *>(tile->outputs[0])[lane] = 0;
}

/// Addresses that no recorded tile follows.
constexpr size_t far = size_t{1} << 40;
void *address(size_t bytes) {
    return reinterpret_cast<void *>(bytes);  // NOLINT(performance-no-int-to-ptr)
}

constexpr size_t threshold = size_t{1} << 20;
constexpr size_t least = size_t{1} << 16;  // bytes of an array below which no call streams

class Streaming : public testing::Test {
public:
    Streaming() { actn_set_streaming_bytes(threshold); }
    ~Streaming() override { actn_set_streaming_bytes(0); }
    Streaming(const Streaming &) = delete;
    Streaming &operator=(const Streaming &) = delete;

protected:
    static actinide_kernel elementwise(int inputs, int outputs, size_t split = no_split) {
        actinide_kernel kernel = empty_kernel(inputs, outputs, split);
        kernel.tiles[0][ACTINIDE_TILE_ELEMENTWISE] = record<false>;
        kernel.tiles[0][ACTINIDE_TILE_ELEMENTWISE + ACTINIDE_TILE_STREAMING] = record<true>;
        return kernel;
    }
    static actinide_kernel channelwise() {
        actinide_kernel kernel = elementwise(2, 1);
        kernel.per_channel_inputs = 1u << 1;
        kernel.tiles[0][ACTINIDE_TILE_CHANNELS_LAST] = record<false>;
        kernel.tiles[0][ACTINIDE_TILE_CHANNELS_LAST + ACTINIDE_TILE_STREAMING] = record<true>;
        return kernel;
    }

    /// Whether the last piece streamed; all pieces are kept.
    static bool streams(const actinide_kernel &kernel, size_t n, std::vector<size_t> inputs,
                        std::vector<size_t> outputs) {
        actinide_call call = elementwise_call({}, nullptr, n);
        for (size_t i = 0; i < inputs.size(); ++i) call.inputs[i] = address(inputs[i]);
        for (size_t i = 0; i < outputs.size(); ++i) call.outputs[i] = address(outputs[i]);
        pieces.clear();
        EXPECT_EQ(actinide_run_elementwise(&kernel, &call), ACTINIDE_OK);
        return pieces.back().streams;
    }
    static bool streams(const actinide_kernel &kernel, Shape shape, size_t output) {
        const actinide_call call = channelwise_call({address(far), address(far / 2)}, {address(output)}, shape);
        pieces.clear();
        EXPECT_EQ(actinide_run_channelwise(&kernel, &call), ACTINIDE_OK);
        return pieces.back().streams;
    }

private:
    const LevelInUse level_{0};
};

constexpr size_t one = threshold / sizeof(float);  // elements of an array that alone has the threshold's bytes

TEST_F(Streaming, BeginsWhereAllBytesReadAndWrittenReachTheThreshold) {
    const actinide_kernel forward = elementwise(1, 1), backward = elementwise(2, 1);
    EXPECT_TRUE(streams(forward, one / 2, {far}, {2 * far}));
    EXPECT_FALSE(streams(forward, one / 2 - 1, {far}, {2 * far}));
    EXPECT_TRUE(streams(backward, one / 3 + 1, {far, 2 * far}, {3 * far}));
    EXPECT_FALSE(streams(backward, one / 3 - 1, {far, 2 * far}, {3 * far}));
}

TEST_F(Streaming, TakesTheCachesSizeUnlessTold) {
    actn_set_streaming_bytes(0);
    const size_t bytes = actinide_find_streaming_bytes();
    EXPECT_GE(bytes, size_t{1} << 16);  // no CPU with AVX2 has a smaller last cache
    EXPECT_EQ(actinide_streaming_bytes_in_use, bytes);
    actn_set_streaming_bytes(SIZE_MAX);
    EXPECT_FALSE(streams(elementwise(1, 1), size_t{1} << 34, {far}, {2 * far}));
}

TEST_F(Streaming, NeverHappensInPlaceOrBelowItsLeastBytes) {
    EXPECT_FALSE(streams(elementwise(1, 1), one, {far}, {far}));
    EXPECT_FALSE(streams(elementwise(2, 1), one, {far, 2 * far}, {2 * far}));
    actn_set_streaming_bytes(1);
    EXPECT_FALSE(streams(elementwise(1, 1), least / sizeof(float) - 1, {far}, {2 * far}));
    EXPECT_TRUE(streams(elementwise(1, 1), least / sizeof(float) + 1, {far}, {2 * far}));
}

TEST_F(Streaming, ReachesAnAlignedPlaceFirst) {
    const actinide_kernel kernel = elementwise(1, 1, 1 << 12);
    for (size_t offset = 0; offset < 64; offset += 4) {
        ASSERT_TRUE(streams(kernel, one, {far}, {2 * far + offset}));
        size_t done = 0;
        for (const Piece &piece : pieces) {
            const auto place = reinterpret_cast<uintptr_t>(piece.tile.outputs[0]);
            EXPECT_EQ(place, 2 * far + offset + 4 * done);
            EXPECT_EQ(reinterpret_cast<uintptr_t>(piece.tile.inputs[0]), far + 4 * done);
            EXPECT_EQ(piece.streams, place % 64 == 0) << offset;
            done += static_cast<size_t>(piece.tile.extent[0]);
        }
        EXPECT_EQ(done, one);
    }
}

TEST_F(Streaming, NeedsOutputsThatAreMisalignedAlikeAndPiecesOfWholeLines) {
    EXPECT_TRUE(streams(elementwise(1, 2), one, {far}, {2 * far + 4, 3 * far + 4}));
    EXPECT_FALSE(streams(elementwise(1, 2), one, {far}, {2 * far + 4, 3 * far + 8}));
    EXPECT_FALSE(streams(elementwise(1, 1, 1000), one, {far}, {2 * far}));
}

TEST_F(Streaming, NeedsATileForIt) {
    actinide_kernel kernel = elementwise(1, 1);
    kernel.tiles[0][ACTINIDE_TILE_STREAMING] = nullptr;
    EXPECT_FALSE(streams(kernel, one, {far}, {2 * far}));
}

/// Schedules are found for each level by itself, so that one may stream and the other not.
TEST_F(Streaming, IsOfTheLevelWhoseTileRuns) {
    const LevelInUse higher(1);
    actinide_kernel kernel = elementwise(1, 1);
    kernel.tiles[1][ACTINIDE_TILE_ELEMENTWISE] = record<false>;
    EXPECT_FALSE(streams(kernel, one, {far}, {2 * far}));
    std::swap(kernel.tiles[0], kernel.tiles[1]);
    EXPECT_TRUE(streams(kernel, one, {far}, {2 * far}));
    const LevelInUse lower(0);
    EXPECT_FALSE(streams(kernel, one, {far}, {2 * far}));

    actinide_kernel channels = channelwise();
    std::swap(channels.tiles[0], channels.tiles[1]);
    channels.tiles[0][ACTINIDE_TILE_CHANNELS_LAST] = record<false>;
    channels.tiles[0][ACTINIDE_TILE_CHANNELS_OUTSIDE] = record<false>;
    EXPECT_FALSE(streams(channels, {one, 16, 1}, 2 * far));
    EXPECT_FALSE(streams(channels, {2, 32, one / 32}, 2 * far));
}

TEST_F(Streaming, OfChannelsNeedsEveryRowAligned) {
    const actinide_kernel kernel = channelwise();
    EXPECT_TRUE(streams(kernel, {2, 32, one / 32}, 2 * far));
    EXPECT_FALSE(streams(kernel, {2, 32, one / 32}, 2 * far + 4));
    EXPECT_FALSE(streams(kernel, {2, 32, one / 32 + 1}, 2 * far));
    EXPECT_TRUE(streams(kernel, {one, 16, 1}, 2 * far));
    EXPECT_FALSE(streams(kernel, {one, 17, 1}, 2 * far));
    EXPECT_TRUE(streams(kernel, {1, 1, one + 1}, 2 * far));
    EXPECT_FALSE(streams(kernel, {1, 32, 64}, 2 * far));
}

TEST_F(Streaming, OfADerivativeBesideAGradientIsTheSame) {
    actinide_kernel kernel = channelwise();
    kernel.input_count = 3;
    kernel.output_count = 2;
    kernel.per_channel_outputs = 1u << 1;
    kernel.tiles[0][ACTINIDE_TILE_LANE_SUMS] = record_sums;
    const auto dx_streams = [&](Shape shape, size_t dx) {
        std::vector<float> weight(shape.channels), gradient(shape.channels);
        const actinide_call call =
            channelwise_call({address(far), weight.data(), address(2 * far)}, {address(dx), gradient.data()}, shape);
        pieces.clear();
        EXPECT_EQ(actinide_run_channelwise_gradient(&kernel, &call), ACTINIDE_OK);
        bool all = true;
        for (const Piece &piece : pieces) {
            all = all && piece.streams;
            if (piece.streams) EXPECT_EQ(reinterpret_cast<uintptr_t>(piece.tile.outputs[0]) % 64, 0u);
        }
        return all;
    };
    EXPECT_TRUE(dx_streams({2, 32, one / 32}, 3 * far));
    EXPECT_FALSE(dx_streams({2, 32, one / 32 + 1}, 3 * far));
    EXPECT_FALSE(dx_streams({2, 32, one / 32}, 2 * far));
    EXPECT_TRUE(dx_streams({256, 2048, 1}, 3 * far));
    EXPECT_FALSE(dx_streams({256, 2049, 1}, 3 * far));
}

TEST_F(Streaming, OfRowsNeedsEveryRowAligned) {
    const actinide_kernel kernel = elementwise(1, 1);
    const auto rows_stream = [&](size_t output, size_t output_stride, size_t columns = one / 64) {
        actinide_call call = elementwise_call({address(far)}, address(output), 64);
        call.sizes[1] = columns;
        call.sizes[2] = columns;
        call.sizes[3] = output_stride;
        pieces.clear();
        EXPECT_EQ(actinide_run_rows(&kernel, &call), ACTINIDE_OK);
        return pieces.back().streams;
    };
    EXPECT_TRUE(rows_stream(2 * far, one / 64 + 16));
    EXPECT_FALSE(rows_stream(2 * far, one / 64 + 8));
    EXPECT_FALSE(rows_stream(2 * far + 16, one / 64 + 16));
    // A row's end would be stored into the cache, and the rest of its line past it.
    EXPECT_FALSE(rows_stream(2 * far, one / 64 + 16, one / 64 + 8));
    EXPECT_TRUE(rows_stream(2 * far, one / 64 + 8, one / 64 + 8));  // no gaps: one long row
}

}  // namespace
}  // namespace actinide::runtime_tests
