// actinide verify --digests and --functions as a user meets them.
#include <fstream>

#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

TEST(Digests, AreHeldAgainstTheEvidence) {
    const Said said = run({"verify", "elu", "--digests", "--dtypes", "f16"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "all 65536 inputs")) << said.output;
    EXPECT_TRUE(contains(said.output, "the same")) << said.output;
    EXPECT_FALSE(contains(said.output, "differs")) << said.output;
}

TEST(Digests, TellWhereThereIsNoEvidence) {
    const Said said = run({"verify", "--define", "own(x) = x * x + 1", "own", "--digests", "--dtypes", "bf16"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "none")) << said.output;
}

TEST(Digests, OfFloat64CannotBeHad) {
    const Said said = run({"verify", "relu", "--digests", "--dtypes", "f64"});
    EXPECT_EQ(said.exit_code, 4);
    EXPECT_TRUE(contains(said.error, "float64")) << said.error;
}

TEST(Digests, TakeNoOptionOfAnotherQuestion) {
    expect_each_refused({"verify", "relu", "--digests"}, {{"--samples", "5"},
                                                          {"--parameters", "random:2"},
                                                          {"--record", "somewhere"},
                                                          {"--minutes", "0"},
                                                          {"--minutes", "soon"}});
    for (const char *option : {"--minutes", "--rotation"}) {
        const Said said = run({"verify", "relu", option, "5"});
        EXPECT_EQ(said.exit_code, 2);
        EXPECT_TRUE(contains(said.error, "is for --digests")) << said.error;
    }
}

TEST(Digests, BeginWithAnotherKernelForAnotherRotation) {
    std::set<std::string> first;
    for (const char *rotation : {"a", "b", "c", "d", "e", "f"}) {
        const Said said = run(
            {"verify", "re*", "soft*", "--digests", "--dtypes", "bf16", "--targets", "host", "--rotation", rotation});
        EXPECT_EQ(said.exit_code, 0) << said.error;
        const size_t begin = said.output.find('\n') + 1;
        first.insert(said.output.substr(begin, said.output.find(' ', begin) - begin));
    }
    EXPECT_GT(first.size(), 1u);
}

TEST(Functions, AreVerifiedByTheirNamesInFormulas) {
    const Said said = run({"verify", "--functions", "tan*", "--samples", "1000"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "math_tanh/forward/f32@x86-64")) << said.output;
    const Said looser = run({"verify", "--functions", "tanh", "--samples", "1000", "--max-ulp", "4", "--json"});
    EXPECT_TRUE(contains(looser.output, "\"bound_ulp\": 2.83")) << looser.output;
}

TEST(Functions, AreNotTheCatalogues) {
    const Said said = run({"verify", "--functions", "elu"});
    EXPECT_EQ(said.exit_code, 2);
    EXPECT_TRUE(contains(said.error, "function 'elu'")) << said.error;
    EXPECT_EQ(run({"verify", "--functions", "tanh", "--passes", "backward"}).exit_code, 2);
    EXPECT_EQ(run({"build", "math_tanh"}).exit_code, 2);
}

/// Formerly six decimals of it reached the kernel, and all of them what it was judged by.
TEST(Functions, AreJudgedByTheFormThatIsCompiled) {
    for (const char *max_ulp : {"3.144444", "3.1444445"}) {
        const Said said =
            run({"verify", "--functions", "tanh", "--samples", "2000", "--targets", "host", "--max-ulp", max_ulp});
        EXPECT_EQ(said.exit_code, 0) << said.error;
    }
}

/// Formerly recorded as "none, proven over all inputs": nothing had been compared.
TEST(Record, KeepsNoMergedDigestsOrRandomParametersAsEvidence) {
    const TemporaryFolder scratch;
    const std::vector<std::vector<std::string>> questions = {
        {"verify", "elu/forward/f16", "--digests"},
        {"verify", "elu/forward/f64", "--parameters", "random:2", "--samples", "1000"}};
    for (std::vector<std::string> words : questions) {
        words.insert(words.end(), {"--shard", "1/1", "--out", scratch / "shard.json"});
        ASSERT_EQ(run(words).exit_code, 0);
        const Said said = run({"verify", "--merge", scratch / "shard.json", "--record", scratch / "evidence"});
        EXPECT_EQ(said.exit_code, 2) << said.error;
        EXPECT_FALSE(std::filesystem::exists(scratch / "evidence/elu.json"));
    }
}

TEST(Record, LeavesAFileThatCannotBeReadAlone) {
    const TemporaryFolder scratch;
    std::filesystem::create_directories(scratch / "evidence");
    std::ofstream(scratch / "evidence/relu.json") << "{ cut off";
    const Said said = run({"verify", "relu/forward/bf16", "--targets", "host", "--record", scratch / "evidence"});
    EXPECT_EQ(said.exit_code, 5);
    EXPECT_TRUE(contains(said.error, "relu.json")) << said.error;
    EXPECT_EQ(std::filesystem::file_size(scratch / "evidence/relu.json"), 9u);
}

TEST(Record, KeepsASampleUntilAllInputsAreProven) {
    const TemporaryFolder scratch;
    const std::string folder = scratch / "evidence";
    const std::vector<std::string> words = {"verify",    "relu", "--passes", "forward",
                                            "--samples", "1000", "--record", folder};
    const auto recorded = [&] {
        std::ifstream stream(folder + "/relu.json");
        return nlohmann::json::parse(stream);
    };
    ASSERT_EQ(run(words).exit_code, 0);
    nlohmann::json json = recorded();
    EXPECT_FALSE(json["kernels"]["forward/f32"]["exhaustive"].get<bool>());
    EXPECT_EQ(json["kernels"]["forward/f32"]["digest"], "") << "a sample is of no bits in particular";
    json["kernels"]["forward/f32"]["exhaustive"] = true;
    json["kernels"]["forward/f32"]["inputs"] = "all 4294967296 inputs";
    std::ofstream(folder + "/relu.json") << json.dump();
    ASSERT_EQ(run(words).exit_code, 0);
    EXPECT_EQ(recorded()["kernels"]["forward/f32"]["inputs"], "all 4294967296 inputs");
    EXPECT_EQ(run({"verify", "relu", "--parameters", "random:2", "--record", folder}).exit_code, 2);
}

}  // namespace
}  // namespace actinide::testing
