// actinide verify --same-bits as a user meets it.
#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

TEST(SameBits, PrintsOneLineAKernelWithItsDigest) {
    const Said said = run({"verify", "prelu", "--same-bits", "--dtypes", "bf16"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "prelu/backward/bf16@x86-64  all 65536 inputs")) << said.output;
    EXPECT_TRUE(contains(said.output, "same bits")) << said.output;
    EXPECT_EQ(std::count(said.output.begin(), said.output.end(), '\n'), 3) << said.output;
}

TEST(SameBits, HasADigestInJson) {
    const Said said = run({"verify", "relu", "--same-bits", "--passes", "forward", "--dtypes", "f16", "--json"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "\"digest\": \"")) << said.output;
    EXPECT_TRUE(contains(said.output, "\"difference\": null")) << said.output;
}

TEST(SameBits, SaysWhereNeonIsCompared) {
    const Said said = run({"verify", "relu", "--same-bits", "--targets", "aarch64-neon"});
    EXPECT_EQ(said.exit_code, 4);
    EXPECT_TRUE(contains(said.error, "kernels_bits")) << said.error;
}

TEST(SameBits, TakesNoOptionOfAnotherQuestion) {
    expect_each_refused({"verify", "relu", "--same-bits"},
                        {{"--digests"}, {"--parameters", "random:2"}, {"--record", "somewhere"}});
}

}  // namespace
}  // namespace actinide::testing
