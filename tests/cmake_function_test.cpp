// links:
// needs: actinide
// actinide_add_library in projects of users: what builds, what builds again and why, and what is refused.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <set>

#include "tests/package_scratch.h"

namespace actinide {
namespace {

namespace fs = std::filesystem;

/// An Actinide that was installed and then moved, once for all tests; its path has a space and a letter beyond ASCII.
class Installation {
public:
    Installation() {
        const CommandResult result = run(quoted(ACTINIDE_CMAKE) + " --install " + quoted(ACTINIDE_BUILD_DIR) +
                                         " --prefix " + quoted(scratch_.path("first")));
        EXPECT_EQ(result.exit_code, 0) << result.output;
        fs::rename(scratch_.path("first"), root());
    }
    std::string root() const { return scratch_.path("gänzlich moved"); }
    std::string tool() const { return root() + "/bin/actinide"; }
    std::string cache() const { return scratch_.path("cache"); }

private:
    const Scratch scratch_;
};

const Installation &installation() {
    static const Installation installed;
    return installed;
}

const std::string one_kernel = "PASSES forward TARGETS x86-64-avx2";

/// A project of one program that prints relu(3) and, where there is one, bent(-2).
class Project {
public:
    explicit Project(std::string generator = "Ninja") : generator_(std::move(generator)) {
        write_program("actn_relu_forward_f32");
    }

    void write_program(const std::string &function) const {
        scratch_.write("source/main.c",
                       "#include <kernels/kernels.h>\n#include <stdio.h>\nint main(void) {\n"
                       "  const float x = 3; float y;\n  if (" +
                           function +
                           "(&x, &y, 1) != ACTN_OK) return 1;\n  printf(\"y = %g\\n\", y);\n"
                           "  return 0;\n}\n");
    }

    /// `begin` finds Actinide, `more` follows the program.
    void write_lists(const std::string &function, const std::string &more = "",
                     const std::string &begin = "find_package(Actinide 0.1 REQUIRED)") const {
        scratch_.write("source/CMakeLists.txt", "cmake_minimum_required(VERSION 3.20)\nproject(app LANGUAGES C)\n" +
                                                    begin + "\n" + function +
                                                    "\nadd_executable(app main.c)\n"
                                                    "target_link_libraries(app PRIVATE kernels)\n" +
                                                    more + "\n");
    }

    CommandResult configure(const std::string &options = "") const {
        return run_there(quoted(ACTINIDE_CMAKE) + " -S " + quoted(scratch_.path("source")) + " -B " +
                         quoted(scratch_.path("build")) + " -G " + quoted(generator_) +
                         (generator_.starts_with("Ninja") ? " -DCMAKE_MAKE_PROGRAM=" + quoted(ACTINIDE_NINJA) : "") +
                         " -DCMAKE_PREFIX_PATH=" + quoted(installation().root()) + " " + options);
    }
    CommandResult build(const std::string &options = "") const {
        return run_there(quoted(ACTINIDE_CMAKE) + " --build " + quoted(scratch_.path("build")) + " " + options);
    }
    CommandResult run_there(const std::string &command) const {
        return run("export ACTINIDE_CACHE=" + quoted(installation().cache()) + " && " + command);
    }
    void expect_output(const std::string &output) const {
        const CommandResult result = run(quoted(program()));
        EXPECT_EQ(result.exit_code, 0);
        EXPECT_EQ(result.output, output);
    }

    std::string program() const {
        return scratch_.path(generator_ == "Ninja Multi-Config" ? "build/Debug/app" : "build/app");
    }
    std::string stamp() const { return scratch_.path("build/actinide/kernels/up_to_date.stamp"); }
    std::string archive() const {
        return scratch_.path("build/actinide/kernels/kernels/lib/x86_64-linux/libkernels.a");
    }
    const Scratch &scratch() const { return scratch_; }

private:
    const Scratch scratch_;
    const std::string generator_;
};

/// What a build did, seen by the times of its files.
struct Times {
    fs::file_time_type stamp, program;
    explicit Times(const Project &project)
        : stamp(fs::last_write_time(project.stamp())), program(fs::last_write_time(project.program())) {}
};

/// As an editor would: later than everything that was built. The time is the file system's, as Ninja compares it with
/// that of a file which it writes when a command starts; the clock's may be ahead.
void touch(const std::string &path) {
    ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), nullptr, 0), 0) << path;
}

