// links: actinide_runtime_native
// The parameter's gradient: one fixed order, close to the exact sum, dx in the same pass and in place.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "tests/runtime_tiles.h"

namespace actinide::runtime_tests {
namespace {

struct Data {
    Shape shape;
    std::vector<float> x, weight, dy;
    double term(size_t channel, size_t outer, size_t inner) const {
        const size_t i = (outer * shape.channels + channel) * shape.inner + inner;
        return prelu_term(x[i], dy[i]);
    }
};

Data random_data(Shape shape, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0.0f, 3.0f);
    std::uniform_int_distribution<int> exponent(-20, 20);
    Data data{shape, std::vector<float>(shape.elements()), std::vector<float>(shape.channels), {}};
    data.dy = data.x;
    for (float &value : data.x) value = -std::abs(normal(generator));
    for (size_t i = 0; i < data.x.size(); i += 3) data.x[i] = -data.x[i];
    for (float &value : data.dy) value = std::ldexp(normal(generator), exponent(generator));
    for (float &value : data.weight) value = normal(generator);
    return data;
}

struct Result {
    std::vector<float> dx, dweight;
    bool operator==(const Result &) const = default;
};

Result run(const Data &data, size_t split = no_split) {
    const LevelInUse level(0);
    const actinide_kernel kernel = prelu_backward_kernel(split);
    Result result{std::vector<float>(data.x.size(), -77.0f), std::vector<float>(data.shape.channels, -77.0f)};
    const actinide_call call = channelwise_call({data.x.data(), data.weight.data(), data.dy.data()},
                                                {result.dx.data(), result.dweight.data()}, data.shape);
    EXPECT_EQ(actinide_run_channelwise_gradient(&kernel, &call), ACTINIDE_OK);
    return result;
}

/// The order of runtime/fold.h, written again from its description and for one channel at a time.
class DocumentedOrder {
public:
    static float of(const Data &data, size_t channel) {
        DocumentedOrder order;
        const Shape shape = data.shape;
        if (shape.channels > 1 && shape.inner == 1) {
            for (size_t row = 0; row < shape.outer; row += 128) order.add_chunk(order.column_chunk(data, channel, row));
        } else if (shape.channels > 1) {
            for (size_t outer = 0; outer < shape.outer; ++outer) {
                for (size_t i = 0; i < shape.inner; i += 2048) {
                    order.add_chunk(row_chunk(std::min<size_t>(2048, shape.inner - i),
                                              [&](size_t k) { return data.term(channel, outer, i + k); }));
                }
            }
        } else {
            for (size_t i = 0; i < shape.elements(); i += 2048) {
                order.add_chunk(row_chunk(std::min<size_t>(2048, shape.elements() - i),
                                          [&](size_t k) { return prelu_term(data.x[i + k], data.dy[i + k]); }));
            }
        }
        order.close_group();
        return static_cast<float>(order.total_high_ + order.total_low_);
    }

private:
    template <typename Term>
    static double row_chunk(size_t length, Term term) {
        double lanes[16] = {};
        for (size_t k = 0; k < length; ++k) lanes[k % 16] += term(k);
        for (int half : {8, 4, 2, 1}) {
            for (int lane = 0; lane < half; ++lane) lanes[lane] = lanes[lane] + lanes[lane + half];
        }
        return lanes[0];
    }
    static double column_chunk(const Data &data, size_t channel, size_t first_row) {
        const size_t channels = data.shape.channels;
        const size_t step = channels <= 32 ? 128 : channels <= 64 ? 64 : channels <= 128 ? 32 : 16;
        const size_t end = std::min(first_row + 128, data.shape.outer);
        double sum = 0;
        for (size_t row = first_row; row < end; row += step) {
            double partial = 0;
            for (size_t r = row; r < std::min(row + step, end); ++r) partial += data.term(channel, r, 0);
            sum += partial;
        }
        return sum;
    }
    static void two_sum(double &high, double &low, double term, double term_low) {
        const double sum = high + term;
        const double part = sum - high;
        low += ((high - (sum - part)) + (term - part)) + term_low;
        high = sum;
    }
    void add_chunk(double chunk) {
        two_sum(group_high_, group_low_, chunk, 0);
        if (++chunks_ % 64 == 0) close_group();
    }
    void close_group() {
        two_sum(total_high_, total_low_, group_high_, group_low_);
        group_high_ = group_low_ = 0;
    }

