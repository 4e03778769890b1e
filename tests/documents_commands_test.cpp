// links: nlohmann_json::nlohmann_json actinide_options
// needs: actinide kernels_package
// The README and CONTRIBUTING as a reader takes them: every command is run, every program compiled, every output
// compared.
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "runtime/status.h"
#include "tests/package_scratch.h"

namespace actinide {
namespace {

/// A fenced block: "```c main.c" has the language c and the name main.c.
struct Block {
    std::string language, name, content;
};

std::string read_document(const std::string &name) {
    std::ifstream stream(std::string(ACTINIDE_SOURCE_DIR) + "/" + name);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<Block> blocks_of(const std::string &document) {
    std::vector<Block> blocks;
    std::istringstream lines(document);
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```")) {
            inside = !inside;
            if (!inside) continue;
            std::istringstream words(line.substr(3));
            blocks.emplace_back();
            words >> blocks.back().language >> blocks.back().name;
        } else if (inside) {
            blocks.back().content += line + "\n";
        }
    }
    return blocks;
}

/// The launcher would prepare this very tree again, and the test command would run this test; the presets' builds are
/// what built this program.
std::string without_preparation(const std::string &commands) {
    std::istringstream lines(commands);
    std::string kept;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("./actinide test") || line.starts_with("cmake --preset")) continue;
        const std::string install = "cmake --install build/release";
        if (line.starts_with(install)) {
            line = "cmake --install " + quoted(ACTINIDE_BUILD_DIR) + line.substr(install.size());
        }
        if (line.starts_with("./actinide ")) line = quoted(ACTINIDE_TOOL) + line.substr(10);
        kept += line + "\n";
    }
    return kept;
}

/// Runs a document from its first line to its last in one folder.
void follow(const std::string &document) {
    const Scratch scratch;
    scratch.write("cache/.keep", "");
    const std::string start =
        "cd " + quoted(scratch.path("")) +
        " && export ACTINIDE_CACHE=" + quoted(std::string(ACTINIDE_PACKAGE) + "/../../documents_cache") +
        " PATH=" + quoted(std::string(ACTINIDE_CMAKE).substr(0, std::string(ACTINIDE_CMAKE).rfind('/'))) +
        ":\"$PATH\" && set -e\n";
    std::string last_output;
    for (const Block &block : blocks_of(read_document(document))) {
        if (block.language == "sh") {
            const CommandResult result = run(start + without_preparation(block.content));
            EXPECT_EQ(result.exit_code, 0) << block.content << result.output;
            last_output = result.output;
        } else if (block.name == "output") {
            EXPECT_EQ(last_output, block.content);
        } else if (!block.name.empty()) {
            scratch.write(block.name, block.content);
        }
    }
}

TEST(Readme, DoesWhatItSays) {
    follow("README.md");
}

TEST(Contributing, DoesWhatItSays) {
    follow("CONTRIBUTING.md");
}

TEST(Readme, HasTheTestCommandOfContinuousIntegration) {
    EXPECT_NE(read_document(".ci/run").find("\n./actinide test\n"), std::string::npos);
    EXPECT_NE(read_document("README.md").find("\n./actinide test\n"), std::string::npos);
}

TEST(Readme, ListsEveryStatusAsTheLibraryDoes) {
    const std::string readme = read_document("README.md");
#define ACTINIDE_EXPECT_ROW(name, value, sentence) \
    EXPECT_NE(readme.find("| `ACTN_" #name "` | " #value " | " sentence " |"), std::string::npos) << #name;
    ACTINIDE_STATUSES(ACTINIDE_EXPECT_ROW)
#undef ACTINIDE_EXPECT_ROW
}

TEST(Documents, LinkOnlyToFilesThatExist) {
    const std::regex link(R"(\]\(([^)#:]+)\))");
    for (const char *name : {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}) {
        const std::string document = read_document(name);
        for (std::sregex_iterator at(document.begin(), document.end(), link), end; at != end; ++at) {
            EXPECT_TRUE(std::filesystem::exists(std::string(ACTINIDE_SOURCE_DIR) + "/" + (*at)[1].str())) << (*at)[1];
        }
    }
}

}  // namespace
}  // namespace actinide