class CMakeFunction : public testing::TestWithParam<const char *> {};
INSTANTIATE_TEST_SUITE_P(Generators, CMakeFunction, testing::Values("Ninja", "Unix Makefiles", "Ninja Multi-Config"),
                         [](const auto &info) { return "With" + std::to_string(info.index); });

TEST_P(CMakeFunction, BuildsAgainExactlyWhenSomethingThatDecidesChanges) {
    if (std::string(GetParam()) == "Unix Makefiles" && !has_program("make")) GTEST_SKIP() << "make is not installed";
    const Project project(GetParam());
    const std::string file = project.scratch().path("source/own é.txt");
    project.scratch().write("source/own é.txt", "bent(x) = where(x > 0, 2 * x, x)\n");
    const std::string function = "actinide_add_library(kernels ACTIVATIONS relu bent DEFINE_FILES \"own é.txt\" ";
    project.write_lists(function + one_kernel + ")");
    project.write_program("actn_bent_forward_f32");
    CommandResult result = project.configure();
    ASSERT_EQ(result.exit_code, 0) << result.output;
    EXPECT_FALSE(fs::exists(project.archive())) << "nothing is compiled while configuring";

    std::string explained;
    const auto build = [&](const char *why) {
        const bool is_ninja = std::string(GetParam()) != "Unix Makefiles";
        const CommandResult built = project.build(is_ninja ? "-- -d explain" : "");
        EXPECT_EQ(built.exit_code, 0) << why << built.output;
        explained = built.output;
        return Times(project);
    };
    const Times first = build("first");
    project.expect_output("y = 6\n");
    const Times again = build("again");
    EXPECT_EQ(again.stamp, first.stamp);
    EXPECT_EQ(again.program, first.program);

    // Done again, but nothing of it is new.
    touch(installation().tool());
    const Times by_tool = build("the tool");
    EXPECT_GT(by_tool.stamp, first.stamp);
    EXPECT_EQ(by_tool.program, first.program);
    touch(file);
    const Times by_file = build("the file");
    EXPECT_GT(by_file.stamp, by_tool.stamp);
    EXPECT_EQ(by_file.program, first.program);

    project.scratch().write("source/own é.txt", "bent(x) = where(x > 0, 4 * x, x)\n");
    const Times by_definition = build("the definition");
    EXPECT_GT(by_definition.program, first.program);
    project.expect_output("y = 12\n");
    project.write_lists(function + one_kernel + " DTYPES f32 f16)");
    const Times by_option = build("an option");
    EXPECT_GT(by_option.stamp, by_definition.stamp);
    EXPECT_NE(project.scratch().read("build/actinide/kernels/kernels/include/kernels/kernels.h").find("forward_f16"),
              std::string::npos);
    project.scratch().write("source/tuned.json", "{\"format\": 1, \"records\": []}\n");
    project.write_lists(function + one_kernel + " DTYPES f32 f16 TUNED tuned.json)");
    const Times by_tuning = build("records of tuning");
    EXPECT_GT(by_tuning.stamp, by_option.stamp);
    touch(project.scratch().path("source/tuned.json"));
    const Times by_records = build("other records");
    EXPECT_GT(by_records.stamp, by_tuning.stamp);
    const Times last = build("again, at last");
    EXPECT_EQ(last.stamp, by_records.stamp) << explained;
    EXPECT_EQ(last.program, by_records.program);
}

TEST(CMakeFunctionAlone, TakesFormulasWithHalfOpenIntervals) {
    const Project project;
    project.write_lists(
        "actinide_add_library(kernels ACTIVATIONS \"bent(x, slope=1 in [0, inf)) = where(x > 0, 5 * x, slope * x)\" "
        "relu " +
        one_kernel + ")");
    ASSERT_EQ(project.configure().exit_code, 0);
    const CommandResult built = project.build();
    EXPECT_EQ(built.exit_code, 0) << built.output;
    const std::string header = project.scratch().read("build/actinide/kernels/kernels/include/kernels/kernels.h");
    EXPECT_NE(header.find("actn_bent_forward_f32("), std::string::npos);
    EXPECT_NE(header.find("actn_relu_forward_f32("), std::string::npos);
}

