// links: nlohmann_json::nlohmann_json
// actinide tune and --tuned as a user meets them. How long anything takes is nowhere looked at.
#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

using Json = nlohmann::json;

const std::vector<std::string> modelled = {"tune", "elu/forward/f32@aarch64-neon", "--model", "cortex-a76", "--effort",
                                           "quick"};

Said tune(std::vector<std::string> words, const std::string &file, const Setting &setting = {}) {
    words.insert(words.end(), {"--out", file});
    return run(words, setting);
}

/// A file of one record, whose choice is none that a model would make.
std::string tuned_file(const TemporaryFolder &folder) {
    static const std::string text = [] {
        const TemporaryFolder made;
        const Said said = tune(modelled, made / "tuned.json");
        EXPECT_EQ(said.exit_code, 0) << said.error;
        Json json = Json::parse(read_file(made / "tuned.json"));
        json["records"][0]["choice"] = {{"vectors", 1}, {"registers", 4}};
        return json.dump();
    }();
    write_file(folder / "tuned.json", text);
    return folder / "tuned.json";
}

template <class Change>
std::string doctored(const std::string &file, const Change &change) {
    Json json = Json::parse(read_file(file));
    change(json["records"]);
    write_file(file + ".doctored", json.dump());
    return file + ".doctored";
}

std::vector<std::string> build_with(const std::string &tuned, const TemporaryFolder &folder) {
    return {"build", "elu/forward/f32@aarch64-neon", "--tuned", tuned, "--out", folder / "out", "--quiet"};
}

std::string manifest_of(const TemporaryFolder &folder) {
    return read_file(folder / "out/actinide_kernels/share/actinide_kernels/manifest.json");
}

TEST(Tune, TimesSchedulesHereAndKeepsARecord) {
    const TemporaryFolder folder;
    const std::string file = folder / "tuned.json";
    const Said said = tune({"tune", "relu/backward_from_output/f32", "--effort", "quick", "--sizes", "1k,100"}, file);
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "relu/backward_from_output/f32@")) << said.output;
    EXPECT_TRUE(contains(said.error, "build --tuned " + file)) << said.error;
    const Json records = Json::parse(read_file(file)).at("records");
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].at("by"), "measuring");
    EXPECT_EQ(records[0].at("figures").size(), 2U);
    for (const Json &figure : records[0].at("figures")) EXPECT_GT(figure.at("by_hand").get<double>(), 0);
}

TEST(Tune, TriesWhatMattersBeyondTheCaches) {
    const TemporaryFolder folder;
    const Said said = tune({"tune", "relu/forward/bf16@x86-64-avx2", "--effort", "quick", "--json"}, folder / "t.json");
    ASSERT_EQ(said.exit_code, 0) << said.error;
    const Json records = said.json().at("records");
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].at("size_class"), "cached");
    EXPECT_EQ(records[1].at("size_class"), "memory");
    const Json choice = records[1].at("choice");
    EXPECT_FALSE(choice.contains("vectors")) << choice;
}

TEST(Tune, AsksAModelForACpuThatIsNotHere) {
    const TemporaryFolder folder;
    const Said said = tune(modelled, folder / "tuned.json");
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "cycles")) << said.output;
    const Json record = Json::parse(read_file(folder / "tuned.json")).at("records").at(0);
    EXPECT_EQ(record.at("by"), "model");
    EXPECT_EQ(record.at("cpu"), "cortex-a76");
    EXPECT_EQ(record.at("unit"), "cycles an element");
}

TEST(Tune, ChoosesTheTargetsThatAModelledCpuRuns) {
    const TemporaryFolder folder;
    const Said said = tune({"tune", "relu", "--passes", "forward", "--model", "cortex-a55", "--effort", "quick"},
                           folder / "tuned.json");
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "relu/forward/f32@aarch64-neon")) << said.output;
}

TEST(Tune, AddsToTheRecordsThatTheFileHas) {
    const TemporaryFolder folder;
    const std::string file = tuned_file(folder);
    const Said said =
        tune({"tune", "relu/forward/f32@aarch64-neon", "--model", "cortex-a76", "--effort", "quick"}, file);
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_EQ(Json::parse(read_file(file)).at("records").size(), 2U);
}

TEST(Tune, LeavesAFileAloneThatIsSomethingElse) {
    const TemporaryFolder folder;
    const std::string file = folder / "letter.txt";
    write_file(file, "Dear all,\n");
    const Said said = tune(modelled, file);
    EXPECT_EQ(said.exit_code, 2);
    EXPECT_TRUE(contains(said.error, "letter.txt")) << said.error;
    EXPECT_EQ(read_file(file), "Dear all,\n");
}

