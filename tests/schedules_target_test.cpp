// links: actinide_schedules
#include <gtest/gtest.h>

#include <set>

#include "schedules/target.h"

namespace actinide {
namespace {

TEST(TargetTable, FindsEveryRowByNameAndAlias) {
    for (const Target &row : target_table()) {
        ASSERT_TRUE(find_target(row.name).target) << row.name;
        EXPECT_EQ(find_target(row.name).target->name, row.name);
        for (const std::string &alias : row.aliases) {
            ASSERT_TRUE(find_target(alias).target) << alias;
            EXPECT_EQ(find_target(alias).target->name, row.name);
        }
    }
}

TEST(TargetTable, NamesNothingTwice) {
    std::set<std::string> names{"host"};
    for (const Target &row : target_table()) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        for (const std::string &alias : row.aliases) EXPECT_TRUE(names.insert(alias).second) << alias;
    }
}

TEST(TargetTable, ArchivesListTheirLevelsLowestFirst) {
    for (const Target &row : target_table()) {
        for (size_t i = 0; i < row.levels.size(); ++i) {
            const TargetLookup level = find_target(row.levels[i]);
            ASSERT_TRUE(level.target) << row.levels[i];
            EXPECT_EQ(level.target->level, static_cast<int>(i));
            EXPECT_EQ(level.target->folder, row.folder);
            EXPECT_TRUE(level.target->levels.empty());
        }
    }
}

TEST(TargetTable, HoldsWhatTheIssueAsksFor) {
    for (const char *name :
         {"x86-64", "x86-64-avx2", "x86-64-avx512", "x86-64-v3", "x86-64-v4", "aarch64-neon", "cuda"}) {
        EXPECT_TRUE(find_target(name).target) << name;
    }
}

TEST(HostTarget, IsARowOfTheTable) {
    const TargetLookup host = find_target("host");
    if (!host.target) GTEST_SKIP() << host.error;
    EXPECT_TRUE(find_target(host.target->name).target);
    EXPECT_TRUE(host.target->levels.empty());
    EXPECT_TRUE(host.target->generic_warning.empty());
}

TEST(RawHalideTarget, IsServedByTheRowOfItsFeatures) {
    const std::pair<const char *, const char *> cases[] = {
        {"x86-64-linux-avx2-fma", "x86-64-v3"},           {"x86-64-linux-avx-avx2-f16c-fma-sse41", "x86-64-v3"},
        {"x86-64-linux-avx512_skylake", "x86-64-v4"},     {"x86-64-linux-avx512_zen4-no_asserts", "x86-64-v4"},
        {"x86-64-linux-avx512-avx2-fma", "x86-64-v3"},    {"arm-64-linux", "generic"},
        {"arm-64-linux-arm_dot_prod-arm_fp16", "generic"}};
    for (const auto &[name, cpu] : cases) {
        const TargetLookup found = find_target(name);
        ASSERT_TRUE(found.target) << name << ": " << found.error;
        EXPECT_EQ(found.target->name, name);
        EXPECT_EQ(found.target->llvm_cpu, cpu) << name;
        EXPECT_EQ(found.target->level, -1) << name;
        EXPECT_FALSE(found.target->generic_warning.empty()) << name;
        EXPECT_GT(found.target->lanes, 0) << name;
    }
}

TEST(RawHalideTarget, ThatCannotBeServedSaysWhatCan) {
    for (const char *name :
         {"x86-64-linux", "x86-64-linux-avx2", "x86-64-linux-fma", "x86-32-linux-avx2-fma", "x86-64-windows-avx2-fma",
          "x86-64-osx-avx2-fma", "arm-32-linux", "arm-64-android", "arm-64-osx", "wasm-32-wasmrt", "riscv-64-linux",
          "x86-64-linux-avx2-fma-profile", "arm-64-linux-no_neon"}) {
        const TargetLookup found = find_target(name);
        EXPECT_FALSE(found.target) << name;
        EXPECT_TRUE(found.unsupported) << name;
        EXPECT_NE(found.error.find(name), std::string::npos) << found.error;
        EXPECT_NE(found.error.find("served are x86-64-linux"), std::string::npos) << found.error;
    }
}

TEST(RawHalideTarget, WithCudaPointsToTheCudaTarget) {
    const TargetLookup found = find_target("x86-64-linux-avx2-fma-cuda");
    EXPECT_FALSE(found.target);
    EXPECT_TRUE(found.unsupported);
    EXPECT_NE(found.error.find("give cuda as a target of its own"), std::string::npos) << found.error;
}

TEST(UnknownTarget, GetsTheNearestName) {
    const std::pair<const char *, const char *> cases[] = {
        {"x86-64-avx22", "x86-64-avx2"}, {"x86_64", "x86-64"},        {"CUDA", "cuda"},
        {"neon", "aarch64-neon"},        {"avx512", "x86-64-avx512"}, {"hots", "host"}};
    for (const auto &[given, meant] : cases) {
        const TargetLookup found = find_target(given);
        EXPECT_FALSE(found.target) << given;
        EXPECT_FALSE(found.unsupported) << given;
        EXPECT_EQ(found.error, "unknown target '" + std::string(given) + "'; did you mean '" + meant +
                                   "'? (actinide list targets shows all)");
    }
}

TEST(UnknownTarget, FarFromEveryNameSaysHowToListThem) {
    for (const char *given : {"", "zzzzzz", "x86-64-linux-nonsense", "-", "x86-64-linux-"}) {
        const TargetLookup found = find_target(given);
        EXPECT_FALSE(found.target) << given;
        EXPECT_NE(found.error.find("actinide list targets"), std::string::npos) << found.error;
    }
    EXPECT_LT(find_target(std::string(100000, 'x')).error.size(), 200u);
}

}  // namespace
}  // namespace actinide