TEST(CMakeFunctionAlone, TakesAPluginThatTheProjectBuilds) {
    const Project project;
    project.scratch().write(
        "source/plugin.cpp",
        "#include <generators/catalogue/plugin.h>\nusing namespace actinide;\n"
        "void actinide_define(std::vector<Activation> &activations) {\n"
        "  activations.push_back({.name = \"twice\", .summary = \"s\", .source = \"t\", .forward = 2 * x});\n"
        "}\n");
    // The name's letters are those of an option.
    project.write_lists(
        "enable_language(CXX)\nadd_library(MINE MODULE plugin.cpp)\n"
        "target_link_libraries(MINE PRIVATE Actinide::plugin)\n"
        "actinide_add_library(kernels PLUGINS MINE " +
        one_kernel + ")");
    project.write_program("actn_twice_forward_f32");
    const CommandResult configured = project.configure("-DCMAKE_CXX_COMPILER=" + quoted(ACTINIDE_CXX));
    ASSERT_EQ(configured.exit_code, 0) << configured.output;
    const CommandResult built = project.build();
    EXPECT_EQ(built.exit_code, 0) << built.output;
    project.expect_output("y = 6\n");
}

TEST(CMakeFunctionAlone, WritesNothingIntoTheSources) {
    const Project project;
    project.write_lists("actinide_add_library(kernels ACTIVATIONS relu \"bent(x) = 2 * x\" " + one_kernel + ")");
    ASSERT_EQ(project.configure().exit_code, 0);
    ASSERT_EQ(project.build().exit_code, 0);
    std::set<std::string> files;
    for (const auto &item : fs::recursive_directory_iterator(project.scratch().path("source"))) {
        files.insert(item.path().filename().string());
    }
    EXPECT_EQ(files, (std::set<std::string>{"CMakeLists.txt", "main.c"}));
}

/// A configuration that CMake ends with a sentence.
void expect_refusal(const std::string &function, const std::string &sentence, const std::string &more = "") {
    const Project project;
    project.write_lists(function, more);
    const CommandResult result = project.configure();
    EXPECT_NE(result.exit_code, 0) << function;
    // CMake breaks lines where it likes.
    std::string said;
    for (const char c : result.output) {
        const bool blank = c == '\n' || c == ' ';
        if (!blank || said.empty() || said.back() != ' ') said += blank ? ' ' : c;
    }
    EXPECT_NE(said.find(sentence), std::string::npos) << said;
}

TEST(CMakeFunctionAlone, RefusesWhatIsMisspeltAndProposesTheNearest) {
    expect_refusal("actinide_add_library(kernels ACTIVATIONS relu DTYPE f32)", "no option DTYPE; did you mean DTYPES?");
    expect_refusal("actinide_add_library(kernels ACTIVATION relu)", "did you mean ACTIVATIONS?");
    expect_refusal("actinide_add_library(kernels ACTIVATIONS relu PASES forward)", "did you mean PASSES?");
    expect_refusal("actinide_add_library(kernels relu)", "write ACTIVATIONS relu");
    expect_refusal("actinide_add_library(kernels PASSES forward)", "needs activations");
    expect_refusal("actinide_add_library(kernels ACTIVATIONS relu PREFIX a b)", "PREFIX takes one value");
}

TEST(CMakeFunctionAlone, LeavesOutTheLevelsThatAreNotNamed) {
    const Project project;
    project.write_lists("actinide_add_library(kernels ACTIVATIONS relu PASSES forward LEVELS avx2 avx512)");
    ASSERT_EQ(project.configure().exit_code, 0);
    const CommandResult built = project.build();
    ASSERT_EQ(built.exit_code, 0) << built.output;
    const std::string manifest = project.scratch().read("build/actinide/kernels/kernels/share/kernels/manifest.json");
    EXPECT_EQ(manifest.find("x86-64-sse41"), std::string::npos);
    EXPECT_NE(manifest.find("x86-64-avx512"), std::string::npos);
}

