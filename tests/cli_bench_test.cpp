// links: nlohmann_json::nlohmann_json
// actinide bench as a user meets it. How long anything takes is nowhere looked at.
#include <sys/stat.h>

#include <filesystem>
#include <sstream>

#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

using Json = nlohmann::ordered_json;

/// Enough samples for a difference to be beyond chance.
const std::vector<std::string> short_bench = {"bench",   "relu",  "--passes",  "forward,backward",
                                              "--sizes", "16,1k", "--repeats", "12"};

Said run_short_bench(const std::vector<std::string> &more) {
    std::vector<std::string> words = short_bench;
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
}

/// A run that was kept in a file of the folder.
std::string keep_run(const TemporaryFolder &folder) {
    const std::string file = folder / "run.json";
    const Said said = run_short_bench({"--out", file});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    return file;
}

/// The same run with another change to each of its cells.
template <class Change>
std::string doctor_run(const std::string &file, const Change &change) {
    Json json = Json::parse(read_file(file));
    for (Json &cell : json["cells"]) change(cell);
    write_file(file + ".doctored.json", json.dump());
    return file + ".doctored.json";
}

void multiply_times(Json &cell, double factor) {
    for (Json &time : cell["ns_per_call"]) time = time.get<double>() * factor;
    for (Json &sample : cell["samples"]) sample = sample.get<double>() * factor;
}

// ---- measuring
// -------------------------------------------------------------------------------------------------------

TEST(Bench, PrintsALineForEachKernelAndSize) {
    const Said said = run_short_bench({});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    for (const char *part : {"KERNEL", "NS/ELEMENT", "GB/S", "OF COPY", "relu/forward/f32@", "relu/backward/f32@"}) {
        EXPECT_TRUE(contains(said.output, part)) << part << "\n" << said.output;
    }
    EXPECT_EQ(std::count(said.output.begin(), said.output.end(), '\n'), 5) << said.output;
}

