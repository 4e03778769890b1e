// links: actinide_schedules
// What tuning found as a file: written, read, put together, and what is done about broken ones.
#include <gtest/gtest.h>

#include <algorithm>

#include "schedules/tuned_records.h"

namespace actinide {
namespace {

TunedRecord record_of(const std::string &kernel, const std::string &cpu) {
    return {.kernel = kernel,
            .target = "x86-64-avx2",
            .cpu = cpu,
            .size_class = SizeClass::cached,
            .by = TunedBy::measuring,
            .versions = {{"actinide", "0.1.0"}},
            .hash = "00ff",
            .choice = {.lanes = 8, .vectors = 4},
            .figures = {{1024, 0.2, 0.1}, {16384, 0.2, 0.2}}};
}

ReadRecords read(const std::string &text) {
    auto parsed = parse_records(text, "mine.json");
    EXPECT_EQ(parsed.index(), 0U) << std::get<std::string>(parsed);
    return std::get<ReadRecords>(std::move(parsed));
}

std::string replaced(std::string text, const std::string &old_part, const std::string &new_part) {
    const size_t place = text.find(old_part);
    EXPECT_NE(place, std::string::npos) << old_part << " in " << text;
    return text.replace(place, old_part.size(), new_part);
}

TEST(TunedRecords, AreReadBackAsTheyWereWritten) {
    TunedRecord second = record_of("relu/forward/bf16", "a \"quoted\" CPU");
    second.size_class = SizeClass::memory;
    second.choice = {.streams = false, .prefetch_bytes = 512};
    TunedRecord third = record_of("relu/forward/f32", "a model");
    third.by = TunedBy::model;
    third.choice = {.registers = 2, .autoscheduler = "Adams2019"};
    third.figures = {{0, 1.5, 1.25}};
    TunedRecord fourth = record_of("tanh/forward/f32", "a board");
    fourth.by = TunedBy::runner;
    const std::vector<TunedRecord> all = {record_of("elu/forward/f32", "a CPU"), second, third, fourth};
    const ReadRecords back = read(records_text(all));
    EXPECT_TRUE(back.warnings.empty());
    ASSERT_EQ(back.records.size(), all.size());
    EXPECT_EQ(records_text(back.records), records_text(all));
    for (size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(back.records[i].choice, all[i].choice) << i;
        EXPECT_EQ(back.records[i].size_class, all[i].size_class) << i;
        EXPECT_EQ(back.records[i].by, all[i].by) << i;
        EXPECT_EQ(back.records[i].cpu, all[i].cpu) << i;
    }
}

TEST(TunedRecords, SayHowMuchFasterTheScheduleIs) {
    EXPECT_NEAR(record_of("elu/forward/f32", "a CPU").speedup(), 1.41421356, 1e-8);
}

TEST(TunedRecords, TakeThePlaceOfOlderOnesOfTheSameSubject) {
    TunedRecord newer = record_of("elu/forward/f32", "a CPU");
    newer.choice = {};
    TunedRecord other_class = newer;
    other_class.size_class = SizeClass::memory;
    const std::vector<TunedRecord> all =
        merged({record_of("relu/forward/f32", "a CPU"), record_of("elu/forward/f32", "a CPU"),
                record_of("elu/forward/f32", "another CPU")},
               {newer, other_class});
    ASSERT_EQ(all.size(), 4U);
    const auto taken = std::find_if(all.begin(), all.end(), [](const TunedRecord &record) {
        return record.kernel == "elu/forward/f32" && record.cpu == "a CPU" && record.size_class == SizeClass::cached;
    });
    ASSERT_NE(taken, all.end());
    EXPECT_EQ(taken->choice, ScheduleChoice{});
}

TEST(TunedRecords, AreIgnoredOneByOneWhereTheyAreBroken) {
    const std::string text =
        records_text({record_of("elu/forward/f32", "a CPU"), record_of("relu/forward/f32", "a CPU")});
    const std::vector<std::pair<std::string, std::string>> breakages = {
        {"\"vectors\":4", "\"vectors\":5"},
        {"\"vectors\":4", "\"vectors\":1e9"},
        {"\"vectors\":4", "\"vectors\":-4"},
        {"\"vectors\":4", R"("vectors":"four")"},
        {"\"vectors\":4", "\"unroll\":4"},
        {"\"cached\"", "\"fast\""},
        {"\"measuring\"", "\"guessing\""},
        {"\"by_hand\":0.2", "\"by_hand\":0"},
        {"\"by_hand\":0.2", "\"by_hand\":-1"},

        {"\"hash\"", "\"hush\""},
        {R"("kernel":"elu/forward/f32")", "\"kernel\":7"},
    };
    for (const auto &[old_part, new_part] : breakages) {
        const ReadRecords back = read(replaced(text, old_part, new_part));
        EXPECT_EQ(back.records.size(), 1U) << new_part;
        ASSERT_EQ(back.warnings.size(), 1U) << new_part;
        EXPECT_NE(back.warnings.front().find("record 1 of 'mine.json'"), std::string::npos) << back.warnings.front();
    }
}

TEST(TunedRecords, AreRefusedWhereTheFileIsNoneOfThem) {
    const std::string whole = records_text({record_of("elu/forward/f32", "a CPU")});
    for (const std::string &text :
         {std::string(), std::string("{}"), std::string("[1, 2]"), std::string("\0", 1),
          whole.substr(0, whole.size() / 2), replaced(whole, "\"format\": 1", "\"format\": 2"),
          std::string(R"({"format": 1, "records": 3})")}) {
        const auto parsed = parse_records(text, "mine.json");
        ASSERT_EQ(parsed.index(), 1U) << text;
        EXPECT_NE(std::get<std::string>(parsed).find("'mine.json' is no whole file"), std::string::npos);
    }
}

TEST(TunedRecords, ThatAreBuiltInAreWholeAndOfOneCpuEach) {
    for (const auto &[name, text] : shipped_records()) {
        const ReadRecords back = read(text);
        EXPECT_TRUE(back.warnings.empty()) << name;
        ASSERT_FALSE(back.records.empty()) << name;
        for (const TunedRecord &record : back.records) EXPECT_EQ(record.cpu, back.records.front().cpu) << name;
    }
}

TEST(ScheduleChoices, AreSaidInWords) {
    EXPECT_EQ(in_words({}), "as by hand");
    EXPECT_EQ(in_words({.lanes = 8, .registers = 1, .vectors = 4}),
              "4 vectors an iteration, 1 register a vector, 8 lanes a register");
    EXPECT_EQ(in_words({.autoscheduler = "Li2018"}), "by Li2018");
    EXPECT_EQ(in_words({.streams = false, .prefetch_bytes = 256}),
              "no stores past the cache, prefetch 256 bytes ahead");
}

}  // namespace
}  // namespace actinide