TEST(CMakeFunctionAlone, RefusesTargetsThatTheProjectCannotLink) {
    expect_refusal("actinide_add_library(kernels ACTIVATIONS relu TARGETS aarch64-neon)",
                   "has nothing for Linux/x86_64, which this project is compiled for; add x86-64");
    expect_refusal("set(CMAKE_SYSTEM_PROCESSOR mips64)\nactinide_add_library(kernels ACTIVATIONS relu)",
                   "no target for Linux/mips64");
    expect_refusal(
        "set(CMAKE_SYSTEM_PROCESSOR lc3000)\nset(CMAKE_C_COMPILER_TARGET x86_64-linux-gnu)\n"
        "actinide_add_library(kernels ACTIVATIONS relu)\nmessage(FATAL_ERROR end)",
        "so x86-64 is assumed");
}

/// Toolchain files spell 32-bit ARM and WebAssembly in several ways.
TEST(CMakeFunctionAlone, KnowsTheProcessorsOfDevicesByTheirSpellings) {
    const auto expect_target = [](const std::string &machine, const std::string &target) {
        expect_refusal(
            machine + "\nset(CMAKE_SIZEOF_VOID_P 4)\nactinide_add_library(kernels ACTIVATIONS relu TARGETS x86-64)",
            "which this project is compiled for; add " + target);
    };
    for (const std::string spelling : {"armv7l", "armv7-a", "armv7"}) {
        expect_target("set(CMAKE_SYSTEM_PROCESSOR " + spelling + ")", "armv7");
    }
    expect_target("set(CMAKE_SYSTEM_PROCESSOR arm)\nset(CMAKE_LIBRARY_ARCHITECTURE arm-linux-gnueabihf)", "armv7");
    expect_target("set(CMAKE_SYSTEM_NAME WASI)\nset(CMAKE_SYSTEM_PROCESSOR wasm32)", "wasm32-simd128");
    expect_target("set(CMAKE_SYSTEM_NAME Emscripten)\nset(CMAKE_SYSTEM_PROCESSOR x86)", "wasm32-simd128");
    expect_refusal("set(CMAKE_SYSTEM_PROCESSOR arm)\nactinide_add_library(kernels ACTIVATIONS relu)",
                   "no target for Linux/arm,");
}

/// Formerly the linker took whichever came first.
TEST(CMakeFunctionAlone, RefusesTwoLibrariesOfOnePrefixInOneProgram) {
    expect_refusal("actinide_add_library(kernels ACTIVATIONS relu)\nactinide_add_library(others ACTIVATIONS elu)",
                   "does not agree", "target_link_libraries(app PRIVATE others)");
}

TEST(CMakeFunctionAlone, BuildsTwoLibrariesAtOnce) {
    const Project project;
    project.write_lists("actinide_add_library(kernels ACTIVATIONS relu " + one_kernel +
                            ")\nactinide_add_library(other-kernels ACTIVATIONS relu PREFIX other " + one_kernel + ")",
                        "target_link_libraries(app PRIVATE other-kernels)");
    project.scratch().write(
        "source/main.c",
        "#include <kernels/kernels.h>\n#include <other_kernels/kernels.h>\nint main(void) {\n"
        "  float x = -3;\n  return actn_relu_forward_f32(&x, &x, 1) + other_relu_forward_f32(&x, &x, 1);\n}\n");
    ASSERT_EQ(project.configure().exit_code, 0);
    const CommandResult built = project.build("--parallel 4");
    EXPECT_EQ(built.exit_code, 0) << built.output;
    project.expect_output("");
}

TEST(CMakeFunctionAlone, SaysWhatTheCommandSaysAndTriesAgain) {
    const Project project;
    project.write_lists("actinide_add_library(kernels ACTIVATIONS leakyrelu " + one_kernel + ")");
    ASSERT_EQ(project.configure().exit_code, 0);
    for (int attempt = 0; attempt < 2; ++attempt) {
        const CommandResult built = project.build();
        EXPECT_NE(built.exit_code, 0);
        EXPECT_NE(built.output.find("did you mean 'leaky_relu'?"), std::string::npos) << built.output;
    }
    EXPECT_FALSE(fs::exists(project.stamp()));
    EXPECT_FALSE(fs::exists(project.archive()));
}

