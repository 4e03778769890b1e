// links:
// needs: actinide
// On a CPU below every level of an archive, a call says so; it does not die by an instruction that the CPU lacks.
#include <gtest/gtest.h>

#include "runtime/status.h"
#include "tests/package_scratch.h"

namespace actinide {
namespace {

constexpr const char *program = R"(
#include <stdio.h>
#include "actinide_kernels/kernels.h"
int main(void) {
    const float x[3] = {-1, 0, 2}, dy[3] = {1, 1, 1}, slope[1] = {0.25f};
    const unsigned char bytes[2] = {1, 2}, table[256] = {0};
    unsigned char found[2];
    float y[3], dx[3], dslope[1];
    printf("%s %d", actn_cpu_level(), actn_elu_forward_f32(x, y, 3, 1.0f));
    printf(" %d", actn_prelu_backward_f32(x, slope, dy, dx, dslope, 3, 1, 1));
    printf(" %d", actn_lookup_u8(bytes, found, 2, table));
    return 0;
}
)";

class OlderCpu : public testing::TestWithParam<const char *> {};
INSTANTIATE_TEST_SUITE_P(Rows, OlderCpu, testing::Values("x86-64", "x86-64-avx2", "x86-64-avx512"));

TEST_P(OlderCpu, IsRefusedByStatus) {
    if (!has_program("qemu-x86_64")) GTEST_SKIP() << "qemu-user is not installed (apt-get install qemu-user)";
    const Scratch scratch;
    const CommandResult built =
        run(quoted(ACTINIDE_TOOL) + " build elu/forward/f32 prelu/backward/f32 elu/forward_table/u8 --targets " +
            GetParam() + " --quiet --out " + quoted(scratch.path("package")));
    ASSERT_EQ(built.exit_code, 0) << built.output;
    const std::string package = scratch.path("package/actinide_kernels");
    scratch.write("main.c", program);
    const CommandResult linked =
        run("cc " + quoted(scratch.path("main.c")) + " -I" + quoted(package + "/include") + " " +
            quoted(package + "/lib/x86_64-linux/libactinide_kernels.a") + " -o " + quoted(scratch.path("main")));
    ASSERT_EQ(linked.exit_code, 0) << linked.output;

    const CommandResult result = run("qemu-x86_64 -cpu Nehalem " + quoted(scratch.path("main")));
    EXPECT_EQ(result.exit_code, 0) << result.output;
    EXPECT_EQ(result.output, "unsupported 6 6 6");
    static_assert(ACTINIDE_UNSUPPORTED_CPU == 6);
}

}  // namespace
}  // namespace actinide
