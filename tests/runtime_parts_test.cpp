// links: actinide_runtime_native
// Which calls are cut into parts, where, and that the parts in any order give what the whole gives.
#include <gtest/gtest.h>

#include <random>

#include "tests/runtime_parts.h"

namespace actinide::runtime_tests {
namespace {

std::vector<float> random_values(size_t count, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0.0f, 3.0f);
    std::vector<float> values(count);
    for (float &value : values) value = normal(generator);
    return values;
}

struct Span {
    size_t begin, end;
};
std::vector<Span> written;  // bytes, of each part
constexpr uintptr_t far = uintptr_t{1} << 40;
void *address(uintptr_t bytes) {
    return reinterpret_cast<void *>(bytes);  // NOLINT(performance-no-int-to-ptr)
}

void record(const actinide_tile *tile) {
    const auto begin = reinterpret_cast<uintptr_t>(tile->outputs[0]);
    size_t last = 0;
    for (int i = 0; i < 3; ++i) last += static_cast<size_t>(tile->extent[i] - 1) * static_cast<size_t>(tile->stride[i]);
    written.push_back({begin, begin + 4 * (last + 1)});
}

size_t tasks_seen = 0;
/// All parts in one thread, backwards.
void run_backwards(size_t tasks, const std::function<void(size_t)> &task) {
    tasks_seen = tasks;
    for (size_t i = tasks; i > 0; --i) task(i - 1);
}

actinide_kernel with_part(actinide_kernel kernel, actinide_task part) {
    kernel.part = part;
    return kernel;
}
constexpr auto elementwise_part = part_of_shared_kernel<actinide_part_of_elementwise>;
constexpr auto channelwise_part = part_of_shared_kernel<actinide_part_of_channelwise>;
constexpr auto gradient_part = part_of_shared_kernel<actinide_part_of_channelwise_gradient>;
constexpr auto rows_part = part_of_shared_kernel<actinide_part_of_rows>;

class Parts : public testing::Test {
protected:
    Parts() { tasks_seen = 0; }

private:
    const LevelInUse level_{0};
};

size_t parts_of_scale(size_t n, uintptr_t output = 2 * far) {
    const actinide_kernel kernel = [] {
        actinide_kernel scale = with_part(scale_kernel(), elementwise_part);
        scale.tiles[0][0] = record;
        return scale;
    }();
    shared_kernel = &kernel;
    written.clear();
    tasks_seen = 0;
    const actinide_call call = elementwise_call({address(far)}, address(output), n);
    EXPECT_EQ(actinide_run_elementwise(&kernel, &call), ACTINIDE_OK);
    return tasks_seen;
}

TEST_F(Parts, AreFourForEachThreadAndNoSmallerThanHalfTheLeastBytes) {
    const SharingFrom sharing(size_t{1} << 20);
    const Hook hook(3, run_backwards);
    EXPECT_EQ(actn_get_num_threads(), 3u);
    EXPECT_EQ(parts_of_scale((size_t{1} << 17) - 1), 0u);  // 8 bytes an element
    EXPECT_EQ(parts_of_scale(size_t{1} << 17), 2u);
    EXPECT_EQ(parts_of_scale(size_t{3} << 16), 3u);
    EXPECT_EQ(parts_of_scale(size_t{1} << 25), 12u);
}

TEST_F(Parts, AreNotMadeOfShortArraysWhateverTheLeastBytes) {
    const SharingFrom sharing(1);
    const Hook hook(3, run_backwards);
    EXPECT_EQ(parts_of_scale(size_t{1} << 14), 0u);
    EXPECT_EQ(parts_of_scale((size_t{1} << 14) + 1), 12u);
}

TEST_F(Parts, AreNeverMadeWhereToldSoNorWithoutAPool) {
    {
        const SharingFrom sharing(SIZE_MAX);
        const Hook hook(3, run_backwards);
        EXPECT_EQ(parts_of_scale(size_t{1} << 36), 0u);
    }
    EXPECT_EQ(actn_get_num_threads(), 1u);
    EXPECT_EQ(parts_of_scale(size_t{1} << 25), 0u);
}

TEST_F(Parts, OfAnElementwiseCallCoverItAndShareNoLine) {
    const SharingFrom sharing(1);
    for (const size_t threads : {size_t{1}, size_t{2}, size_t{7}, size_t{100}, SIZE_MAX}) {
        const Hook hook(threads, run_backwards);
        for (const size_t offset : {0, 4, 36, 60}) {
            for (const size_t n : {size_t{16385}, size_t{70001}, size_t{1} << 22}) {
                parts_of_scale(n, 2 * far + offset);
                std::sort(written.begin(), written.end(), [](Span a, Span b) { return a.begin < b.begin; });
                EXPECT_EQ(written.front().begin, 2 * far + offset);
                EXPECT_EQ(written.back().end, 2 * far + offset + 4 * n);
                for (size_t i = 1; i < written.size(); ++i) {
                    EXPECT_EQ(written[i].begin, written[i - 1].end);
                    EXPECT_EQ(written[i].begin % 64, 0u);
                }
                if (threads == 1) EXPECT_EQ(written.size(), 1u);
            }
        }
    }
}

const Shape shapes[] = {{1, 1, 30001}, {30001, 1, 1}, {7, 130, 33},   {600, 3, 16},   {5, 600, 7}, {2, 3, 5000},
                        {300, 65, 1},  {9000, 2, 1},  {40, 1100, 1},  {1, 40000, 1},  {3, 513, 9}, {1, 2, 140000},
                        {130, 200, 1}, {70, 3, 160},  {1, 1, 300000}, {20000, 32, 1}, {2, 7, 2048}};

/// Parts of any size: the split says from which length on a call is long.
constexpr size_t short_split = 100;

TEST_F(Parts, OfChannelsGiveWhatTheWholeGives) {
    const SharingFrom sharing(2048);
    for (const Shape shape : shapes) {
        const std::vector<float> x = random_values(shape.elements(), 2);
        const std::vector<float> weight = random_values(shape.channels, 3);
        for (const size_t split : {short_split, no_split}) {
            const actinide_kernel kernel = with_part(prelu_kernel(split), channelwise_part);
            shared_kernel = &kernel;
            for (const size_t threads : {size_t{2}, size_t{5}}) {
                const Hook hook(threads, run_backwards);
                std::vector<float> y = x;
                const actinide_call call = channelwise_call({y.data(), weight.data()}, {y.data()}, shape);
                ASSERT_EQ(actinide_run_channelwise(&kernel, &call), ACTINIDE_OK);
                EXPECT_GT(tasks_seen, 1u);
                for (size_t i = 0; i < y.size(); ++i) {
                    ASSERT_EQ(y[i], prelu(x[i], weight[i / shape.inner % shape.channels])) << i;
                }
            }
        }
    }
}

TEST_F(Parts, OfAGradientGiveItsBits) {
    for (const size_t least : {size_t{1}, size_t{1} << 16}) {
        const SharingFrom sharing(least);
        for (const Shape shape : shapes) {
            const std::vector<float> x = random_values(shape.elements(), 2), dy = random_values(shape.elements(), 4);
            const std::vector<float> weight = random_values(shape.channels, 3);
            for (const int parameters : {1, 3}) {
                const actinide_kernel kernel =
                    with_part(several_backward_kernel(parameters, short_split), gradient_part);
                shared_kernel = &kernel;
                const auto run = [&] {
                    std::vector<std::vector<float>> results(static_cast<size_t>(1 + parameters),
                                                            std::vector<float>(shape.channels));
                    results[0] = x;  // in place
                    std::vector<const void *> inputs = {results[0].data()};
                    std::vector<void *> outputs;
                    for (int i = 0; i < parameters; ++i) inputs.push_back(weight.data());
                    inputs.push_back(dy.data());
                    outputs.reserve(results.size());
                    for (std::vector<float> &result : results) outputs.push_back(result.data());
                    const actinide_call call = channelwise_call(inputs, outputs, shape);
                    EXPECT_EQ(actinide_run_channelwise_gradient(&kernel, &call), ACTINIDE_OK);
                    return results;
                };
                const auto alone = run();
                for (const size_t threads : {size_t{2}, size_t{3}, size_t{40}}) {
                    const Hook hook(threads, run_backwards);
                    tasks_seen = 0;
                    EXPECT_EQ(run(), alone) << shape.outer << "x" << shape.channels << "x" << shape.inner << ", "
                                            << threads << " threads, " << parameters << " parameters";
                    if (least == 1) EXPECT_GT(tasks_seen, 1u);
                }
            }
        }
    }
}

TEST_F(Parts, OfRowsGiveWhatTheWholeGives) {
    const SharingFrom sharing(64);
    const actinide_kernel kernel = with_part(scale_kernel(short_split), rows_part);
    shared_kernel = &kernel;
    struct Rows {
        size_t rows, columns, gap;
    };
    for (const Rows shape : {Rows{1, 30000, 0}, Rows{300, 70, 0}, Rows{300, 70, 5}, Rows{7, 1300, 1}, Rows{2, 5000, 64},
                             Rows{1, 5000, 3}, Rows{5000, 1, 1}}) {
        const size_t stride = shape.columns + shape.gap;
        const std::vector<float> x = random_values(shape.rows * stride, 1);
        const Hook hook(3, run_backwards);
        std::vector<float> y(x.size(), -77.0f);
        actinide_call call = elementwise_call({x.data()}, y.data(), shape.rows, 3.0f);
        call.sizes[1] = shape.columns;
        call.sizes[2] = call.sizes[3] = stride;
        ASSERT_EQ(actinide_run_rows(&kernel, &call), ACTINIDE_OK);
        EXPECT_GT(tasks_seen, 1u);
        for (size_t i = 0; i < y.size(); ++i) {
            ASSERT_EQ(y[i], i % stride < shape.columns ? scaled(x[i], 3.0f) : -77.0f) << i;
        }
    }
}

/// relu's mask: a bit for each element.
void mask_tile(const actinide_tile *tile) {
    auto *mask = static_cast<unsigned char *>(tile->outputs[1]);
    for (int i = 0; i < tile->extent[0]; ++i) {
        output(tile, 0)[i] = input(tile, 0)[i] > 0 ? input(tile, 0)[i] : 0;
        const int bit = 1 << i % 8;
        if (i % 8 == 0) mask[i / 8] = 0;
        if (input(tile, 0)[i] > 0) mask[i / 8] = static_cast<unsigned char>(mask[i / 8] | bit);
    }
}

TEST_F(Parts, OfAMaskAreWholeLinesOfIt) {
    const SharingFrom sharing(64);
    actinide_kernel kernel = with_part(empty_kernel(1, 2, short_split), part_of_shared_kernel<actinide_part_of_packed>);
    kernel.packing.block = ACTINIDE_MASK_BLOCK;
    kernel.packing.input_bits[0] = kernel.packing.output_bits[0] = 32;
    kernel.packing.output_bits[1] = 1;
    kernel.tiles[0][0] = mask_tile;
    shared_kernel = &kernel;
    const Hook hook(3, run_backwards);
    for (const size_t n : {size_t{1025}, size_t{5000}, size_t{70003}}) {
        const std::vector<float> x = random_values(n, 1);
        std::vector<float> y(n);
        std::vector<unsigned char> mask((n + 7) / 8, 0xff);
        actinide_call call = elementwise_call({x.data()}, y.data(), n);
        call.outputs[1] = mask.data();
        call.sizes[1] = mask.size();
        ASSERT_EQ(actinide_run_packed(&kernel, &call), ACTINIDE_OK);
        EXPECT_GT(tasks_seen, 1u);
        for (size_t i = 0; i < n; ++i) ASSERT_EQ(mask[i / 8] >> i % 8 & 1, x[i] > 0) << i;
        for (size_t i = n; i < 8 * mask.size(); ++i) ASSERT_EQ(mask[i / 8] >> i % 8 & 1, 0) << i;
    }
}

TEST(Hooks, NeedAThread) {
    EXPECT_EQ(actn_set_parallel_for([](void *, size_t, actinide_task, void *) {}, nullptr, 0),
              ACTINIDE_INVALID_PARAMETER);
    EXPECT_EQ(actn_get_num_threads(), 1u);
    EXPECT_EQ(actn_set_parallel_for(nullptr, nullptr, 0), ACTINIDE_OK);
}

}  // namespace
}  // namespace actinide::runtime_tests
