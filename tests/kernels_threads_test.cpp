// links: actinide_formula actinide_schedules kernels_table kernels_small_table kernels_double_table
// Calls that threads share have the bits of those that one thread computes, in every type and whoever computes what.
#include <gtest/gtest.h>

#include "tests/kernels_bytes.h"

namespace actinide::kernels {
namespace {

/// All parts in this thread, the last first.
void run_backwards(void *seen, size_t tasks, actn_task task, void *context) {
    *static_cast<size_t *>(seen) += tasks;
    for (size_t i = tasks; i > 0; --i) task(context, i - 1);
}

class Shared : public testing::Test {
public:
    Shared() { actn_set_parallel_bytes(1); }
    ~Shared() override {
        actn_set_parallel_bytes(0);
        actn_set_num_threads(1);
    }
    Shared(const Shared &) = delete;
    Shared &operator=(const Shared &) = delete;

protected:
    /// What `visit` computes alone, and then in every other way.
    template <typename Visit>
    static void expect_same(const std::string &what, const Visit &visit) {
        EXPECT_EQ(actn_set_num_threads(1), ACTN_OK);
        const auto alone = visit();
        for (const size_t threads : {size_t{2}, size_t{3}, size_t{7}}) {
            size_t tasks = 0;
            EXPECT_EQ(actn_set_parallel_for(run_backwards, &tasks, threads), ACTN_OK);
            EXPECT_EQ(visit(), alone) << what << " backwards in the parts of " << threads << " threads";
            EXPECT_GT(tasks, 1U) << what;
        }
        EXPECT_EQ(actn_set_num_threads(3), ACTN_OK);
        EXPECT_EQ(visit(), alone) << what << " in 3 threads";
    }

    static void expect_same_bits(const kernel_entry *table, size_t count) {
        for (size_t i = 0; i < count; ++i) {
            const kernel_entry &kernel = table[i];
            for (const Sizes &sizes : long_shapes(kernel)) {
                expect_same(kernel.symbol, [&] { return outputs_of(kernel, sizes, bytes_of_element(kernel)); });
            }
        }
    }
};

TEST_F(Shared, ResultsHaveTheBitsOfOneThreadInEveryType) {
    expect_same_bits(kernel_table, kernel_count);
    expect_same_bits(kernel_small_table, kernel_small_count);
    expect_same_bits(kernel_double_table, kernel_double_count);
}

TEST_F(Shared, MasksPairsAndTablesHaveTheBitsOfOneThread) {
    constexpr size_t n = 70003;
    std::vector<float> x(2 * n), dy(2 * n);
    Numbers numbers(3);
    for (float &value : x) value = numbers.of_exponent(-6, 4);
    for (float &value : dy) value = numbers.of_exponent(-6, 4);
    using Results = std::pair<std::vector<float>, std::vector<uint8_t>>;
    expect_same("relu's mask", [&] {
        Results results{std::vector<float>(2 * n), std::vector<uint8_t>((n + 7) / 8, 0xff)};
        std::vector<uint8_t> &mask = results.second;
        EXPECT_EQ(actn_relu_forward_mask_f32(x.data(), results.first.data(), mask.data(), n, mask.size()), ACTN_OK);
        EXPECT_EQ(actn_relu_backward_from_mask_f32(mask.data(), dy.data(), results.first.data() + n, n, mask.size()),
                  ACTN_OK);
        return results;
    });
    expect_same("swiglu's pairs", [&] {
        std::vector<float> results(3 * n);
        EXPECT_EQ(actn_swiglu_forward_pairs_f32(x.data(), results.data(), 2 * n), ACTN_OK);
        EXPECT_EQ(actn_swiglu_backward_pairs_f32(x.data(), dy.data(), results.data() + n, 2 * n), ACTN_OK);
        return results;
    });
    std::vector<uint8_t> bytes(n), table(256);
    for (size_t i = 0; i < n; ++i) bytes[i] = static_cast<uint8_t>(numbers.next());
    for (size_t i = 0; i < 256; ++i) table[i] = static_cast<uint8_t>(7 * i + 3);
    expect_same("a table", [&] {
        std::vector<uint8_t> results = bytes;  // in place
        EXPECT_EQ(actn_lookup_u8(results.data(), results.data(), n, table.data()), ACTN_OK);
        for (size_t i = 0; i < n; ++i) EXPECT_EQ(results[i], table[bytes[i]]);
        return results;
    });
}

}  // namespace
}  // namespace actinide::kernels
