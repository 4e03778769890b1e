// links: actinide_tune
// Which schedule is called the best: made-up times, so that no clock decides.
#include <gtest/gtest.h>

#include "tools/tune/candidates.h"
#include "tools/tune/winner.h"

namespace actinide {
namespace {

/// Twenty samples around `median`, each a little different.
std::vector<double> around(double median, double spread = 0.001) {
    std::vector<double> samples;
    for (int i = 0; i < 20; ++i) samples.push_back(median * (1 + spread * ((i * 7) % 20 - 9.5)));
    return samples;
}

TEST(Winner, IsFasterBeyondChance) {
    const TrialTimes times = {{around(100), around(90), around(99)}};
    EXPECT_TRUE(beats_the_first(times, 1));
    EXPECT_FALSE(beats_the_first(times, 2)) << "a hundredth is too little for a record";
    EXPECT_NEAR(speedup_of(times, 1), 100.0 / 90, 0.01);
}

TEST(Winner, IsNoneWhereTheNoiseIsAsWideAsTheGain) {
    std::vector<double> wild = around(94, 0.02);
    std::vector<double> first = around(100, 0.02);
    wild.resize(4);
    first.resize(4);
    EXPECT_FALSE(beats_the_first({{first, wild}}, 1));
}

TEST(Winner, MustNotBeSlowerAtAnySize) {
    EXPECT_FALSE(beats_the_first({{around(100), around(80)}, {around(100), around(105)}}, 1));
    EXPECT_TRUE(beats_the_first({{around(100), around(80)}, {around(100), around(101)}}, 1));
}

TEST(Winner, NeedsNoChanceInTheNumbersOfAModel) {
    EXPECT_TRUE(beats_the_first({{{2.0}, {1.5}}}, 1));
    EXPECT_FALSE(beats_the_first({{{2.0}, {1.99}}}, 1));
}

TEST(Winner, ComesFromTheFastestOfAll) {
    const TrialTimes times = {{around(100), around(120), around(80), around(90), around(70)}};
    EXPECT_EQ(fastest(times, 2), (std::vector<size_t>{4, 2}));
    EXPECT_EQ(fastest(times, 9), (std::vector<size_t>{4, 2, 3}));
    EXPECT_TRUE(fastest({{around(1)}}, 3).empty());
}

class Candidates : public testing::TestWithParam<Effort> {};
INSTANTIATE_TEST_SUITE_P(Efforts, Candidates, testing::Values(Effort::quick, Effort::normal, Effort::exhaustive));

TEST_P(Candidates, BeginWithTheHandScheduleAndDiffer) {
    for (const char *target : {"x86-64-avx2", "x86-64-avx512", "aarch64-neon"}) {
        for (const SizeClass size_class : {SizeClass::cached, SizeClass::memory}) {
            const KernelKey key{nullptr, Pass::forward, DType::f32, *find_target(target).target};
            const std::vector<ScheduleChoice> all = candidates(key, size_class, GetParam());
            ASSERT_GT(all.size(), 2U);
            EXPECT_EQ(all.front(), ScheduleChoice{});
            for (size_t i = 0; i < all.size(); ++i) {
                for (size_t j = 0; j < i; ++j) EXPECT_NE(all[i], all[j]) << in_words(all[i]);
                EXPECT_TRUE(i == 0 || all[i].arranges_loops() == (size_class == SizeClass::cached)) << in_words(all[i]);
            }
        }
    }
}

}  // namespace
}  // namespace actinide
