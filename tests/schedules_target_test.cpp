// links: actinide_schedules
#include <gtest/gtest.h>

#include <map>
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
            EXPECT_EQ(level.target->architecture, row.architecture);
            EXPECT_TRUE(level.target->levels.empty());
        }
    }
}

TEST(TargetTable, OffersALevelForOldMachinesInEveryArchive) {
    for (const Target &row : target_table()) {
        if (row.levels.empty()) continue;
        const Target lowest = *find_target(row.levels.front()).target;
        EXPECT_FALSE(lowest.has_fma || lowest.has_float16) << row.name;
        for (size_t i = 1; i < row.levels.size(); ++i) {
            EXPECT_TRUE(find_target(row.levels[i]).target->has_fma) << row.levels[i];
        }
    }
}

TEST(TargetTable, GivesEveryCpuAFolderOfItsOwn) {
    std::map<std::string, std::string> folders;
    for (const Target &row : target_table()) {
        if (row.architecture == Architecture::cuda || row.level >= 0) continue;
        EXPECT_TRUE(folders.emplace(row.folder, row.name).second) << row.name << " and " << folders[row.folder];
        EXPECT_EQ(host_of(row.folder).name, row.name);
        EXPECT_FALSE(row.c_compiler.empty()) << row.name;
    }
}

TEST(TargetTable, SaysHowFarEachIsProven) {
    for (const Target &row : target_table()) EXPECT_FALSE(row.proof.empty()) << row.name;
}

TEST(TargetTable, HoldsWhatTheIssueAsksFor) {
    for (const char *name : {"x86-64", "x86-64-sse41", "x86-64-avx2", "x86-64-avx512", "x86-64-v2", "x86-64-v3",
                             "x86-64-v4", "aarch64-neon", "cuda"}) {
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

TEST(RawHalideTarget, OfAnotherSystemIsServedByItsRow) {
    const std::pair<const char *, const char *> cases[] = {{"arm-64-android", "android-arm64"},
                                                           {"arm-64-osx", "macos-arm64"},
                                                           {"arm-64-ios-arm_dot_prod", "ios-arm64"},
                                                           {"arm-64-windows", "windows-arm64"},
                                                           {"arm-64-noos", "bare-aarch64"},
                                                           {"x86-64-osx-avx2-fma", "macos-x86-64"},
                                                           {"x86-64-windows-avx512_skylake", "windows-x86-64"}};
    for (const auto &[name, row] : cases) {
        const TargetLookup found = find_target(name);
        ASSERT_TRUE(found.target) << name << ": " << found.error;
        EXPECT_EQ(found.target->folder, find_target(row).target->folder);
        EXPECT_EQ(found.target->levels, find_target(row).target->levels);
        EXPECT_NE(found.target->generic_warning.find(row), std::string::npos) << found.target->generic_warning;
    }
}

TEST(RawHalideTarget, ThatContradictsItselfIsRefused) {
    for (const char *name : {"x86-64-linux-avx2-fma-sve2", "arm-64-linux-avx2"}) {
        const TargetLookup found = find_target(name);
        EXPECT_FALSE(found.target) << name;
        EXPECT_TRUE(found.unsupported) << name;
        EXPECT_NE(found.error.find("incompatible with the Target's architecture"), std::string::npos) << found.error;
    }
}

TEST(RawHalideTarget, ThatCannotBeServedSaysWhatCan) {
    for (const char *name :
         {"x86-64-linux", "x86-64-linux-avx2", "x86-64-linux-fma", "x86-32-linux-avx2-fma", "x86-64-windows",
          "x86-64-qurt-avx2-fma", "arm-32-linux", "arm-64-qurt", "x86-64-ios-avx2-fma", "wasm-32-wasmrt",
          "riscv-64-linux", "x86-64-linux-avx2-fma-profile", "arm-64-linux-no_neon"}) {
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
