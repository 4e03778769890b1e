// links: actinide_verify actinide_compiler
// The same bits at every level, alignment and cut into calls; and a kernel for which it is not so.
#include "tools/verify/same_bits.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>

#include "generators/catalogue/catalogue.h"

namespace actinide {
namespace {

/// The catalogue's first kernel of each set of arrays: alignments and splits are the loops', not the formula's, and
/// kernels_bits_test has every kernel, and the level without fma, which takes minutes.
std::vector<KernelKey> keys_of(DType dtype) {
    Target target = *find_target("x86-64").target;
    std::erase_if(target.levels, [](const std::string &level) { return !find_target(level).target->has_fma; });
    std::vector<KernelKey> keys;
    std::set<std::vector<std::string>> known;
    for (const Activation &activation : catalogue()) {
        for (const Pass pass : all_passes()) {
            if (!why_unsupported(activation, pass, dtype).empty()) continue;
            std::vector<std::string> arrays;
            for (const Argument &argument : signature(activation, pass, dtype).arguments) {
                if (argument.role != Argument::Role::parameter) {
                    arrays.push_back(std::to_string(static_cast<int>(argument.role)) +
                                     (argument.per_channel ? " per channel" : ""));
                }
            }
            if (!known.insert(arrays).second) continue;
            keys.push_back({&activation, pass, dtype, target});
        }
    }
    return keys;
}

class SameBits : public testing::TestWithParam<DType> {};

INSTANTIATE_TEST_SUITE_P(All, SameBits, testing::ValuesIn(all_dtypes()),
                         [](const auto &info) { return to_string(info.param); });

TEST_P(SameBits, ComeFromEveryLevelAlignmentAndSplit) {
    const std::vector<KernelKey> keys = keys_of(GetParam());
    const SameBitsResult result = compare_bits(keys, {}, {});
    ASSERT_FALSE(result.error) << result.error->message;
    ASSERT_EQ(result.reports.size(), keys.size());
    for (const SameBitsReport &report : result.reports) {
        EXPECT_FALSE(report.difference) << to_string(report.key) << " at " << report.difference->level;
        EXPECT_EQ(report.alignments, 64 / bytes_per_element(GetParam())) << to_string(report.key);
        EXPECT_GE(report.splits, 6U);
        EXPECT_FALSE(report.levels.empty());
        EXPECT_NE(report.digest, 0U);
    }
}

/// y = x, but for one input at one place.
struct Flawed {
    uint32_t input = 0x3f812345;
    size_t offset = 0;  ///< of y behind a vector's start, in elements; the flaw shows there alone
    size_t n = 0;       ///< likewise the call's length; 0: any

    int operator()(const void *const *inputs, void *const *outputs, const size_t *sizes) const {
        const auto *x = static_cast<const uint32_t *>(inputs[0]);
        auto *y = static_cast<uint32_t *>(outputs[0]);
        const bool is_here = reinterpret_cast<uintptr_t>(y) / 4 % 16 == offset && (n == 0 || sizes[0] == n);
        for (size_t i = 0; i < sizes[0]; ++i) y[i] = x[i] ^ (is_here && x[i] == input ? 1U : 0U);
        return 0;
    }
};

int copy(const void *const *inputs, void *const *outputs, const size_t *sizes) {
    std::memmove(outputs[0], inputs[0], sizes[0] * 4);
    return 0;
}

BlockResult compare_with(const KernelCall &other) {
    const BitComparison comparison({.format = float32_bits, .per_channel_inputs = {false}},
                                   {{"lowest", copy}, {"highest", other}});
    std::vector<uint64_t> inputs = comparison.core_inputs();
    inputs[1234] = 0x3f812345;
    return comparison.compare(inputs, 0, comparison.all_variations());
}

TEST(BitComparison, NamesTheInputOfOneBitAtOneAlignment) {
    const BlockResult result = compare_with(Flawed{.offset = 5});
    ASSERT_TRUE(result.difference);
    EXPECT_EQ(result.difference->level, "highest");
    EXPECT_EQ(result.difference->inputs, (std::vector<uint64_t>{0x3f812345}));
    EXPECT_EQ(result.difference->expected, 0x3f812345U);
    EXPECT_EQ(result.difference->found, 0x3f812344U);
    EXPECT_NE(result.difference->variation.alignment, 0U);
}

TEST(BitComparison, NamesTheCallsOfOneLengthThatDiffer) {
    const BlockResult result = compare_with(Flawed{.n = 17});
    ASSERT_TRUE(result.difference);
    EXPECT_EQ(result.difference->split, "calls of 17");
    EXPECT_EQ(result.difference->inputs, (std::vector<uint64_t>{0x3f812345}));
}

TEST(BitComparison, FindsNothingWhereOnlyTheSignOfNanDiffers) {
    const BlockResult result = compare_with([](const void *const *inputs, void *const *outputs, const size_t *sizes) {
        const auto *x = static_cast<const uint32_t *>(inputs[0]);
        auto *y = static_cast<uint32_t *>(outputs[0]);
        for (size_t i = 0; i < sizes[0]; ++i) y[i] = x[i] ^ ((x[i] & 0x7fffffff) > 0x7f800000 ? 0x80000000U : 0);
        return 0;
    });
    EXPECT_FALSE(result.difference);
}

/// The second of two sums in another order at the second level.
TEST(BitComparison, NamesTheChannelWhoseSumDiffers) {
    const auto sum = [](bool backwards) {
        return [backwards](const void *const *inputs, void *const *outputs, const size_t *sizes) {
            const auto *dy = static_cast<const float *>(inputs[1]);
            const size_t n = sizes[0] * sizes[1] * sizes[2];
            for (size_t channel = 0; channel < sizes[1]; ++channel) {
                float total = 0;
                for (size_t k = 0; k < sizes[0] * sizes[2]; ++k) {
                    const size_t j = backwards ? sizes[0] * sizes[2] - 1 - k : k;
                    total += dy[(j / sizes[2] * sizes[1] + channel) * sizes[2] + j % sizes[2]] * 1.1f;
                }
                static_cast<float *>(outputs[1])[channel] = 1;
                static_cast<float *>(outputs[2])[channel] = total;
            }
            std::memmove(outputs[0], inputs[0], n * 4);
            return 0;
        };
    };
    const BitComparison comparison({.format = float32_bits,
                                    .is_channelwise = true,
                                    .per_channel_inputs = {false, false},
                                    .sum_bytes = 4,
                                    .sums = 2},
                                   {{"lowest", sum(false)}, {"highest", sum(true)}});
    const BlockResult result = comparison.compare_shapes();
    ASSERT_TRUE(result.difference);
    EXPECT_TRUE(result.difference->channel);
    EXPECT_EQ(result.difference->sum, 1U);
    EXPECT_EQ(result.difference->level, "highest");
}

}  // namespace
}  // namespace actinide
