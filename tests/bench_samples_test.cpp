// links: actinide_bench actinide_compiler
// What the benchmark makes of its samples, against values worked out by hand; no test here looks at how long anything
// takes.
#include "tools/bench/samples.h"

#include <gtest/gtest.h>

#include "tools/bench/growth.h"
#include "tools/bench/race.h"

namespace actinide {
namespace {

TEST(Spread, HasMedianQuartilesAndMinimumOfAnOddNumber) {
    const Spread spread = spread_of({5, 1, 4, 2, 3});
    EXPECT_EQ(spread.median, 3);
    EXPECT_EQ(spread.lower_quartile, 2);
    EXPECT_EQ(spread.upper_quartile, 4);
    EXPECT_EQ(spread.minimum, 1);
    EXPECT_DOUBLE_EQ(spread.relative_width(), 2.0 / 3);
}

TEST(Spread, InterpolatesBetweenSamples) {
    const Spread spread = spread_of({4, 3, 2, 1});
    EXPECT_DOUBLE_EQ(spread.median, 2.5);
    EXPECT_DOUBLE_EQ(spread.lower_quartile, 1.75);
    EXPECT_DOUBLE_EQ(spread.upper_quartile, 3.25);
}

TEST(Spread, OfOneSampleIsThatSample) {
    const Spread spread = spread_of({7});
    EXPECT_EQ(spread.median, 7);
    EXPECT_EQ(spread.upper_quartile, 7);
    EXPECT_EQ(spread.relative_width(), 0);
}

TEST(MannWhitney, IsThatOfApartSets) {
    // U = 0, mean 4.5, variance 5.25: z = 4 / 2.2913 = 1.7457.
    EXPECT_NEAR(mann_whitney({1, 2, 3}, {4, 5, 6}), 0.0809, 5e-5);
    EXPECT_NEAR(mann_whitney({6, 5, 4}, {3, 2, 1}), 0.0809, 5e-5);
}

TEST(MannWhitney, CorrectsForTies) {
    // Ranks 1, 3, 3 and 3, 5, 6: U = 1, mean 4.5, variance 0.75 (7 - 24 / 30) = 4.65: z = 3 / 2.1564 = 1.3912.
    EXPECT_NEAR(mann_whitney({1, 2, 2}, {2, 3, 4}), 0.1642, 5e-5);
}

TEST(MannWhitney, FindsNothingInEqualSetsNorInNone) {
    EXPECT_EQ(mann_whitney({1, 2, 3, 4}, {1, 2, 3, 4}), 1);
    EXPECT_EQ(mann_whitney({2, 2, 2}, {2, 2, 2}), 1);
    EXPECT_EQ(mann_whitney({}, {1, 2}), 1);
}

/// 20 samples within 1 % above `fastest`.
std::vector<double> samples_near(double fastest) {
    std::vector<double> samples;
    for (int i = 0; i < 20; ++i) samples.push_back(fastest * (1 + 0.0005 * i));
    return samples;
}

Change judge_samples(const std::vector<double> &old_samples, const std::vector<double> &new_samples) {
    return judge(spread_of(old_samples), old_samples, spread_of(new_samples), new_samples);
}

TEST(Judging, TellsFasterFromSlower) {
    EXPECT_EQ(judge_samples(samples_near(100), samples_near(88)), Change::faster);
    EXPECT_EQ(judge_samples(samples_near(100), samples_near(130)), Change::slower);
    EXPECT_EQ(change_text(Change::faster, 100, 88), "faster by 12 %");
    EXPECT_EQ(change_text(Change::slower, 100, 130), "slower by 30 %");
}

TEST(Judging, CallsASmallDifferenceNone) {
    EXPECT_EQ(judge_samples(samples_near(100), samples_near(102)), Change::none);
    EXPECT_EQ(change_text(Change::none, 100, 102), "no difference beyond the noise");
}

TEST(Judging, CallsNoneWhatFewSamplesCannotShow) {
    EXPECT_EQ(judge_samples({100, 101, 102}, {200, 201, 202}), Change::unclear);
}

TEST(Judging, CallsNoneWhatDisturbedAllSamplesButTheFastest) {
    std::vector<double> disturbed = samples_near(150);
    disturbed.front() = 100;
    EXPECT_EQ(judge_samples(samples_near(100), disturbed), Change::none);
}

TEST(Thinning, KeepsSamplesFromTheWholeRunInOrder) {
    EXPECT_EQ(thinned({1, 2, 3, 4, 5, 6}, 3), (std::vector<double>{1, 3, 5}));
    EXPECT_EQ(thinned({2, 1}, 3), (std::vector<double>{2, 1}));
}

TEST(Growth, MarksASizeAboveTheLineOfItsNeighbours) {
    EXPECT_EQ(find_cliffs({8, 4, 2, 4, 1}), (std::vector<bool>{false, false, false, true, false}));
    EXPECT_EQ(find_cliffs({1, 1.2, 1}), (std::vector<bool>{false, false, false}));
    EXPECT_TRUE(find_cliffs({}).empty());
}

TEST(Race, TakesOneSampleOfEachContestantInEveryRound) {
    size_t first = 0;
    size_t second = 0;
    const std::vector<Contestant> contestants = {{"first", [&] { ++first; }}, {"second", [&] { ++second; }}};
    const std::vector<Timing> timings = race(contestants, {.rounds = 5}, CycleCounter());
    ASSERT_EQ(timings.size(), 2U);
    for (const Timing &timing : timings) EXPECT_EQ(timing.nanoseconds.size(), 5U);
    EXPECT_GE(first, 5U);
    EXPECT_GE(second, 5U);
}

TEST(Race, EndsWithTheRoundInWhichItIsStopped) {
    const RaceOptions options{.rounds = 1000, .is_stopped = [] { return true; }};
    const std::vector<Timing> timings = race({{"only", [] {}}}, options, CycleCounter());
    EXPECT_EQ(timings.front().nanoseconds.size(), 1U);
}

}  // namespace
}  // namespace actinide
