// links: actinide_schedules nlohmann_json::nlohmann_json
// explain: what it says of kernels, for people and for programs.
#include "schedules/target.h"
#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

/// The first tile that `explain --json` has of a kernel.
nlohmann::json first_tile(const std::vector<std::string> &kernel) {
    std::vector<std::string> words = {"explain", "--json"};
    words.insert(words.end(), kernel.begin(), kernel.end());
    const Said said = run(words);
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_EQ(said.error, "");
    return said.json()["kernels"][0]["tiles"][0];
}

int count_of(const nlohmann::json &tile, const std::string &kind) {
    for (const auto &counted : tile["instructions"]) {
        if (counted["kind"] == kind) return counted["per_iteration"];
    }
    return 0;
}

TEST(Explain, CountsOneLoadAndOneStoreAVectorOfRelu) {
    const auto tile = first_tile({"relu/forward/f32@x86-64-avx512"});
    const int vectors = tile["elements_per_iteration"].get<int>() / 16;
    EXPECT_GT(vectors, 0);
    EXPECT_EQ(count_of(tile, "load"), vectors);
    EXPECT_EQ(count_of(tile, "store"), vectors);
    EXPECT_EQ(count_of(tile, "fma"), 0);
    EXPECT_EQ(count_of(tile, "spill to the stack"), 0);
}

/// On every system, too: formerly macOS' functions and the ends of Windows' were not found.
TEST(Explain, FindsTheFmasOfEluOnEveryCpu) {
    for (const Target &target : target_table()) {
        if (target.models.empty()) continue;
        const auto tile = first_tile({"elu", "--targets", target.name});
        EXPECT_GT(count_of(tile, "fma"), 0) << target.name;
        EXPECT_GT(count_of(tile, "store"), 0) << target.name;
        EXPECT_EQ(count_of(tile, "other"), 0) << target.name;
        EXPECT_EQ(tile["elements_per_iteration"].get<int>() % target.lanes, 0) << target.name;
        EXPECT_EQ(tile["models"].size(), target.models.size());
        for (const auto &model : tile["models"]) {
            EXPECT_GT(model["cycles_per_element"].get<double>(), 0) << target.name << model["cpu"];
        }
    }
}

TEST(Explain, CountsEveryLineOfTheLoopOnce) {
    for (const char *kernel : {"gelu/backward/f32@x86-64-avx2", "silu/forward/bf16@aarch64-neon"}) {
        const auto tile = first_tile({kernel});
        size_t counted = 0;
        for (const auto &kind : tile["instructions"]) counted += kind["per_iteration"].get<size_t>();
        EXPECT_EQ(counted, tile["assembly"].size()) << kernel;
        EXPECT_EQ(count_of(tile, "other"), 0) << kernel;
    }
}

TEST(Explain, SaysTheSameInTextAndJson) {
    const std::string kernel = "elu/forward/f32@x86-64-avx2";
    const Said said = run({"explain", kernel});
    EXPECT_EQ(said.exit_code, 0);
    EXPECT_TRUE(contains(said.output, kernel));
    const auto tile = first_tile({kernel});
    EXPECT_TRUE(contains(said.output, tile["schedule"]));
    EXPECT_TRUE(contains(said.output, tile["hot_loop"]));
    for (const std::string line : tile["assembly"]) EXPECT_TRUE(contains(said.output, "\n  " + line + "\n")) << line;
    for (const auto &model : tile["models"]) {
        EXPECT_TRUE(contains(said.output, "\n  " + model["cpu"].get<std::string>() + " ")) << model["cpu"];
    }
    EXPECT_TRUE(contains(said.output, "not measurements"));
}

TEST(Explain, TellsTheLevelsOfAnArchiveApartThatAreToBeFast) {
    const auto kernels = run({"explain", "relu", "--targets", "x86-64", "--json"}).json()["kernels"];
    std::vector<std::string> names;
    for (const auto &kernel : kernels) names.push_back(kernel["kernel"]);
    EXPECT_EQ(names, (std::vector<std::string>{"relu/forward/f32@x86-64-avx2", "relu/forward/f32@x86-64-avx512"}));
}

TEST(Explain, LooksIntoTheLoopOfASumAndNotIntoItsFill) {
    for (const auto &tile :
         run({"explain", "prelu/backward/f32@x86-64-avx2", "--json"}).json()["kernels"][0]["tiles"]) {
        EXPECT_GT(count_of(tile, "multiply"), 0) << tile["tile"];
    }
}

TEST(Explain, TakesAUsersOwnFormula) {
    const Said said = run({"explain", "--define", "f(x, a=1) = x * sigmoid(a * x)", "--targets", "x86-64-avx2"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "f/forward/f32@x86-64-avx2"));
}

TEST(Explain, AsksTheModelOfAnotherCpu) {
    const auto tile = first_tile({"relu/forward/f32@x86-64-avx512", "--cpu", "icelake-server,znver5"});
    EXPECT_EQ(tile["models"][0]["cpu"], "icelake-server");
    EXPECT_EQ(tile["models"][1]["cpu"], "znver5");
}

TEST(Explain, RefusesWhatHasNoModel) {
    const Said misspelt = run({"explain", "relu/forward/f32@x86-64-avx512", "--cpu", "znver44"});
    EXPECT_EQ(misspelt.exit_code, 2);
    EXPECT_TRUE(contains(misspelt.error, "'znver4'")) << misspelt.error;
    EXPECT_TRUE(contains(misspelt.error, "actinide list cpus"));
    const Said too_old = run({"explain", "relu/forward/f32@x86-64-avx512", "--cpu", "haswell"});
    EXPECT_EQ(too_old.exit_code, 2);
    const Said gpu = run({"explain", "relu/forward/f32@cuda"});
    EXPECT_EQ(gpu.exit_code, 4);
    EXPECT_TRUE(contains(gpu.error, "--emit ptx"));
    const Said nothing = run({"explain"});
    EXPECT_EQ(nothing.exit_code, 2);
    EXPECT_TRUE(contains(nothing.error, "explain needs a kernel"));
}

TEST(Explain, RefusesTargetsThatHaveNoModels) {
    for (const Target &target : target_table()) {
        if (!target.models.empty() || !target.levels.empty() || target.architecture == Architecture::cuda) continue;
        const std::string kernel = "relu/forward/f32@" + target.name;
        const Said said = run({"explain", kernel});
        EXPECT_EQ(said.exit_code, 4) << kernel << said.error;
        EXPECT_TRUE(contains(said.error, "actinide build " + kernel + " --emit asm")) << said.error;
        EXPECT_NE(run({"tune", kernel, "--model", "cortex-a57"}).exit_code, 70) << kernel;
    }
    // Of the targets that this CPU could run, armv7 is not taken.
    const TemporaryFolder folder;
    const Said chosen =
        run({"tune", "relu/forward/f32", "--model", "cortex-a57", "--effort", "quick"}, {.folder = folder.path()});
    EXPECT_EQ(chosen.exit_code, 0) << chosen.error;
}

TEST(TargetTable, NamesOnlyModelsThatExist) {
    const std::string cpus = run({"list", "cpus"}).output;
    for (const Target &target : target_table()) {
        for (const std::string &model : target.models) EXPECT_TRUE(contains(cpus, model + " ")) << model;
    }
}

}  // namespace
}  // namespace actinide::testing
