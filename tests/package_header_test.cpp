// links: actinide_package
// The headers of a package, judged by the compilers that will read them.
#include <gtest/gtest.h>

#include "runtime/status.h"
#include "tests/package_fake.h"
#include "tests/package_scratch.h"

namespace actinide {
namespace {

const char *const strict = " -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fsyntax-only ";

struct Mode {
    const char *compiler;
    const char *options;
    const char *header;
};

void PrintTo(const Mode &mode, std::ostream *stream) {
    *stream << mode.compiler << " " << mode.options << " " << mode.header;
}

class EveryCompiler : public testing::TestWithParam<Mode> {};

TEST_P(EveryCompiler, TakesTheHeaderWithoutAWarning) {
    const Mode &mode = GetParam();
    if (!has_program(mode.compiler)) GTEST_SKIP() << mode.compiler << " is not installed";
    const Scratch scratch;
    scratch.write_all("p", package_files(fake_package()));
    scratch.write("main.c",
                  std::string("#include <actinide_kernels/") + mode.header + ">\nint main(void) { return 0; }\n");
    const CommandResult result = run(std::string(mode.compiler) + strict + mode.options + " -I" +
                                     quoted(scratch.path("p/include")) + " " + quoted(scratch.path("main.c")));
    EXPECT_EQ(result.exit_code, 0) << result.output;
}

constexpr const char *windows_c = "--target=x86_64-pc-windows-msvc -ffreestanding -std=c11 -x c";
constexpr const char *windows_cpp = "--target=x86_64-pc-windows-msvc -ffreestanding -std=c++17 -x c++";

INSTANTIATE_TEST_SUITE_P(
    Headers, EveryCompiler,
    testing::Values(Mode{"gcc", "-std=c11 -x c", "kernels.h"}, Mode{"gcc", "-std=c17 -x c", "kernels.h"},
                    Mode{"g++", "-std=c++17 -x c++", "kernels.h"}, Mode{"g++", "-std=c++20 -x c++", "kernels.h"},
                    Mode{"g++", "-std=c++17 -x c++", "kernels.hpp"}, Mode{"g++", "-std=c++20 -x c++", "kernels.hpp"},
                    Mode{"clang-22", "-std=c11 -x c", "kernels.h"}, Mode{"clang-22", "-std=c++17 -x c++", "kernels.h"},
                    Mode{"clang-22", "-std=c++20 -x c++", "kernels.h"},
                    Mode{"clang-22", "-std=c++17 -x c++", "kernels.hpp"},
                    Mode{"clang-22", "-std=c++20 -x c++", "kernels.hpp"}, Mode{"clang-22", windows_c, "kernels.h"},
                    Mode{"clang-22", windows_cpp, "kernels.hpp"}));

std::string header_of(const Package &package, const std::string &file = "kernels.h") {
    return package_files(package).at("include/" + package.name + "/" + file);
}

CommandResult compile(const Scratch &scratch, const std::string &source) {
    scratch.write("main.cpp", source);
    return run(std::string("g++ -std=c++20") + strict + "-I" + quoted(scratch.path("one/include")) + " -I" +
               quoted(scratch.path("two/include")) + " " + quoted(scratch.path("main.cpp")));
}

TEST(Headers, OfTwoPackagesMeetInOneSourceFile) {
    if (!has_program("g++")) GTEST_SKIP() << "g++ is not installed";
    const Scratch scratch;
    scratch.write_all("one", package_files(fake_package()));
    scratch.write_all("two", package_files(fake_package("other_name", "other")));
    const CommandResult result =
        compile(scratch,
                "#include <actinide_kernels/kernels.hpp>\n#include <other_name/kernels.hpp>\n"
                "#include <actinide_kernels/kernels.hpp>\n"
                "int main() { float x = 1, y; return actn::relu_forward(&x, &y, 1) == ACTN_OK\n"
                "    && other::relu_forward(&x, &y, 1) == OTHER_OK; }\n");
    EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST(Headers, OfTwoPackagesWithOnePrefixSaySo) {
    if (!has_program("g++")) GTEST_SKIP() << "g++ is not installed";
    const Scratch scratch;
    scratch.write_all("one", package_files(fake_package()));
    scratch.write_all("two", package_files(fake_package("other_name", "actn")));
    const CommandResult result = compile(
        scratch, "#include <actinide_kernels/kernels.h>\n#include <other_name/kernels.h>\nint main() { return 0; }\n");
    EXPECT_NE(result.exit_code, 0);
    EXPECT_NE(result.output.find("two packages with the prefix 'actn'"), std::string::npos) << result.output;
}

TEST(Headers, TakeVectorsArraysSpansAndPointers) {
    if (!has_program("g++")) GTEST_SKIP() << "g++ is not installed";
    const Scratch scratch;
    scratch.write_all("one", package_files(fake_package()));
    const CommandResult result = compile(scratch, R"(
#include <actinide_kernels/kernels.hpp>
#include <array>
#include <span>
#include <vector>
static_assert(noexcept(actn::elu_forward(std::span<const float>(), std::span<float>())));
int main() {
    std::vector<float> x(8), y(8), weight(2);
    std::array<float, 8> dx{};
    const std::span<const float> view(x);
    float plain_x[4] = {}, plain_y[4];
    actn::elu_forward(view, y);
    actn::elu_forward(x, std::span<float>(y), 0.5f);
    actn::elu_forward(x.data(), y.data(), x.size());
    actn::leaky_relu_forward(plain_x, plain_y, 4);
    actn::elu_backward(x, y, dx);
    actn::prelu_forward(x, weight, y, 2, 2, 2);
    return actn::prelu_backward(x, weight, y, dx, weight, 2, 2, 2);
}
)");
    EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST(Headers, RefuseArraysWhoseSizesDiffer) {
    if (!has_program("g++")) GTEST_SKIP() << "g++ is not installed";
    const Scratch scratch;
    scratch.write_all("one", package_files(fake_package()));
    scratch.write("main.cpp", R"(
#include <actinide_kernels/kernels.hpp>
#include <vector>
extern "C" actn_status actn_elu_forward_f32(const float *, float *, size_t, float) { return ACTN_OK; }
extern "C" actn_status actn_prelu_forward_f32(const float *, const float *, float *, size_t, size_t, size_t) {
    return ACTN_OK;
}
int main() {
    const std::vector<float> x(12), shorter(11), weight(3);
    std::vector<float> y(12);
    const size_t huge = (size_t{1} << 62) + 1;
    int mistakes = actn::elu_forward(x, y) != ACTN_OK;
    mistakes += actn::elu_forward(shorter, y) == ACTN_OK;
    mistakes += actn::prelu_forward(x, weight, y, 2, 3, 2) != ACTN_OK;
    mistakes += actn::prelu_forward(x, weight, y, 2, 2, 3) == ACTN_OK;
    mistakes += actn::prelu_forward(x, weight, y, huge, 3, 4) == ACTN_OK;
    return mistakes;
}
)");
    const CommandResult result = run("g++ -std=c++17 -ffunction-sections -Wl,--gc-sections -I" +
                                     quoted(scratch.path("one/include")) + " " + quoted(scratch.path("main.cpp")) +
                                     " -o " + quoted(scratch.path("main")) + " && " + quoted(scratch.path("main")));
    EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST(Headers, IncludeNothingButStddefAndStdint) {
    const std::string header = header_of(fake_package());
    size_t count = 0;
    for (size_t at = header.find("#include"); at != std::string::npos; at = header.find("#include", at + 1)) ++count;
    EXPECT_EQ(count, 2U);
    EXPECT_NE(header.find("#include <stddef.h>\n#include <stdint.h>\n"), std::string::npos);
}

TEST(Headers, DeclareEveryKernelsSymbolOnce) {
    const Package package = fake_package();
    const std::string header = header_of(package);
    for (const PackagedKernel &kernel : package.kernels) {
        const std::string declared = "actn_status " + kernel.symbol + "(";
        const size_t at = header.find(declared);
        EXPECT_NE(at, std::string::npos) << declared;
        EXPECT_EQ(header.find(declared, at + 1), std::string::npos) << declared;
    }
}

TEST(Headers, DocumentEveryStatusWithItsValue) {
    const std::string header = header_of(fake_package());
#define ACTINIDE_EXPECT_STATUS(name, value, sentence)                                     \
    EXPECT_NE(header.find("ACTN_" #name), std::string::npos);                             \
    EXPECT_NE(header.find(std::string("= ") + std::to_string(value)), std::string::npos); \
    EXPECT_NE(header.find(sentence), std::string::npos);
    ACTINIDE_STATUSES(ACTINIDE_EXPECT_STATUS)
#undef ACTINIDE_EXPECT_STATUS
}

TEST(Headers, SayNeverRunOnADeviceUntilThereIsEvidence) {
    Package package = fake_package();
    EXPECT_NE(header_of(package).find("never run on a device"), std::string::npos);
    for (PackagedKernel &kernel : package.kernels) kernel.device_evidence = "NVIDIA H100, driver 570";
    EXPECT_EQ(header_of(package).find("never run on a device"), std::string::npos);
    EXPECT_NE(header_of(package).find("Run on a device: NVIDIA H100, driver 570"), std::string::npos);
}

TEST(Headers, BoundAParametersGradientByItselfAndClaimNothingMeasuredOnAGpu) {
    const std::string header = header_of(fake_package());
    EXPECT_NE(header.find(" * Error of dx: not yet measured.\n * Error of dweight: at most 1 ULP + 2^-45 of the sum"),
              std::string::npos);
    EXPECT_NE(header.find(" * Error on CPUs: not yet measured."), std::string::npos);
}

TEST(Headers, OfAPackageForCudaOnlyNameNoLevel) {
    Package package = fake_package();
    std::erase_if(package.kernels, [](const PackagedKernel &kernel) { return !kernel.cuda; });
    EXPECT_NE(header_of(package).find("Levels in this package: none"), std::string::npos);
}

TEST(Headers, HoldNoByteOutsideAsciiAndNoOpenComment) {
    Package package = fake_package();
    for (PackagedKernel &kernel : package.kernels) kernel.accuracy = "≤ 0.86 ULP */ evil(); /* Σ\nπ";
    for (const char *file : {"kernels.h", "kernels.hpp"}) {
        for (const char c : header_of(package, file)) {
            ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << file << " holds byte " << static_cast<int>(c);
        }
    }
    EXPECT_NE(header_of(package).find("Error: <= 0.86 ULP * / evil(); / * sum ??."), std::string::npos);
}

TEST(Headers, SizeTheWorkspaceOfEveryGradientThatIsSummedOnCuda) {
    const std::string header = header_of(fake_package());
    EXPECT_NE(header.find(
                  "size_t actn_prelu_backward_f32_cuda_workspace_bytes(size_t outer, size_t channels, size_t inner);"),
              std::string::npos);
    EXPECT_EQ(header.find("forward_f32_cuda_workspace_bytes"), std::string::npos);
}

TEST(Headers, SayWhatEachBackwardPassNeedsOfTheForwardPass) {
    const std::string header = header_of(fake_package());
    const auto row = [&](const std::string &symbol) {
        const size_t at = header.find(" *   " + symbol + " ");
        return at == std::string::npos ? std::string() : header.substr(at, header.find('\n', at) - at);
    };
    const std::string from_input = row("actn_elu_backward_f32");
    const std::string from_output = row("actn_elu_backward_from_output_f32");
    const std::string gated = row("actn_swiglu_backward_f32");
    EXPECT_NE(from_input.find(" x            keeps 4 bytes per element; error 0.5 ULP"), std::string::npos)
        << from_input;
    EXPECT_NE(from_output.find(" y            saves the 4 bytes of x"), std::string::npos) << from_output;
    EXPECT_NE(gated.find(" gate, value  keeps 8 bytes per element"), std::string::npos) << gated;
    for (const std::string &note : {std::string("keeps 4"), std::string("saves the 4"), std::string("keeps 8")}) {
        const std::string &line = note == "keeps 4" ? from_input : note == "keeps 8" ? gated : from_output;
        EXPECT_EQ(line.find(note), from_input.find("keeps 4")) << "columns must be aligned: " << line;
    }
}

TEST(Headers, SayHowExactEachBackwardPassIs) {
    const std::string header = header_of(fake_package());
    const size_t table = header.find("What each backward pass needs");
    const size_t row = header.find("actn_elu_backward_from_output_f32 ", table);
    EXPECT_LT(header.find("off by 10 %", row), header.find("actn_selu_backward_f32 ", row));
    EXPECT_LT(header.find("0.5 ULP", row), header.find("actn_selu_backward_f32 ", row));
}

TEST(Headers, SayWhatASavedOutputHasLost) {
    const std::string header = header_of(fake_package());
    const size_t elu = header.find("actn_elu_backward_from_output_f32(");
    ASSERT_NE(elu, std::string::npos);
    const size_t comment = header.rfind("/*", elu);
    EXPECT_LT(header.find("Against the gradient at x: off by 10 % at x = -15", comment), elu);
    const size_t relu = header.find("actn_relu_backward_from_output_f32(");
    EXPECT_GT(header.find("Against the gradient at x", header.rfind("/*", relu)), relu);
}

TEST(Headers, SayWhatTheCallersFloatingPointEnvironmentDoes) {
    const std::string header = header_of(fake_package());
    for (const char *const part : {"flush-to-zero", "never changed", "Another rounding mode", "makes no", "2^-16"}) {
        EXPECT_LT(header.find(part), header.find("#ifndef")) << part;
    }
}

TEST(Headers, OfAPackageForTheCpuOnlyKnowNothingOfCuda) {
    Package package = fake_package();
    std::erase_if(package.kernels, [](const PackagedKernel &kernel) { return kernel.cuda; });
    EXPECT_EQ(header_of(package).find("cuda_stream"), std::string::npos);
}

TEST(Header, SaysWhatNeonOf32BitArmDoesOnlyWhereItIsInside) {
    Package package = fake_package();
    const std::string sentence = "NEON counts subnormal floats as zeros";
    const std::string path = "include/actinide_kernels/kernels.h";
    EXPECT_EQ(package_files(package).at(path).find(sentence), std::string::npos);
    package.archives.push_back({"armv7-android", "Android", "armv7", false, "!<arch>\n"});
    EXPECT_NE(package_files(package).at(path).find(sentence), std::string::npos);
}

}  // namespace
}  // namespace actinide