TEST(CMakeFunctionAlone, KeepsTheOldArchiveWholeWhereANewOneFails) {
    const Project project;
    project.scratch().write("source/own.txt", "bent(x) = 2 * x\n");
    project.write_lists("actinide_add_library(kernels ACTIVATIONS relu bent DEFINE_FILES own.txt " + one_kernel + ")");
    ASSERT_EQ(project.configure().exit_code, 0);
    ASSERT_EQ(project.build().exit_code, 0);
    const std::string before = project.scratch().read("build/actinide/kernels/kernels/lib/x86_64-linux/libkernels.a");
    project.scratch().write("source/own.txt", "bent(x) = 2 *\n");
    EXPECT_NE(project.build().exit_code, 0);
    EXPECT_NE(project.build().exit_code, 0) << "the stamp is older than the file";
    EXPECT_EQ(project.scratch().read("build/actinide/kernels/kernels/lib/x86_64-linux/libkernels.a"), before);
}

/// From the sources of Actinide, with an actinide that is there already.
TEST(CMakeFunctionAlone, ComesWithTheSourcesToo) {
    const std::string sources = "\"" + std::string(ACTINIDE_SOURCE_DIR) + "\"";
    for (const std::string &begin : {"add_subdirectory(" + sources + " actinide EXCLUDE_FROM_ALL)",
                                     "include(FetchContent)\nFetchContent_Declare(Actinide SOURCE_DIR " + sources +
                                         ")\nFetchContent_MakeAvailable(Actinide)"}) {
        const Project project;
        project.write_lists("actinide_add_library(kernels ACTIVATIONS relu " + one_kernel + ")", "", begin);
        const CommandResult configured = project.configure("-DACTINIDE_COMMAND=" + quoted(ACTINIDE_TOOL));
        ASSERT_EQ(configured.exit_code, 0) << configured.output;
        const CommandResult built = project.build();
        EXPECT_EQ(built.exit_code, 0) << built.output;
        project.expect_output("y = 3\n");
    }
}

/// The whole of it would take minutes; that the library waits for the program that makes it, does not.
TEST(CMakeFunctionAlone, BuildsActinideFirstWhereThereIsNone) {
    const Project project;
    project.write_lists("actinide_add_library(kernels ACTIVATIONS relu " + one_kernel + ")", "",
                        "enable_language(CXX)\nadd_subdirectory(\"" + std::string(ACTINIDE_SOURCE_DIR) +
                            "\" actinide EXCLUDE_FROM_ALL)");
    const CommandResult configured = project.configure("-DHalide_DIR=" + quoted(ACTINIDE_HALIDE_DIR) +
                                                       " -DCMAKE_CXX_COMPILER=" + quoted(ACTINIDE_CXX));
    ASSERT_EQ(configured.exit_code, 0) << configured.output;
    const CommandResult plan = project.run_there(quoted(ACTINIDE_NINJA) + " -C " +
                                                 quoted(project.scratch().path("build")) + " -t commands app");
    EXPECT_EQ(plan.exit_code, 0) << plan.output;
    const size_t links = plan.output.find(" -o actinide/tools/cli/actinide ");
    const size_t compiles = plan.output.find("/actinide/tools/cli/actinide\" build relu");
    ASSERT_NE(links, std::string::npos) << plan.output;
    ASSERT_NE(compiles, std::string::npos) << plan.output;
    EXPECT_LT(links, compiles);
}

/// A library of the user's that holds kernels, installed and exported. Its project is gone afterwards.
void install_engine(const std::string &prefix, const std::string &library_folder) {
    const Project engine;
    engine.scratch().write("source/engine.c",
                           "#include <kernels/kernels.h>\nfloat engine(float x) { actn_relu_forward_f32(&x, &x, 1); "
                           "return x; }\n");
    engine.write_lists("actinide_add_library(kernels ACTIVATIONS relu " + one_kernel + ")",
                       "add_library(engine STATIC engine.c)\ntarget_link_libraries(engine PRIVATE kernels)\n"
                       "install(TARGETS engine EXPORT engineConfig)\n"
                       "actinide_install_library(kernels EXPORT engineConfig)\n"
                       "install(EXPORT engineConfig DESTINATION lib/cmake/engine NAMESPACE engine::)\n");
    CommandResult result = engine.configure("-DCMAKE_INSTALL_LIBDIR=" + quoted(library_folder));
    ASSERT_EQ(result.exit_code, 0) << result.output;
    ASSERT_EQ(engine.build().exit_code, 0);
    result = engine.run_there(quoted(ACTINIDE_CMAKE) + " --install " + quoted(engine.scratch().path("build")) +
                              " --prefix " + quoted(prefix));
    ASSERT_EQ(result.exit_code, 0) << result.output;
}

