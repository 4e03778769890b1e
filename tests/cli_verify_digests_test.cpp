// actinide verify --digests and --functions as a user meets them.
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
    const Said said = run({"verify", "--functions", "tanh", "--max-ulp", "4", "--digests", "--dtypes", "bf16"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "none")) << said.output;
}

TEST(Digests, OfFloat64CannotBeHad) {
    const Said said = run({"verify", "relu", "--digests", "--dtypes", "f64"});
    EXPECT_EQ(said.exit_code, 4);
    EXPECT_TRUE(contains(said.error, "float64")) << said.error;
}

TEST(Digests, TakeNoOptionOfAnotherQuestion) {
    for (const std::vector<std::string> &other : {std::vector<std::string>{"--samples", "5"},
                                                  {"--parameters", "random:2"},
                                                  {"--record", "somewhere"},
                                                  {"--minutes", "0"},
                                                  {"--minutes", "soon"}}) {
        std::vector<std::string> words = {"verify", "relu", "--digests"};
        words.insert(words.end(), other.begin(), other.end());
        const Said said = run(words);
        EXPECT_EQ(said.exit_code, 2) << other.front();
        EXPECT_TRUE(contains(said.error, other.front())) << said.error;
    }
    for (const char *option : {"--minutes", "--rotation"}) {
        const Said said = run({"verify", "relu", option, "5"});
        EXPECT_EQ(said.exit_code, 2);
        EXPECT_TRUE(contains(said.error, "is for --digests")) << said.error;
    }
}

TEST(Digests, BeginWithAnotherKernelForAnotherRotation) {
    std::set<std::string> first;
    for (const char *rotation : {"a", "b", "c", "d", "e", "f"}) {
        const Said said = run({"verify", "--digests", "--dtypes", "bf16", "--rotation", rotation});
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

TEST(Record, KeepsNoSampleAsEvidence) {
    const TemporaryFolder scratch;
    const std::string folder = scratch / "evidence";
    const Said said = run({"verify", "relu", "--passes", "forward", "--samples", "1000", "--record", folder});
    EXPECT_EQ(said.exit_code, 2);
    EXPECT_TRUE(contains(said.error, "--exhaustive")) << said.error;
    EXPECT_FALSE(std::filesystem::exists(folder + "/relu.json"));
    EXPECT_EQ(run({"verify", "relu", "--parameters", "random:2", "--record", folder}).exit_code, 2);
}

}  // namespace
}  // namespace actinide::testing
