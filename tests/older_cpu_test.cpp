// links:
// needs: actinide
// What archives do on a CPU without AVX2: kernels of the lowest level give the bits that they give everywhere, and
// without that level a call says so; neither dies by an instruction that the CPU lacks.
#include <gtest/gtest.h>

#include "runtime/status.h"
#include "tests/package_scratch.h"

namespace actinide {
namespace {

/// Prints the level, then what kernels of all types and kinds return and the bits of what they compute.
constexpr const char *program = R"(
#include <stdio.h>
#include <string.h>
#include "actinide_kernels/kernels.h"
enum { COUNT = 10007 };
static float x[COUNT], dy[COUNT], y[COUNT];
static double x64[COUNT], y64[COUNT];
static uint16_t x16[COUNT], y16[COUNT];
static void print(int status, const void *results, size_t bytes) {
    unsigned long long hash = 1;
    for (size_t i = 0; i < bytes; ++i) hash = (hash ^ ((const unsigned char *)results)[i]) * 1099511628211u;
    printf(" %d:%llx", status, hash);
}
/* NaN may have any sign and payload. */
static void print_f32(int status) {
    for (size_t i = 0; i < COUNT; ++i) if (y[i] != y[i]) memset(&y[i], 255, 4);
    print(status, y, sizeof y);
}
static void print_f64(int status) {
    for (size_t i = 0; i < COUNT; ++i) if (y64[i] != y64[i]) memset(&y64[i], 255, 8);
    print(status, y64, sizeof y64);
}
static void print_16(int status, unsigned infinity) {
    for (size_t i = 0; i < COUNT; ++i) if ((y16[i] & 0x7fffu) > infinity) y16[i] = 0xffff;
    print(status, y16, sizeof y16);
}
int main(void) {
    unsigned char bytes[100], found[100], table[256];
    const float slope[1] = {0.25f};
    float dslope[1];
    unsigned long long state = 1;
    for (size_t i = 0; i < COUNT; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const uint32_t word = (uint32_t)(state >> 32);
        const uint64_t long_word = state ^ state >> 29;
        memcpy(&x[i], &word, 4);
        memcpy(&x64[i], &long_word, 8);
        x16[i] = (uint16_t)word;
        dy[i] = (float)(word % 100) - 50.0f;
        if (i < 100) bytes[i] = (unsigned char)i;
    }
    printf("%s", actn_cpu_level());
    print_f32(actn_elu_forward_f32(x, y, COUNT, 1.0f));
    print_f32(actn_sine_forward_f32(x, y, COUNT, 30.0f));
    print_f32(actn_prelu_backward_f32(dy, slope, x, y, dslope, COUNT, 1, 1));
    print_f32(actn_prelu_backward_f32(dy, slope, dy, y, dslope, COUNT, 1, 1));
    print(0, dslope, sizeof dslope);
    print_f64(actn_elu_forward_f64(x64, y64, COUNT, 1.0));
    print_16(actn_elu_forward_f16(x16, y16, COUNT, 1.0f), 0x7c00);
    print_16(actn_elu_forward_bf16(x16, y16, COUNT, 1.0f), 0x7f80);
    print(actn_elu_forward_table_u8(table, 0.05, 128, 0.03, 100, 1.0), table, sizeof table);
    print(actn_lookup_u8(bytes, found, sizeof bytes, table), found, sizeof found);
    printf("\n");
    return 0;
}
)";

/// The program with kernels for `target`, to which further options belong.
class Program {
public:
    explicit Program(const std::string &target) {
        const CommandResult built = run(
            quoted(ACTINIDE_TOOL) +
            " build elu/forward/f32,f64,f16,bf16 sine/forward/f32 prelu/backward/f32 elu/forward_table/u8 --targets " +
            target + " --quiet --out " + quoted(scratch_.path("package")));
        EXPECT_EQ(built.exit_code, 0) << built.output;
        const std::string package = scratch_.path("package/actinide_kernels");
        scratch_.write("main.c", program);
        const CommandResult linked =
            run("cc " + quoted(scratch_.path("main.c")) + " -I" + quoted(package + "/include") + " " +
                quoted(package + "/lib/x86_64-linux/libactinide_kernels.a") + " -o " + quoted(scratch_.path("main")));
        EXPECT_EQ(linked.exit_code, 0) << linked.output;
    }

    /// What it prints, the level apart.
    std::pair<std::string, std::string> run_on(const std::string &emulator = "") const {
        const CommandResult result = run(emulator + quoted(scratch_.path("main")));
        EXPECT_EQ(result.exit_code, 0) << result.output;
        const size_t space = std::min(result.output.find(' '), result.output.size());
        return {result.output.substr(0, space), result.output.substr(space)};
    }

private:
    const Scratch scratch_;
};

const std::string on_nehalem = "qemu-x86_64 -cpu Nehalem ";

class OlderCpu : public testing::TestWithParam<const char *> {
protected:
    void SetUp() override {
        if (!has_program("qemu-x86_64")) GTEST_SKIP() << "qemu-user is not installed (apt-get install qemu-user)";
    }
};
using OlderCpuWithItsLevel = OlderCpu;
INSTANTIATE_TEST_SUITE_P(Rows, OlderCpu,
                         testing::Values("x86-64 --levels avx2,avx512", "x86-64-avx2", "x86-64-avx512"));
INSTANTIATE_TEST_SUITE_P(Rows, OlderCpuWithItsLevel,
                         testing::Values("x86-64", "x86-64 --levels sse41,avx512", "x86-64-sse41"));

TEST_P(OlderCpu, IsRefusedByStatus) {
    const auto [level, results] = Program(GetParam()).run_on(on_nehalem);
    EXPECT_EQ(level, "unsupported");
    static_assert(ACTINIDE_UNSUPPORTED_CPU == 6);
    EXPECT_EQ(results.find(" 0:"), results.rfind(" 0:")) << "the sum has no status: " << results;
    EXPECT_NE(results.find(" 6:"), std::string::npos) << results;
}

TEST_P(OlderCpuWithItsLevel, GetsTheBitsOfThisMachine) {
    const Program program(GetParam());
    const auto [level, results] = program.run_on(on_nehalem);
    EXPECT_EQ(level, "x86-64-sse41");
    EXPECT_EQ(results, program.run_on().second);
    EXPECT_EQ(results.find(" 6:"), std::string::npos) << results;
    EXPECT_EQ(program.run_on("qemu-x86_64 -cpu core2duo ").first, "unsupported");
}

}  // namespace
}  // namespace actinide