TEST(Tune, EndsWithItsBudgetAndKeepsWhatItHas) {
    const TemporaryFolder folder;
    std::vector<std::string> words = {"tune",    "elu",        "--dtypes", "all",   "--targets", "aarch64-neon",
                                      "--model", "cortex-a76", "--effort", "quick", "--budget",  "0.001"};
    const Said said = tune(words, folder / "tuned.json");
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.error, "before the budget was used up")) << said.error;
    EXPECT_LE(Json::parse(read_file(folder / "tuned.json")).at("records").size(), 1U);
}

TEST(Tune, KeepsWhatItFoundBeforeAnInterruption) {
    const TemporaryFolder folder;
    const std::string file = folder / "tuned.json";
    const auto interrupt = [&](pid_t child) {
        while (!std::filesystem::exists(file) && ::kill(child, 0) == 0) ::usleep(1000);
        ::kill(child, SIGINT);
    };
    const Said said = tune({"tune", "all", "--targets", "aarch64-neon", "--model", "cortex-a76", "--effort", "quick"},
                           file, {.meanwhile = interrupt});
    EXPECT_EQ(said.exit_code, 130);
    EXPECT_FALSE(Json::parse(read_file(file)).at("records").empty());
    EXPECT_TRUE(contains(said.error, "before the interruption")) << said.error;
}

/// Formerly it went on for hours, and printed nothing in the end.
TEST(Tune, StopsWithWhatItFoundWhereItCannotBeKept) {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "kept");
    const auto take_away = [&](pid_t child) {
        while (!std::filesystem::exists(folder / "kept/tuned.json") && ::kill(child, 0) == 0) ::usleep(1000);
        std::filesystem::rename(folder / "kept", folder / "gone");
    };
    const Said said = tune({"tune", "all", "--targets", "aarch64-neon", "--model", "cortex-a76", "--effort", "quick"},
                           folder / "kept/tuned.json", {.meanwhile = take_away});
    EXPECT_EQ(said.exit_code, 5);
    EXPECT_TRUE(contains(said.error, "could not be written")) << said.error;
    EXPECT_TRUE(contains(said.output, "aarch64-neon")) << said.output;
}