void expect_engine_to_be_usable(const std::string &prefix) {
    const Project user;
    user.write_lists("", "", "find_package(engine REQUIRED)\nadd_library(kernels ALIAS engine::engine)");
    user.scratch().write(
        "source/main.c",
        "#include <stdio.h>\nfloat engine(float);\nint main(void) { printf(\"%g\\n\", engine(7)); }\n");
    CommandResult result = user.configure("-Dengine_DIR=" + quoted(prefix + "/lib/cmake/engine"));
    ASSERT_EQ(result.exit_code, 0) << result.output;
    result = user.build();
    EXPECT_EQ(result.exit_code, 0) << result.output;
    user.expect_output("7\n");
}

TEST(CMakeFunctionAlone, IsInstalledAndExportedWithWhatLinksIt) {
    const Scratch scratch;
    install_engine(scratch.path("prefix"), "lib");
    const std::string moved = scratch.path("prefix moved");
    fs::rename(scratch.path("prefix"), moved);
    expect_engine_to_be_usable(moved);
    EXPECT_TRUE(fs::exists(moved + "/include/kernels/kernels.h"));
    EXPECT_TRUE(fs::exists(moved + "/share/kernels/LICENSE"));
}

/// As some distributions have it.
TEST(CMakeFunctionAlone, IsInstalledIntoAFolderApartFromThePrefix) {
    const Scratch scratch;
    install_engine(scratch.path("prefix"), scratch.path("libraries"));
    EXPECT_TRUE(fs::exists(scratch.path("libraries/libkernels.a")));
    expect_engine_to_be_usable(scratch.path("prefix"));
}

TEST(CMakeFunctionAlone, CompilesForWhatTheToolchainFileNames) {
    if (!has_program("aarch64-linux-gnu-gcc")) GTEST_SKIP() << "aarch64-linux-gnu-gcc is not installed";
    const Project project;
    project.write_lists("actinide_add_library(kernels ACTIVATIONS relu PASSES forward)");
    const CommandResult configured =
        project.configure("-DCMAKE_TOOLCHAIN_FILE=" + quoted(std::string(ACTINIDE_SOURCE_DIR) +
                                                             "/tests/consumers/cross-aarch64/aarch64-linux-gnu.cmake"));
    ASSERT_EQ(configured.exit_code, 0) << configured.output;
    const CommandResult built = project.build();
    EXPECT_EQ(built.exit_code, 0) << built.output;
    EXPECT_TRUE(fs::exists(project.scratch().path("build/actinide/kernels/kernels/lib/aarch64-linux/libkernels.a")));
}

TEST(Installed, LoadsWhatLiesBesideItWhereverItWasMoved) {
    const CommandResult libraries = run("ldd " + quoted(installation().tool()));
    for (const char *library : {"libHalide.so", "libmpfr.so", "libfmt.so"}) {
        const size_t at = libraries.output.find(std::string(library));
        ASSERT_NE(at, std::string::npos) << library;
        const std::string line = libraries.output.substr(at, libraries.output.find('\n', at) - at);
        EXPECT_NE(line.find(installation().root()), std::string::npos) << line;
    }
    EXPECT_EQ(libraries.output.find("not found"), std::string::npos) << libraries.output;
    EXPECT_EQ(libraries.output.find(ACTINIDE_SOURCE_DIR), std::string::npos) << libraries.output;
    const CommandResult said = run(quoted(installation().tool()) + " version");
    EXPECT_NE(said.output.find("halide 21"), std::string::npos) << said.output;
    const Scratch scratch;
    const CommandResult built = run(quoted(installation().tool()) +
                                    " build relu/forward/f32@x86-64-avx2 --autoscheduler Adams2019 --no-cache --out " +
                                    quoted(scratch.path("out")));
    EXPECT_EQ(built.exit_code, 0) << built.output;
}

}  // namespace
}  // namespace actinide
