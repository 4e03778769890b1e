// links: actinide_formula actinide_schedules kernels_table
// needs: kernels_bits kernels_bits_aarch64
// Between machines: every kernel of every type gives the same bits at every level and on NEON, wherever its arrays lie
// and however they are cut into calls.
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "tests/kernels_cases.h"
#include "tests/package_scratch.h"

namespace actinide::kernels {
namespace {

std::map<std::string, std::string> digests(const std::string &command) {
    const CommandResult result = run(command);
    EXPECT_EQ(result.exit_code, 0) << command << "\n" << result.output;
    std::map<std::string, std::string> hashes;
    std::istringstream lines(result.output);
    for (std::string symbol, hash; lines >> symbol >> hash;) hashes[symbol] = hash;
    return hashes;
}

std::map<std::string, std::string> digests_at(const std::string &level) {
    return digests(std::string(ACTINIDE_KERNELS_BITS) + " " + level);
}

const std::map<std::string, std::string> &lowest_level() {
    static const auto hashes = digests_at(machine_levels().front());
    return hashes;
}

TEST(KernelBits, AreTheSameAtEveryLevelForEveryKernel) {
    EXPECT_EQ(lowest_level().size(), kernels_in_package());
    for (const std::string &level : machine_levels()) {
        if (level != machine_levels().front()) EXPECT_EQ(digests_at(level), lowest_level()) << level;
    }
}

TEST(KernelBits, AreTheSameOnNeonForEveryKernel) {
    if (std::string(ACTINIDE_KERNELS_BITS_AARCH64).empty()) {
        GTEST_SKIP() << "qemu-user or the aarch64 cross compiler is not installed";
    }
    EXPECT_EQ(
        digests(std::string(ACTINIDE_QEMU_AARCH64) + " -L /usr/aarch64-linux-gnu " + ACTINIDE_KERNELS_BITS_AARCH64),
        lowest_level());
}

}  // namespace
}  // namespace actinide::kernels
