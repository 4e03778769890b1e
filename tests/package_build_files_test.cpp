// links: actinide_package
// find_package, pkg-config and the link line against a package whose archives are real but nearly empty.
#include <gtest/gtest.h>

#include <regex>

#include "tests/package_fake.h"
#include "tests/package_scratch.h"

namespace actinide {
namespace {

/// The CMake of the launcher's environment need not be on the path: CMAKE may name it.
std::string cmake_program() {
    const char *given = getenv("CMAKE");
    return given != nullptr ? quoted(given) : "cmake";
}

class FindPackage : public testing::Test {
protected:
    void SetUp() override {
        if (run(cmake_program() + " --version").exit_code != 0) GTEST_SKIP() << "cmake is not installed";
        scratch_.write_all("moved here", package_files(fake_package()));
    }

    /// Configures a project without languages that prints what `commands` say.
    CommandResult configure(const std::string &commands, const std::string &options = "") const {
        scratch_.write("project/CMakeLists.txt",
                       "cmake_minimum_required(VERSION 3.16)\nproject(consumer LANGUAGES NONE)\n" + commands);
        return run("rm -rf " + quoted(scratch_.path("build")) + "; " + cmake_program() + " -S " +
                   quoted(scratch_.path("project")) + " -B " + quoted(scratch_.path("build")) +
                   " -DCMAKE_PREFIX_PATH=" + quoted(scratch_.path("moved here")) + " " + options);
    }

    /// Configures for another machine.
    CommandResult configure_for(const std::string &system, const std::string &processor,
                                const std::string &commands) const {
        scratch_.write("toolchain.cmake",
                       "set(CMAKE_SYSTEM_NAME " + system + ")\nset(CMAKE_SYSTEM_PROCESSOR \"" + processor + "\")\n");
        return configure(commands, "-DCMAKE_TOOLCHAIN_FILE=" + quoted(scratch_.path("toolchain.cmake")));
    }