TEST(Tune, PutsFilesTogether) {
    const TemporaryFolder folder;
    const std::string file = tuned_file(folder);
    const std::string other = doctored(file, [](Json &records) { records[0]["cpu"] = "another CPU"; });
    const Said said = run({"tune", "--merge", file, other, file, "--out", folder / "all.json"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_EQ(Json::parse(read_file(folder / "all.json")).at("records").size(), 2U);
}

/// Formerly what was there was written over unread.
TEST(Tune, PutsFilesTogetherWithWhatIsThere) {
    const TemporaryFolder folder;
    const std::string file = tuned_file(folder);
    const std::string other = doctored(file, [](Json &records) { records[0]["cpu"] = "another CPU"; });
    ASSERT_EQ(run({"tune", "--merge", other, "--out", file}).exit_code, 0);
    EXPECT_EQ(Json::parse(read_file(file)).at("records").size(), 2U);
    write_file(folder / "letter.txt", "Dear all");
    EXPECT_NE(run({"tune", "--merge", other, "--out", folder / "letter.txt"}).exit_code, 0);
    EXPECT_EQ(read_file(folder / "letter.txt"), "Dear all");
}

TEST(Tune, RefusesWhatItCannotDo) {
    const TemporaryFolder folder;
    EXPECT_EQ(tune({"tune", "elu", "--targets", "cuda", "--model", "znver5"}, folder / "t.json").exit_code, 4);
    EXPECT_EQ(tune({"tune", "elu", "--targets", "aarch64-neon"}, folder / "t.json").exit_code, 4);
    EXPECT_EQ(tune({"tune", "relu/forward_mask/f32"}, folder / "t.json").exit_code, 4);
    const Said model = tune({"tune", "elu", "--targets", "aarch64-neon", "--model", "cortex-a67"}, folder / "t.json");
    EXPECT_EQ(model.exit_code, 2);
    EXPECT_TRUE(contains(model.error, "cortex-a57") || contains(model.error, "cortex-a76")) << model.error;
    expect_each_refused(
        {"tune", "elu"},
        {{"--effort", "some"}, {"--budget", "0"}, {"--sizes", "none"}, {"--out", ""}, {"--max-ulp", "0"}});
    expect_each_refused({"tune", "elu", "--model", "znver5"}, {{"--sizes", "16"}});
    expect_each_refused({"tune", "a.json", "--merge"}, {{"--dtypes", "f32"}, {"--model", "znver5"}});
    EXPECT_EQ(run({"tune", "elu", "--out", "/proc/none/t.json"}).exit_code, 5);
    EXPECT_FALSE(std::filesystem::exists(folder / "t.json"));
}

TEST(BuildTuned, ArrangesTheLoopsAsTheRecordSays) {
    const TemporaryFolder folder;
    const std::string file = tuned_file(folder);
    const Said said = run(build_with(file, folder));
    ASSERT_EQ(said.exit_code, 0) << said.error;
    const Json manifest = Json::parse(manifest_of(folder));
    EXPECT_TRUE(contains(manifest.dump(), "\"by\":\"tuning\"")) << manifest.dump();
    EXPECT_TRUE(contains(manifest.dump(), "--tuned")) << "the command that repeats the build";
    // Four registers of four lanes.
    const Said explained = run({"explain", "elu/forward/f32@aarch64-neon", "--tuned", file});
    ASSERT_EQ(explained.exit_code, 0) << explained.error;
    EXPECT_TRUE(contains(explained.output, "Schedule, by tuning")) << explained.output;
    EXPECT_TRUE(contains(explained.output, "16 elements an iteration")) << explained.output;
}

TEST(BuildTuned, IgnoresRecordsThatNoLongerFitAndSaysSo) {
    const TemporaryFolder folder;
    const std::string file = tuned_file(folder);
    const auto expect_ignored = [&](const auto &change, const std::string &part) {
        const Said said = run(build_with(doctored(file, change), folder));
        EXPECT_EQ(said.exit_code, 0) << said.error;
        EXPECT_TRUE(contains(said.error, part)) << said.error;
        EXPECT_FALSE(contains(manifest_of(folder), "tuning")) << part;
    };
    expect_ignored([](Json &records) { records[0]["versions"]["llvm"] = "21.0.0"; }, "llvm 21.0.0");
    expect_ignored([](Json &records) { records[0]["hash"] = "00"; }, "another formula");
    expect_ignored([](Json &records) { records[0]["kernel"] = "relu/forward/f32"; }, "no record");
    expect_ignored([](Json &records) { records[0]["choice"]["vectors"] = 3; }, "broken");
    expect_ignored([](Json &records) { records = Json::array(); }, "has no records");
}

TEST(BuildTuned, WantsToKnowTheCpuWhereThereAreSeveral) {
    const TemporaryFolder folder;
    const std::string file = tuned_file(folder);
    const std::string two = doctored(file, [](Json &records) {
        records.push_back(records[0]);
        records[1]["cpu"] = "another CPU";
        records[1]["choice"] = Json::object();
    });
    const Said unsaid = run(build_with(two, folder));
    EXPECT_EQ(unsaid.exit_code, 2);
    EXPECT_TRUE(contains(unsaid.error, "--tuned-cpu") && contains(unsaid.error, "another CPU")) << unsaid.error;
    std::vector<std::string> words = build_with(two, folder);
    words.insert(words.end(), {"--tuned-cpu", "cortex-a76"});
    const Said said = run(words);
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.error, "records of other CPUs are left out: 'another CPU'")) << said.error;
    EXPECT_TRUE(contains(manifest_of(folder), "tuning"));
    words.back() = "a third CPU";
    EXPECT_EQ(run(words).exit_code, 2);
}

TEST(BuildTuned, RefusesFilesThatAreNone) {
    const TemporaryFolder folder;
    write_file(folder / "rubbish", R"({"format": 1, "rec)");
    EXPECT_EQ(run(build_with(folder / "rubbish", folder)).exit_code, 2);
    EXPECT_EQ(run(build_with(folder / "missing", folder)).exit_code, 2);
    EXPECT_EQ(run(build_with(folder.path(), folder)).exit_code, 2);
    expect_each_refused({"build", "elu", "--tuned", "rubbish"},
                        {{"--autoscheduler", "Li2018"}, {"--optimize", "size"}});
    expect_each_refused({"build", "elu"}, {{"--tuned-cpu", "znver5"}});
}

TEST(BuildTuned, TakesWhatIsBuiltInAndAllOfItFits) {
    const TemporaryFolder folder;
    const Json tuned = run({"list", "tuned", "--json"}).json().at("tuned");
    ASSERT_FALSE(tuned.empty());
    for (const Json &item : tuned) {
        const Said said = run({"build", "all", "--targets", "x86-64,aarch64-neon", "--dtypes", "f32,bf16", "--tuned",
                               item.at("name").get<std::string>(), "--dry-run"});
        EXPECT_EQ(said.exit_code, 0) << said.error;
        EXPECT_FALSE(contains(said.error, "ignored")) << said.error;
    }
}

}  // namespace
}  // namespace actinide::testing
