// links: actinide_formula actinide_schedules kernels_table
// needs: kernels_packed kernels_packed_aarch64
// Masks and pairs as users call them: the same bits as over plain arrays, at every level and on NEON.
#include <gtest/gtest.h>

#include "tests/kernels_cases.h"
#include "tests/package_scratch.h"

namespace actinide::kernels {
namespace {

TEST(PackedKernels, GiveThePlainKernelsBitsAtEveryLevel) {
    for (const std::string &level : machine_levels()) {
        const CommandResult result = run(std::string(ACTINIDE_KERNELS_PACKED) + " " + level);
        EXPECT_EQ(result.exit_code, 0) << level << "\n" << result.output;
    }
}

TEST(PackedKernels, GiveThePlainKernelsBitsOnNeon) {
    if (std::string(ACTINIDE_KERNELS_PACKED_AARCH64).empty()) {
        GTEST_SKIP() << "qemu-user or the aarch64 cross compiler is not installed";
    }
    const CommandResult result =
        run(std::string(ACTINIDE_QEMU_AARCH64) + " -L /usr/aarch64-linux-gnu " + ACTINIDE_KERNELS_PACKED_AARCH64);
    EXPECT_EQ(result.exit_code, 0) << result.output;
}

}  // namespace
}  // namespace actinide::kernels