    const Scratch scratch_;
};

const char *const find_and_print =
    "find_package(actinide_kernels 0.1 REQUIRED)\n"
    "get_target_property(location actinide_kernels::actinide_kernels IMPORTED_LOCATION)\n"
    "message(STATUS \"location ${location}\")\n";

/// CMake wraps messages, so that any space may be a line's end.
std::string unwrapped(const std::string &text) {
    return std::regex_replace(text, std::regex("\\s+"), " ");
}

void expect_says(const CommandResult &result, const std::string &text) {
    EXPECT_NE(unwrapped(result.output).find(text), std::string::npos) << "expected: " << text << "\n" << result.output;
}

TEST_F(FindPackage, ChoosesTheArchiveOfTheTargetMachineInEverySpelling) {
    for (const char *processor : {"x86_64", "AMD64", "amd64"}) {
        const CommandResult result = configure_for("Linux", processor, find_and_print);
        EXPECT_EQ(result.exit_code, 0) << result.output;
        expect_says(result, "moved here/lib/x86_64-linux/libactinide_kernels.a");
    }
    for (const char *processor : {"aarch64", "arm64", "ARM64"}) {
        const CommandResult result = configure_for("Linux", processor, find_and_print);
        EXPECT_EQ(result.exit_code, 0) << result.output;
        expect_says(result, "moved here/lib/aarch64-linux/libactinide_kernels.a");
    }
}

TEST_F(FindPackage, SaysWhichMachinesAreInsideWhenOneIsMissing) {
    const CommandResult result = configure_for("Linux", "riscv64", find_and_print);
    EXPECT_NE(result.exit_code, 0);
    expect_says(result, "has no archive for Linux/riscv64");
    expect_says(result, "(has: Linux/x86_64, Linux/aarch64)");
}

TEST_F(FindPackage, TakesTheFolderThatTheUserNames) {
    const CommandResult result = configure(find_and_print, "-Dactinide_kernels_ARCHITECTURE=aarch64-linux");
    EXPECT_EQ(result.exit_code, 0) << result.output;
    expect_says(result, "lib/aarch64-linux/libactinide_kernels.a");
}

TEST_F(FindPackage, TakesActivationsAsComponents) {
    const CommandResult result =
        configure_for("Linux", "x86_64",
                      "find_package(actinide_kernels REQUIRED COMPONENTS elu prelu OPTIONAL_COMPONENTS nothing)\n"
                      "message(STATUS \"elu ${actinide_kernels_elu_FOUND} ${actinide_kernels_nothing_FOUND}\")\n");
    EXPECT_EQ(result.exit_code, 0) << result.output;
    expect_says(result, "elu TRUE FALSE");
}

TEST_F(FindPackage, SaysWhichActivationsAreInsideWhenOneIsMissing) {
    const CommandResult result =
        configure_for("Linux", "x86_64", "find_package(actinide_kernels REQUIRED COMPONENTS no_such_one)\n");
    EXPECT_NE(result.exit_code, 0);
    expect_says(result, "activation 'no_such_one' is not in this package");
    expect_says(result, "elu, ");
}

TEST_F(FindPackage, OffersTheCudaLibraryOnlyWhereThePackageHasOne) {
    const std::string print = std::string(find_and_print) +
                              "if(TARGET actinide_kernels::actinide_kernels_cuda)\n"
                              "  message(STATUS \"with cuda\")\nelse()\n  message(STATUS \"without cuda\")\nendif()\n";
    expect_says(configure_for("Linux", "x86_64", print), "with cuda");
    expect_says(configure_for("Linux", "aarch64", print), "without cuda");
}

TEST_F(FindPackage, RefusesAnotherMinorVersionBeforeOne) {
    EXPECT_EQ(configure_for("Linux", "x86_64", "find_package(actinide_kernels 0.1.0 EXACT REQUIRED)\n").exit_code, 0);
    for (const char *wanted : {"0.2", "0.1.1", "1.0"}) {
        const CommandResult result =
            configure_for("Linux", "x86_64", "find_package(actinide_kernels " + std::string(wanted) + " REQUIRED)\n");
        EXPECT_NE(result.exit_code, 0) << wanted;
    }
}

TEST_F(FindPackage, MayBeCalledTwice) {
    const CommandResult result = configure_for("Linux", "x86_64", std::string(find_and_print) + find_and_print);
    EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST_F(FindPackage, AsksToBeCalledAfterProject) {
    scratch_.write(
        "early/CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.16)\nfind_package(actinide_kernels REQUIRED)\nproject(late NONE)\n");
    const CommandResult result =
        run(cmake_program() + " -S " + quoted(scratch_.path("early")) + " -B " + quoted(scratch_.path("build")) +
            " -DCMAKE_PREFIX_PATH=" + quoted(scratch_.path("moved here")));
    EXPECT_NE(result.exit_code, 0);
    expect_says(result, "after project()");
}

class PkgConfig : public testing::Test {
protected:
    void SetUp() override {
        if (!has_program("pkg-config")) GTEST_SKIP() << "pkg-config is not installed";
        scratch_.write_all("moved here", package_files(fake_package()));
    }

    CommandResult ask(const std::string &folder, const std::string &question) const {
        return run("PKG_CONFIG_PATH=" + quoted(scratch_.path("moved here/" + folder)) + " pkg-config " + question);
    }

    /// What a shell makes of the answer: one word in a line.
    std::string words(const std::string &folder, const std::string &question) const {
        return run(R"(eval printf "'%s\n'" "$(PKG_CONFIG_PATH=)" + quoted(scratch_.path("moved here/" + folder)) +
                   " pkg-config " + question + ")\"")
            .output;
    }

    const Scratch scratch_;
};

TEST_F(PkgConfig, FindsTheArchiveBesideEveryPcFileThoughThePathHasSpaces) {
    for (const char *architecture : {"x86_64-linux", "aarch64-linux"}) {
        const std::string folder = std::string("lib/") + architecture;
        const std::string answer = words(folder + "/pkgconfig", "--cflags --libs actinide_kernels");
        EXPECT_NE(answer.find("moved here/lib/" + std::string(architecture) + "/pkgconfig/../../../include\n"),
                  std::string::npos)
            << answer;
        EXPECT_NE(answer.find("/lib/" + std::string(architecture) + "\n"), std::string::npos) << answer;
        EXPECT_NE(answer.find("-lactinide_kernels\n"), std::string::npos) << answer;
    }
}

TEST_F(PkgConfig, TakesTheArchitectureAsAVariable) {
    const std::string first = ask("lib/pkgconfig", "--libs actinide_kernels").output;
    EXPECT_NE(first.find("x86_64-linux"), std::string::npos) << first;
    const std::string other =
        ask("lib/pkgconfig", "--define-variable=architecture=aarch64-linux --libs actinide_kernels").output;
    EXPECT_NE(other.find("aarch64-linux"), std::string::npos) << other;
}

TEST_F(PkgConfig, PutsTheCudaLibraryBeforeTheOneThatItNeeds) {
    const std::string answer = words("lib/x86_64-linux/pkgconfig", "--libs actinide_kernels_cuda");
    const size_t cuda = answer.find("-lactinide_kernels_cuda\n");
    const size_t host = answer.find("-lactinide_kernels\n");
    ASSERT_NE(cuda, std::string::npos) << answer;
    ASSERT_NE(host, std::string::npos) << answer;
    EXPECT_LT(cuda, host);
    EXPECT_NE(answer.find("-ldl\n"), std::string::npos) << answer;
}

TEST(LinkLine, CompilesAProgramWhateverTheFolderIsCalled) {
    if (!has_program("cc")) GTEST_SKIP() << "no C compiler is installed";
    const Scratch scratch;
    const Package package = fake_package();
    scratch.write_all("it's a package", package_files(package));
    scratch.write("kernel.c",
                  "#include <stddef.h>\nint actn_relu_forward_f32(const float *x, float *y, size_t n) { return x == y "
                  "&& n == 0 ? 0 : 1; }\n");
    scratch.write("main.c",
                  "#include <actinide_kernels/kernels.h>\nint main(void) { return actn_relu_forward_f32(0, 0, 0); }\n");
    // The package's own archive is text; this one is real.
    const std::string library = scratch.path("it's a package/lib/x86_64-linux/libactinide_kernels.a");
    const std::string line = link_line(package, "it's a package", "x86_64-linux");
    const CommandResult result = run("cd " + quoted(scratch.path("")) + " && cc -c kernel.c && rm \"" + library +
                                     "\" && ar rcs \"" + library + "\" kernel.o && " + line + " && ./a.out");
    EXPECT_EQ(result.exit_code, 0) << line << "\n" << result.output;
}

TEST(LinkLine, ReadsPlainlyWhereNothingNeedsQuotes) {
    const Package package = fake_package();
    EXPECT_EQ(link_line(package, "out/actinide_kernels", "x86_64-linux"),
              "cc main.c -Iout/actinide_kernels/include out/actinide_kernels/lib/x86_64-linux/libactinide_kernels.a");
    EXPECT_EQ(
        link_line(package, "p", "x86_64-linux", true),
        "cc main.c -Ip/include p/lib/x86_64-linux/libactinide_kernels_cuda.a p/lib/x86_64-linux/libactinide_kernels.a "
        "-ldl");
    EXPECT_EQ(link_line(package, "p", "aarch64-linux"),
              "aarch64-linux-gnu-gcc main.c -Ip/include p/lib/aarch64-linux/libactinide_kernels.a");
}

}  // namespace
}  // namespace actinide
