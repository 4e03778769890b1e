// links:
// needs: actinide
// What cpack and the target `wheel` make of a build: each is unpacked and its command is run.
#include <gtest/gtest.h>

#include "tests/package_scratch.h"

namespace actinide {
namespace {

namespace fs = std::filesystem;

const std::string one_kernel = " build relu/forward/f32@x86-64-avx2 --no-cache --quiet --out ";

std::string only_file(const fs::path &folder, const std::string &ending) {
    for (const auto &item : fs::directory_iterator(folder)) {
        if (item.path().string().ends_with(ending)) return item.path().string();
    }
    ADD_FAILURE() << folder << " has no file that ends in " << ending;
    return "";
}

void expect_kernels(const std::string &command, const Scratch &scratch) {
    const CommandResult version = run(command + " --version");
    EXPECT_EQ(version.exit_code, 0) << version.output;
    for (const char *component : {"actinide " ACTINIDE_VERSION, "halide ", "llvm "}) {
        EXPECT_NE(version.output.find(component), std::string::npos) << version.output;
    }
    const CommandResult built = run(command + one_kernel + quoted(scratch.path("out")));
    EXPECT_EQ(built.exit_code, 0) << built.output;
    const CommandResult scheduled =
        run(command + one_kernel + quoted(scratch.path("scheduled")) + " --autoscheduler Mullapudi2016");
    EXPECT_EQ(scheduled.exit_code, 0) << scheduled.output;
}

TEST(DebianPackage, HoldsTheCommandWithHalideAndDependsOnTheRest) {
    if (!has_program("dpkg-shlibdeps")) GTEST_SKIP() << "dpkg-dev is not installed";
    const Scratch scratch;
    // Compressed it takes a minute.
    const CommandResult packed =
        run("cd " + quoted(ACTINIDE_BUILD_DIR) + " && " + quoted(fs::path(ACTINIDE_CMAKE).parent_path() / "cpack") +
            " -G DEB -D CPACK_DEBIAN_COMPRESSION_TYPE=none -B " + quoted(scratch.path("packed")));
    ASSERT_EQ(packed.exit_code, 0) << packed.output;
    const std::string package = only_file(scratch.path("packed"), ".deb");
    const CommandResult about = run("dpkg-deb --field " + quoted(package));
    const std::string version = std::string("Version: ") + ACTINIDE_VERSION + "\n";
    EXPECT_NE(about.output.find(version), std::string::npos) << about.output;
    for (const char *fact : {"Package: actinide\n", "Architecture: amd64\n", "libmpfr6", "libgmp10", "libfmt9",
                             "libxxhash0", "libstdc++6"}) {
        EXPECT_NE(about.output.find(fact), std::string::npos) << fact << about.output;
    }
    EXPECT_EQ(about.output.find("llvm"), std::string::npos) << about.output;
    ASSERT_EQ(run("dpkg-deb -x " + quoted(package) + " " + quoted(scratch.path("root"))).exit_code, 0);
    const std::string root = scratch.path("root/usr");
    EXPECT_TRUE(fs::exists(root + "/share/doc/actinide/copyright"));
    EXPECT_TRUE(fs::exists(root + "/share/doc/actinide/third-party/halide.txt"));
    EXPECT_TRUE(fs::exists(root + "/lib/cmake/Actinide/ActinideConfig.cmake"));
    EXPECT_FALSE(fs::exists(root + "/lib/actinide/libmpfr.so.6")) << "Debian's own is depended on";
    expect_kernels(quoted(root + "/bin/actinide"), scratch);
}

TEST(Wheel, BringsTheCommandAndFindsHalideOfPip) {
    const std::string python = ACTINIDE_PYTHON;
    if (python.empty() || run(quoted(python) + " -m wheel version").exit_code != 0) {
        GTEST_SKIP() << "the Python package 'wheel' is not installed";
    }
    const Scratch scratch;
    const CommandResult packed =
        run(quoted(python) + " " + quoted(ACTINIDE_SOURCE_DIR "/tools/packages/wheel/build_wheel.py") + " --cmake " +
            quoted(ACTINIDE_CMAKE) + " --build " + quoted(ACTINIDE_BUILD_DIR) +
            " --version " ACTINIDE_VERSION " --halide 21.0.0 --out " + quoted(scratch.path("packed")));
    ASSERT_EQ(packed.exit_code, 0) << packed.output;
    const std::string site = scratch.path("site");
    const CommandResult installed =
        run(quoted(python) + " -m pip install --quiet --no-deps --no-index --no-compile --target " + quoted(site) +
            " " + quoted(only_file(scratch.path("packed"), ".whl")));
    ASSERT_EQ(installed.exit_code, 0) << installed.output;
    EXPECT_TRUE(fs::exists(site + "/bin/actinide")) << "the command in PATH";
    const std::string command = "PYTHONPATH=" + quoted(site) + " " + quoted(python) + " -m actinide";

    // Halide in another folder of Python's, as this project's own environment has it.
    expect_kernels(command, scratch);
    // Beside it, as pip puts it; and then not even Python is needed.
    const fs::path halide = fs::path(ACTINIDE_HALIDE_DIR) / "../../..";
    fs::create_directory_symlink(fs::canonical(halide), site + "/halide");
    expect_kernels(quoted(site + "/actinide/bin/actinide"), scratch);
    const CommandResult root = run(command + " --cmake-root");
    EXPECT_EQ(root.output, site + "/actinide\n");
    EXPECT_TRUE(fs::exists(site + "/actinide/lib/cmake/Actinide/ActinideConfig.cmake"));
}

}  // namespace
}  // namespace actinide
