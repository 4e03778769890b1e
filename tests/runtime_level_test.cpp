// links: actinide_runtime_native
// The choice of a level, and the texts of a package.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <thread>

#include "tests/runtime_tiles.h"

extern "C" int32_t actinide_find_level(void);

namespace actinide::runtime_tests {
namespace {

constexpr int32_t unknown_level = -2;
const char *const names[] = {"x86-64-sse41", "x86-64-avx2", "x86-64-avx512"};

/// What GCC's own detection says of this machine.
int32_t highest_level() {
    if (__builtin_cpu_supports("x86-64-v4")) return 2;
    if (__builtin_cpu_supports("x86-64-v3")) return 1;
    return __builtin_cpu_supports("x86-64-v2") ? 0 : -1;
}

class Level : public testing::Test {
protected:
    LevelInUse restore_{unknown_level};
};

TEST_F(Level, IsWhatTheCompilersOwnDetectionSays) {
    EXPECT_EQ(actinide_find_level(), highest_level());
    EXPECT_STREQ(actn_cpu_level(), highest_level() < 0 ? "unsupported" : names[highest_level()]);
}

TEST_F(Level, IsNamedUnsupportedBelowTheLowest) {
    actinide_level_in_use = -1;
    EXPECT_STREQ(actn_cpu_level(), "unsupported");
}

TEST_F(Level, CanBeSetToEachThatTheMachineHasAndToNoOther) {
    for (int32_t level = 0; level < 3; ++level) {
        const bool available = level <= highest_level();
        const std::string before = actn_cpu_level();
        EXPECT_EQ(actn_set_cpu_level(names[level]), available ? ACTINIDE_OK : ACTINIDE_UNSUPPORTED_CPU);
        EXPECT_EQ(actn_cpu_level(), available ? names[level] : before);
    }
}

TEST_F(Level, AnswersToItsAliases) {
    if (highest_level() < 0) GTEST_SKIP() << "no level on this machine";
    EXPECT_EQ(actn_set_cpu_level("x86-64-v2"), ACTINIDE_OK);
    EXPECT_STREQ(actn_cpu_level(), "x86-64-sse41");
    EXPECT_EQ(actn_set_cpu_level("x86-64-v3"), highest_level() >= 1 ? ACTINIDE_OK : ACTINIDE_UNSUPPORTED_CPU);
    EXPECT_EQ(actn_set_cpu_level("x86-64-v4"), highest_level() >= 2 ? ACTINIDE_OK : ACTINIDE_UNSUPPORTED_CPU);
}

TEST_F(Level, StaysAsItIsWhenTheNameIsUnknown) {
    actinide_level_in_use = 0;
    for (const char *name :
         {"", "avx2", "sse41", "x86-64-sse4", "x86-64-avx", "x86-64-avx2 ", "x86-64-avx5122", "aarch64-neon"}) {
        EXPECT_EQ(actn_set_cpu_level(name), ACTINIDE_INVALID_PARAMETER) << name;
        EXPECT_EQ(actinide_level_in_use, 0);
    }
}

TEST_F(Level, IsAutomaticAgainAfterNull) {
    actinide_level_in_use = 0;
    EXPECT_EQ(actn_set_cpu_level(nullptr), ACTINIDE_OK);
    EXPECT_STREQ(actn_cpu_level(), highest_level() < 0 ? "unsupported" : names[highest_level()]);
}

TEST_F(Level, IsFoundOnceForManyThreads) {
    for (int round = 0; round < 100; ++round) {
        actinide_level_in_use = unknown_level;
        std::array<std::string, 4> seen;
        {
            std::array<std::jthread, 4> threads;
            for (size_t i = 0; i < threads.size(); ++i) {
                threads[i] = std::jthread([&seen, i] { seen[i] = actn_cpu_level(); });
            }
        }
        EXPECT_EQ((std::set<std::string>(seen.begin(), seen.end())), std::set<std::string>{actn_cpu_level()});
    }
}

TEST_F(Level, DoesNotOverwriteOneThatWasSetMeanwhile) {
    actinide_level_in_use = 0;  // as if another thread had set it between this thread's look and its search
    EXPECT_EQ(actinide_find_level(), 0);
    EXPECT_EQ(actinide_level_in_use, 0);
}

TEST(StatusText, IsTheTablesSentenceForEveryStatus) {
#define ACTINIDE_EXPECT(name, value, sentence) EXPECT_STREQ(actn_status_text(ACTINIDE_##name), sentence);
    ACTINIDE_STATUSES(ACTINIDE_EXPECT)
#undef ACTINIDE_EXPECT
}

TEST(StatusText, SaysSoWhenAValueIsNoStatus) {
    for (const int32_t status : {-1, 1000, INT32_MAX, INT32_MIN}) {
        EXPECT_STREQ(actn_status_text(status), "unknown status; it did not come from this library");
    }
}

TEST(Version, IsTheProjects) {
    EXPECT_STREQ(actn_version(), ACTINIDE_VERSION);
}

}  // namespace
}  // namespace actinide::runtime_tests