TEST(Bench, HasMachineAndCellsInJson) {
    const Said said = run_short_bench({"--json"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    const nlohmann::json json = said.json();
    EXPECT_TRUE(json.at("machine").contains("cpu"));
    EXPECT_TRUE(json.at("machine").at("versions").contains("actinide"));
    ASSERT_EQ(json.at("cells").size(), 4U);
    const nlohmann::json &cell = json.at("cells").back();
    EXPECT_EQ(cell.at("size"), 1024);
    EXPECT_EQ(cell.at("elements"), 1024);
    EXPECT_EQ(cell.at("bytes"), 3 * 4 * 1024) << "x and dy are read, dx is written";
    EXPECT_EQ(cell.at("samples").size(), 12U);
    for (const char *field : {"ns_per_call", "ns_per_element", "elements_per_ns", "gb_per_s", "limit", "share_of_limit",
                              "cycles_per_element"}) {
        EXPECT_TRUE(cell.contains(field)) << field;
    }
}

TEST(Bench, HasAsManyColumnsInEveryLineOfCsv) {
    const Said said = run_short_bench({"--csv"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    std::istringstream lines(said.output);
    size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        EXPECT_EQ(std::count(line.begin(), line.end(), ','), 16) << line;
    }
    EXPECT_EQ(count, 5U);
}

TEST(Bench, KeepsTheRunAsCsvInAFileOfThatName) {
    const TemporaryFolder folder;
    const Said said = run_short_bench({"--out", folder / "new folder/run.csv"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(read_file(folder / "new folder/run.csv").starts_with("kernel,level,size,"));
    EXPECT_TRUE(said.output.starts_with("KERNEL")) << said.output;
}

TEST(Bench, RunsEveryShapeThatHasNumbersInItsArrays) {
    const Said said = run({"bench", "prelu,elu,swiglu,gelu_bias_residual,rrelu_training", "--passes", "all", "--dtypes",
                           "bf16,f64", "--sizes", "1,65,200", "--repeats", "1", "--csv"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "prelu/backward/bf16@")) << said.output;
    EXPECT_TRUE(contains(said.output, "elu/backward_from_output/f64@")) << said.output;
    EXPECT_TRUE(contains(said.output, ",200,192,")) << "64 channels of 3: " << said.output;
}

TEST(Bench, RunsRowsAndCountsAndLeavesMasksOutWithALine) {
    const Said said = run(
        {"bench", "relu", "--passes", "forward_rows,forward_counted,forward_mask", "--sizes", "200", "--repeats", "1"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "relu/forward_rows/f32@")) << said.output;
    EXPECT_TRUE(contains(said.output, "relu/forward_counted/f32@")) << said.output;
    EXPECT_FALSE(contains(said.output, "forward_mask")) << said.output;
    EXPECT_TRUE(contains(said.error, "leaves out relu/forward_mask/f32@")) << said.error;
}

TEST(Bench, TakesDefinitionsOfTheUser) {
    const Said said = run({"bench", "--define", "mine(x, a=1) = x * sigmoid(a * x)", "--passes", "forward", "--sizes",
                           "16", "--repeats", "1"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "mine/forward/f32@")) << said.output;
}

TEST(Bench, ShowsGrowthAtEveryPowerOfTwo) {
    const Said said = run({"bench", "relu/forward", "--growth", "--sizes", "64", "--repeats", "1"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_EQ(std::count(said.output.begin(), said.output.end(), '\n'), 8) << said.output;
}

TEST(Bench, LeavesOutWhatTheMemoryDoesNotHold) {
    const Said said = run({"bench", "relu/forward", "--sizes", "16,1T", "--repeats", "1"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.error, "half of")) << said.error;
    EXPECT_EQ(run({"bench", "relu/forward", "--sizes", "1T", "--repeats", "1"}).exit_code, 3);
}

TEST(Bench, PrintsWhatItHasMeasuredWhenInterrupted) {
    const Setting setting{.meanwhile = [](pid_t child) {
        ::usleep(1'500'000);
        ::kill(child, SIGINT);
    }};
    const Said said = run({"bench", "relu/forward", "--sizes", "16", "--repeats", "100000"}, setting);
    EXPECT_EQ(said.exit_code, 130) << said.error;
    EXPECT_TRUE(contains(said.error, "interrupted")) << said.error;
}

// ---- comparing
// -------------------------------------------------------------------------------------------------------

TEST(BenchComparison, OfARunWithItselfFindsNoDifference) {
    const TemporaryFolder folder;
    const std::string file = keep_run(folder);
    const Said said = run({"bench", "--compare", file, "--with", file, "--json"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    ASSERT_EQ(said.json().at("cells").size(), 4U);
    const nlohmann::json json = said.json();
    for (const auto &cell : json.at("cells")) EXPECT_EQ(cell.at("change"), "no difference beyond the noise");
    EXPECT_TRUE(said.json().at("notes").empty()) << said.output;
}

TEST(BenchComparison, TellsSlowerFromFaster) {
    const TemporaryFolder folder;
    const std::string file = keep_run(folder);
    const std::string halved = doctor_run(file, [](Json &cell) { multiply_times(cell, 0.5); });
    const Said slower = run({"bench", "--compare", halved, "--with", file});
    EXPECT_EQ(slower.exit_code, 0) << slower.error;
    EXPECT_TRUE(contains(slower.output, "2.000  slower by 100 %")) << slower.output;
    const Said faster = run({"bench", "--compare", file, "--with", halved});
    EXPECT_TRUE(contains(faster.output, "0.500  faster by 50 %")) << faster.output;
}

TEST(BenchComparison, FailsOnlyWhereAsked) {
    const TemporaryFolder folder;
    const std::string file = keep_run(folder);
    const std::string halved = doctor_run(file, [](Json &cell) { multiply_times(cell, 0.5); });
    const Said failed = run({"bench", "--compare", halved, "--with", file, "--fail-on-slower", "50"});
    EXPECT_EQ(failed.exit_code, 1);
    EXPECT_TRUE(contains(failed.error, "slower by 100 %")) << failed.error;
    EXPECT_EQ(run({"bench", "--compare", halved, "--with", file, "--fail-on-slower", "150"}).exit_code, 0);
    EXPECT_EQ(run({"bench", "--compare", file, "--with", halved, "--fail-on-slower", "0"}).exit_code, 0);
}

TEST(BenchComparison, MeasuresTheKernelsOfTheOldRun) {
    const TemporaryFolder folder;
    const Said said = run({"bench", "--compare", keep_run(folder), "--repeats", "2", "--csv"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_EQ(std::count(said.output.begin(), said.output.end(), '\n'), 5) << said.output;
}

TEST(BenchComparison, NamesAnotherMachineAndCellsThatOneRunLacks) {
    const TemporaryFolder folder;
    const std::string file = keep_run(folder);
    Json json = Json::parse(read_file(file));
    json["machine"]["cpu"] = "Another CPU";
    json["cells"][0]["size"] = 17;
    write_file(folder / "other.json", json.dump());
    const Said said = run({"bench", "--compare", folder / "other.json", "--with", file});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.error, "another machine, Another CPU")) << said.error;
    EXPECT_TRUE(contains(said.error, "only the old run has relu/forward/f32@")) << said.error;
    EXPECT_TRUE(contains(said.error, "only the new run has relu/forward/f32@")) << said.error;
    EXPECT_EQ(std::count(said.output.begin(), said.output.end(), '\n'), 4) << said.output;
}

TEST(BenchComparison, RefusesWhatIsNoRun) {
    const TemporaryFolder folder;
    const std::string whole = read_file(keep_run(folder));
    write_file(folder / "half.json", whole.substr(0, whole.size() / 2));
    write_file(folder / "other.json", "{\"cells\": 3}");
    for (const char *name : {"half.json", "other.json", "missing.json"}) {
        const Said said = run({"bench", "--compare", folder / name});
        EXPECT_EQ(said.exit_code, 2) << name;
        EXPECT_TRUE(contains(said.error, name)) << said.error;
        EXPECT_EQ(said.output, "");
    }
    const std::string negative = doctor_run(folder / "run.json", [](Json &cell) { multiply_times(cell, -1); });
    EXPECT_EQ(run({"bench", "--compare", negative}).exit_code, 2);
    EXPECT_EQ(run({"bench", "--compare", folder / "."}).exit_code, 2);
    for (const Json &size : {Json(-1), Json(0), Json(1.5), Json(size_t{1} << 62U)}) {
        const std::string sized = doctor_run(folder / "run.json", [&](Json &cell) { cell["size"] = size; });
        EXPECT_EQ(run({"bench", "--compare", sized}).exit_code, 2) << size;
    }
}

TEST(BenchComparison, SaysWhereSamplesAreTooFew) {
    const TemporaryFolder folder;
    const std::string file = keep_run(folder);
    const std::string few = doctor_run(file, [](Json &cell) { cell["samples"] = Json::array({1, 2, 3}); });
    const Said said = run({"bench", "--compare", file, "--with", few});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "too few samples to tell")) << said.output;
    EXPECT_EQ(run({"bench", "--compare", file, "--with", few, "--fail-on-slower", "5"}).exit_code, 1);
}

// ---- refusing
// --------------------------------------------------------------------------------------------------------

TEST(BenchUsage, RefusesValuesThatMeanNothing) {
    expect_each_refused({"bench", "relu"}, {{"--sizes", "many"},
                                            {"--sizes", "3.7"},
                                            {"--sizes", "0"},
                                            {"--sizes", "16,,32"},
                                            {"--sizes", "1.5X"},
                                            {"--seconds", "0"},
                                            {"--repeats", "none"},
                                            {"--json", "--csv"},
                                            {"--with", "new.json"},
                                            {"--fail-on-slower", "3"},
                                            {"--out", "."}});
    expect_each_refused({"bench", "--compare", "a.json", "--with", "b.json"},
                        {{"--sizes", "16"}, {"--fail-on-slower", "much"}, {"--out", "c.json"}});
}

TEST(BenchUsage, RefusesOtherMachines) {
    for (const char *target : {"cuda", "aarch64-neon"}) {
        const Said said = run({"bench", "relu", "--targets", target});
        EXPECT_EQ(said.exit_code, 4);
        EXPECT_TRUE(contains(said.error, std::string("@") + target)) << said.error;
    }
}

TEST(BenchUsage, RefusesToReplaceWhatIsNoFile) {
    const TemporaryFolder folder;
    const std::string pipe = folder / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(run({"bench", "relu/forward", "--sizes", "16", "--out", pipe}).exit_code, 2);
    EXPECT_TRUE(std::filesystem::is_fifo(pipe));
}

TEST(BenchUsage, RefusesAFolderThatCannotBeWrittenBeforeItMeasures) {
    const TemporaryFolder folder;
    write_file(folder / "file", "");
    const Said said = run_short_bench({"--out", folder / "file/run.json"});
    EXPECT_EQ(said.exit_code, 5) << said.error;
    EXPECT_EQ(said.output, "");
}

}  // namespace
}  // namespace actinide::testing