    size_t chunks_ = 0;
    double group_high_ = 0, group_low_ = 0, total_high_ = 0, total_low_ = 0;
};

class Gradient : public testing::TestWithParam<Shape> {
protected:
    Data data_ = random_data(GetParam(), 7);
};

TEST_P(Gradient, FollowsTheDocumentedOrderToTheBit) {
    const Result result = run(data_);
    for (size_t channel = 0; channel < data_.shape.channels; ++channel) {
        ASSERT_EQ(std::bit_cast<uint32_t>(result.dweight[channel]),
                  std::bit_cast<uint32_t>(DocumentedOrder::of(data_, channel)))
            << "channel " << channel << " got " << result.dweight[channel];
    }
}

TEST_P(Gradient, DoesNotDependOnTheSplit) {
    const Result whole = run(data_);
    for (size_t split = 1; split <= 7; ++split) EXPECT_EQ(run(data_, split), whole) << "split " << split;
}

/// Doubling is exact, so that parameters with twice prelu's terms have twice its sum.
TEST_P(Gradient, OfEachOfSeveralParametersFollowsTheSameOrder) {
    const LevelInUse level(0);
    const Result alone = run(data_);
    for (int count = 1; count <= ACTINIDE_MAX_LEARNED; ++count) {
        for (const size_t split : {size_t{3}, no_split}) {
            const actinide_kernel kernel = several_backward_kernel(count, split);
            std::vector<float> dx(data_.x.size());
            std::vector<std::vector<float>> gradients(static_cast<size_t>(count),
                                                      std::vector<float>(data_.shape.channels));
            std::vector<const void *> inputs = {data_.x.data()};
            std::vector<void *> outputs = {dx.data()};
            for (std::vector<float> &gradient : gradients) {
                inputs.push_back(data_.weight.data());
                outputs.push_back(gradient.data());
            }
            inputs.push_back(data_.dy.data());
            const actinide_call call = channelwise_call(inputs, outputs, data_.shape);
            ASSERT_EQ(actinide_run_channelwise_gradient(&kernel, &call), ACTINIDE_OK);
            EXPECT_EQ(dx, alone.dx);
            for (size_t i = 0; i < gradients.size(); ++i) {
                for (size_t channel = 0; channel < data_.shape.channels; ++channel) {
                    ASSERT_EQ(gradients[i][channel], std::ldexp(1.0f, static_cast<int>(i)) * alone.dweight[channel])
                        << "parameter " << i << " of " << count << ", channel " << channel;
                }
            }
        }
    }
}

TEST_P(Gradient, IsCloseToTheExactSum) {
    const Result result = run(data_);
    for (size_t channel = 0; channel < data_.shape.channels; ++channel) {
        long double sum = 0, low = 0, magnitudes = 0;  // Neumaier in 64 bits: far below the bound that is tested
        for (size_t outer = 0; outer < data_.shape.outer; ++outer) {
            for (size_t inner = 0; inner < data_.shape.inner; ++inner) {
                const long double term = data_.term(channel, outer, inner);
                const long double next = sum + term;
                low += std::abs(sum) >= std::abs(term) ? (sum - next) + term : (term - next) + sum;
                sum = next;
                magnitudes += std::abs(term);
            }
        }
        const long double exact = sum + low;
        const float got = result.dweight[channel];
        const long double ulp = std::abs(std::nextafter(got, std::numeric_limits<float>::infinity()) - got);
        ASSERT_LE(std::abs(got - exact), ulp + std::ldexp(magnitudes, -45)) << "channel " << channel;
    }
}

TEST_P(Gradient, WritesDxBesideIt) {
    const Result result = run(data_);
    for (size_t i = 0; i < data_.x.size(); ++i) {
        const float weight = data_.weight[i / data_.shape.inner % data_.shape.channels];
        ASSERT_EQ(result.dx[i], prelu_dx(data_.x[i], weight, data_.dy[i])) << i;
    }
}

TEST_P(Gradient, WorksInPlaceOfEitherInput) {
    const LevelInUse level(0);
    const Result apart = run(data_);
    for (const size_t split : {size_t{3}, no_split}) {
        for (const bool over_x : {true, false}) {
            Data copy = data_;
            Result result{{}, std::vector<float>(copy.shape.channels)};
            std::vector<float> &dx = over_x ? copy.x : copy.dy;
            const actinide_kernel kernel = prelu_backward_kernel(split);
            const actinide_call call = channelwise_call({copy.x.data(), copy.weight.data(), copy.dy.data()},
                                                        {dx.data(), result.dweight.data()}, copy.shape);
            ASSERT_EQ(actinide_run_channelwise_gradient(&kernel, &call), ACTINIDE_OK);
            EXPECT_EQ(dx, apart.dx);
            EXPECT_EQ(result.dweight, apart.dweight);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Gradient,
                         testing::Values(Shape{1, 1, 1}, Shape{1, 1, 15}, Shape{1, 1, 16}, Shape{1, 1, 17},
                                         Shape{1, 1, 2047}, Shape{1, 1, 2049}, Shape{3, 1, 5000}, Shape{1, 1, 300000},
                                         Shape{300000, 1, 1}, Shape{2, 3, 5}, Shape{70, 3, 16}, Shape{3, 600, 4},
                                         Shape{2, 5, 2048}, Shape{2, 3, 4100}, Shape{130, 2, 2}, Shape{2, 40, 49},
                                         Shape{1, 2, 140000}, Shape{1, 2, 1}, Shape{127, 3, 1}, Shape{129, 32, 1},
                                         Shape{1000, 33, 1}, Shape{300, 65, 1}, Shape{150, 200, 1}, Shape{40, 1100, 1},
                                         Shape{9000, 2, 1}, Shape{3, 513, 1}, Shape{2, 513, 2}),
                         [](const auto &info) {
                             return std::to_string(info.param.outer) + "x" + std::to_string(info.param.channels) + "x" +
                                    std::to_string(info.param.inner);
                         });

/// The sum of terms that are given as they are: x = -1 makes each term -dy.
float sum_of(const std::vector<float> &terms, Shape shape) {
    Data data{shape, std::vector<float>(terms.size(), -1.0f), std::vector<float>(shape.channels, 0.25f), {}};
    for (const float term : terms) data.dy.push_back(-term);
    return run(data).dweight.at(0);
}

class GradientSpecials : public testing::TestWithParam<Shape> {};

TEST_P(GradientSpecials, AnInfiniteTermMakesAnInfiniteSum) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const size_t n = GetParam().elements();
    for (const size_t place : {size_t{0}, n / 2, n - GetParam().channels}) {
        std::vector<float> terms(n, 1.0f);
        const size_t in_channel_0 =
            GetParam().channels == 1 ? place : place / GetParam().channels * GetParam().channels;
        terms[in_channel_0] = infinity;
        EXPECT_EQ(sum_of(terms, GetParam()), infinity);
        terms[in_channel_0] = -infinity;
        EXPECT_EQ(sum_of(terms, GetParam()), -infinity);
        terms[in_channel_0] = std::nanf("");
        EXPECT_TRUE(std::isnan(sum_of(terms, GetParam())));
    }
}

TEST_P(GradientSpecials, OppositeInfinitiesMakeANaN) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    std::vector<float> terms(GetParam().elements(), 1.0f);
    terms.front() = infinity;
    terms[terms.size() - GetParam().channels] = -infinity;
    EXPECT_TRUE(std::isnan(sum_of(terms, GetParam())));
}

TEST_P(GradientSpecials, LargeFiniteTermsThatCancelLeaveTheSmallOnes) {
    std::vector<float> terms(GetParam().elements(), 0.0f);
    terms.front() = std::numeric_limits<float>::max();
    terms[terms.size() - GetParam().channels] = -std::numeric_limits<float>::max();
    EXPECT_EQ(sum_of(terms, GetParam()), 0.0f);
}

INSTANTIATE_TEST_SUITE_P(Layouts, GradientSpecials, testing::Values(Shape{1, 1, 400000}, Shape{20000, 3, 1}));

TEST(GradientOrder, KeepsWhatFloat64WouldLoseBetweenChunks) {
    // One large chunk, then thousands whose sum a plain float64 accumulator would round away.
    std::vector<float> terms(size_t{2048} * 400, 0.0f);
    terms.front() = 0x1p100f;
    for (size_t i = 2048; i < terms.size() - 2048; i += 2048) terms[i] = 0x1p40f;
    terms[terms.size() - 2048] = -0x1p100f;
    EXPECT_EQ(sum_of(terms, {1, 1, terms.size()}), 398 * 0x1p40f);
}

TEST(GradientOrder, OfNoElementIsZeroForEachParameterThatHasAnArray) {
    const LevelInUse level(0);
    const actinide_kernel kernel = several_backward_kernel(3);
    std::vector<float> first(5, -77.0f), last(5, -77.0f);
    const actinide_call call = channelwise_call({}, {nullptr, first.data(), nullptr, last.data()}, {0, 5, 7});
    EXPECT_EQ(actinide_run_channelwise_gradient(&kernel, &call), ACTINIDE_OK);
    EXPECT_EQ(first, std::vector<float>(5));
    EXPECT_EQ(last, std::vector<float>(5));
}

TEST(GradientOrder, SumsMoreThan512ChannelsInTurns) {
    const Shape shape{3, 1300, 1};
    Data data{shape, std::vector<float>(shape.elements(), -1.0f), std::vector<float>(1300, 0.5f), {}};
    for (size_t i = 0; i < shape.elements(); ++i) data.dy.push_back(static_cast<float>(i % 1300));
    const Result result = run(data);
    for (size_t channel = 0; channel < 1300; ++channel) {
        ASSERT_EQ(result.dweight[channel], -3.0f * static_cast<float>(channel));
    }
}

/// Tiles for arrays that do not exist: they check that every index fits int32, and count.
int64_t elements_summed, elements_written;
int64_t last_index(const actinide_tile *tile) {
    return (tile->extent[0] - int64_t{1}) + (tile->extent[1] - int64_t{1}) * tile->stride[1];
}
void count_sums(const actinide_tile *tile) {
    ASSERT_LE(last_index(tile), std::numeric_limits<int32_t>::max());
    for (int lane = 0; lane < tile->extent[0]; ++lane) static_cast<double *>(tile->outputs[0])[lane] = tile->extent[1];
    elements_summed += int64_t{tile->extent[0]} * tile->extent[1];
}
void count_dx(const actinide_tile *tile) {
    ASSERT_LE(last_index(tile), std::numeric_limits<int32_t>::max());
    elements_written += int64_t{tile->extent[0]} * tile->extent[1] * tile->extent[2];
}

TEST(GradientSizes, BeyondTwoToThe31ElementsAreSummed) {
    const LevelInUse level(0);
    actinide_kernel kernel = prelu_backward_kernel();
    kernel.tiles[0][ACTINIDE_TILE_CHANNELS_OUTSIDE] = count_dx;
    kernel.tiles[0][ACTINIDE_TILE_CHANNELS_LAST] = count_dx;
    kernel.tiles[0][ACTINIDE_TILE_LANE_SUMS] = count_sums;
    char *const base = reinterpret_cast<char *>(uintptr_t{1} << 40);
    for (const Shape shape : {Shape{1, 1, (size_t{1} << 32) + 5}, Shape{2, 3, (size_t{1} << 30) + 5},
                              Shape{size_t{1} << 26, 40, 1}, Shape{130, (size_t{1} << 24) + 1, 1}}) {
        std::vector<float> dweight(shape.channels, -77.0f);
        const std::vector<float> weight(shape.channels);
        const actinide_call call = channelwise_call({base, weight.data(), base + (size_t{2} << 40)},
                                                    {base + (size_t{3} << 40), dweight.data()}, shape);
        elements_summed = elements_written = 0;
        ASSERT_EQ(actinide_run_channelwise_gradient(&kernel, &call), ACTINIDE_OK);
        EXPECT_EQ(elements_summed, static_cast<int64_t>(shape.elements()));
        EXPECT_EQ(elements_written, static_cast<int64_t>(shape.elements()));
        EXPECT_EQ(dweight.front(), static_cast<float>(shape.elements() / shape.channels));
        EXPECT_EQ(dweight.back(), static_cast<float>(shape.elements() / shape.channels));
    }
}

TEST(GradientLevel, NeedsBothTilesButNotOfTheSameLevel) {
    const LevelInUse level(1);
    const Data data = random_data({2, 3, 5}, 1);
    std::vector<float> dx(30), dweight(3);
    const actinide_call call =
        channelwise_call({data.x.data(), data.weight.data(), data.dy.data()}, {dx.data(), dweight.data()}, data.shape);
    actinide_kernel kernel = prelu_backward_kernel();
    std::swap(kernel.tiles[0][ACTINIDE_TILE_LANE_SUMS], kernel.tiles[1][ACTINIDE_TILE_LANE_SUMS]);
    EXPECT_EQ(actinide_run_channelwise_gradient(&kernel, &call), ACTINIDE_OK);
    kernel.tiles[1][ACTINIDE_TILE_LANE_SUMS] = nullptr;
    EXPECT_EQ(actinide_run_channelwise_gradient(&kernel, &call), ACTINIDE_UNSUPPORTED_CPU);
}

}  // namespace
}  // namespace actinide::runtime_tests
