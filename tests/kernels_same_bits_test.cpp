// links: actinide_formula actinide_schedules kernels_table
// needs: kernels_digest kernels_digest_aarch64 kernels_small_digest kernels_small_digest_aarch64
// The promise between machines: the same bits from every CPU for every result that is not NaN.
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "tests/kernels_cases.h"
#include "tests/package_scratch.h"

namespace actinide::kernels {
namespace {

const std::string on_arm =
    std::string(ACTINIDE_QEMU_AARCH64) + " -L /usr/aarch64-linux-gnu " + ACTINIDE_KERNELS_DIGEST_AARCH64;

bool can_run_arm() {
    return !std::string(ACTINIDE_KERNELS_DIGEST_AARCH64).empty();
}

/// Symbol -> hash.
std::map<std::string, std::string> digests(const std::string &command, size_t count = kernel_count) {
    const CommandResult result = run(command);
    EXPECT_EQ(result.exit_code, 0) << command << "\n" << result.output;
    std::map<std::string, std::string> hashes;
    std::istringstream lines(result.output);
    for (std::string symbol, hash; lines >> symbol >> hash;) hashes[symbol] = hash;
    EXPECT_EQ(hashes.size(), count);
    return hashes;
}

const std::map<std::string, std::string> &lowest_level() {
    static const auto hashes = digests(std::string(ACTINIDE_KERNELS_DIGEST) + " " + machine_levels().front());
    return hashes;
}

TEST(SameBits, ComeFromEveryLevelOverHalfAMillionInputs) {
    for (const std::string &level : machine_levels()) {
        if (level == machine_levels().front()) continue;
        EXPECT_EQ(digests(std::string(ACTINIDE_KERNELS_DIGEST) + " " + level), lowest_level()) << level;
    }
}

TEST(SameBits, ComeFromNeonOverHalfAMillionInputs) {
    if (!can_run_arm()) GTEST_SKIP() << "qemu-user or the aarch64 cross compiler is not installed";
    EXPECT_EQ(digests(on_arm), lowest_level());
}

/// As many 16-bit kernels as there are others, for each of the two types.
TEST(SameBits, ComeFromEveryCpuForAllInputsOfThe16BitTypes) {
    const std::string here = ACTINIDE_KERNELS_SMALL_DIGEST;
    const auto lowest = digests(here + " " + machine_levels().front(), 2 * kernel_count);
    for (const std::string &level : machine_levels()) {
        EXPECT_EQ(digests(here + " " + level, 2 * kernel_count), lowest) << level;
    }
    if (!can_run_arm()) GTEST_SKIP() << "qemu-user or the aarch64 cross compiler is not installed";
    const std::string there =
        std::string(ACTINIDE_QEMU_AARCH64) + " -L /usr/aarch64-linux-gnu " + ACTINIDE_KERNELS_SMALL_DIGEST_AARCH64;
    EXPECT_EQ(digests(there, 2 * kernel_count), lowest);
}

TEST(NeonLengths, GiveTheSameBitsEverywhereAndTouchNothingElse) {
    if (!can_run_arm()) GTEST_SKIP() << "qemu-user or the aarch64 cross compiler is not installed";
    const CommandResult result = run(on_arm + " sweep");
    EXPECT_EQ(result.exit_code, 0) << result.output;
}

/// A digest that no kernel's error can change would make the suites above worthless.
TEST(Digest, DiffersBetweenKernelsThatComputeDifferentThings) {
    EXPECT_NE(lowest_level().at("actn_relu_forward_f32"), lowest_level().at("actn_elu_forward_f32"));
    EXPECT_NE(lowest_level().at("actn_elu_backward_f32"), lowest_level().at("actn_elu_backward_from_output_f32"));
}

}  // namespace
}  // namespace actinide::kernels
