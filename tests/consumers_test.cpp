// links:
// needs: kernels_package actinide
// Programs that use a package, by the very commands of tests/consumers/README.md, outside the tree.
#include <gtest/gtest.h>

#include <regex>

#include "tests/package_scratch.h"

namespace actinide {
namespace {

namespace fs = std::filesystem;

struct Example {
    std::string folder, command;
};
void PrintTo(const Example &example, std::ostream *out) {
    *out << example.folder << ": " << example.command;
}

/// The rows of the table: | `folder` | what it shows | `command`... |
std::vector<Example> all_examples() {
    std::ifstream file(std::string(ACTINIDE_SOURCE_DIR) + "/tests/consumers/README.md");
    const std::regex row(R"(^\| `([^`]+)` \|[^|]*\| `([^`]+)`.*\|$)");
    std::vector<Example> examples;
    std::smatch match;
    for (std::string line; std::getline(file, line);) {
        if (std::regex_match(line, match, row)) examples.push_back({match[1], match[2]});
    }
    return examples;
}

/// The examples' commands quote no path, as people type them; so this folder's has no space.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "actinide-consumer-XXXXXX").string();
        path_ = mkdtemp(name.data());
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    std::string operator/(const std::string &name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

class Consumer : public testing::TestWithParam<Example> {
protected:
    Consumer() {
        fs::copy(std::string(ACTINIDE_SOURCE_DIR) + "/tests/consumers", folder_ / "consumers",
                 fs::copy_options::recursive);
        fs::create_directories(folder_ / "moved");
        // Not where it was built: a package may be moved.
        fs::copy(ACTINIDE_PACKAGE, folder_ / "moved/actinide_kernels", fs::copy_options::recursive);
    }

    bool mentions(const std::string &word) const { return GetParam().command.find(word) != std::string::npos; }

    /// Programs that a command needs and this machine may lack.
    std::string missing_program() const {
        if (mentions("make") && !mentions("cmake") && !has_program("make")) return "make";
        if (mentions("pkgconfig") && !has_program("pkg-config")) return "pkg-config";
        if (mentions("aarch64") && !has_program("aarch64-linux-gnu-gcc")) return "aarch64-linux-gnu-gcc";
        for (const char *program : {"meson", "cargo", "bazel"}) {
            if (mentions(program) && run_there("command -v " + std::string(program)).exit_code != 0) return program;
        }
        if (mentions("aarch64") && !has_program("qemu-aarch64")) return "qemu-aarch64";
        return has_program("cc") ? "" : "cc";
    }

    CommandResult run_example() const { return run_there(GetParam().command); }

    CommandResult run_there(const std::string &command) const {
        const std::string programs =
            fs::path(ACTINIDE_CMAKE).parent_path().string() + ":" + fs::path(ACTINIDE_NINJA).parent_path().string();
        return run("export PATH=" + quoted(programs) + ":\"$PATH\" CMAKE_GENERATOR=Ninja P=" +
                   (folder_ / "moved/actinide_kernels") + " H=" + quoted(ACTINIDE_SOURCE_DIR) +
                   " Q=" + (folder_ / "second/other_kernels") + " A=" + (folder_ / "installed") +
                   " ACTINIDE_CACHE=" + quoted(std::string(ACTINIDE_PACKAGE) + "/../../documents_cache") + " && cd " +
                   (folder_ / "consumers/" + GetParam().folder) + " && " + command);
    }

    const Folder folder_;
};

INSTANTIATE_TEST_SUITE_P(Readme, Consumer, testing::ValuesIn(all_examples()), [](const auto &info) {
    return std::to_string(info.index) + "_" + std::regex_replace(info.param.folder, std::regex("-"), "_");
});

TEST_P(Consumer, BuildsAndRunsByTheReadmesCommand) {
    const std::string missing = missing_program();
    if (!missing.empty()) GTEST_SKIP() << missing << " is not installed";
    if (mentions("$Q")) {
        const CommandResult second = run(
            quoted(ACTINIDE_TOOL) +
            " build elu --targets x86-64 --name other_kernels --prefix other --no-cache --out " + (folder_ / "second"));
        ASSERT_EQ(second.exit_code, 0) << second.output;
    }
    if (mentions("$A")) {
        const CommandResult installed = run(quoted(ACTINIDE_CMAKE) + " --install " + quoted(ACTINIDE_BUILD_DIR) +
                                            " --prefix " + (folder_ / "installed"));
        ASSERT_EQ(installed.exit_code, 0) << installed.output;
    }
    const CommandResult result = run_example();
    EXPECT_EQ(result.exit_code, 0) << result.output;
    EXPECT_EQ(result.output.find("warning"), std::string::npos) << result.output;
}

TEST(Consumers, HaveARowForEachFolder) {
    std::set<std::string> rows;
    for (const Example &example : all_examples()) rows.insert(example.folder);
    std::set<std::string> folders;
    for (const auto &item : fs::directory_iterator(std::string(ACTINIDE_SOURCE_DIR) + "/tests/consumers")) {
        if (item.is_directory()) folders.insert(item.path().filename().string());
    }
    EXPECT_EQ(rows, folders);
}

}  // namespace
}  // namespace actinide
