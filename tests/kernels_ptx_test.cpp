// links: actinide_formula
// needs: kernels_package
// The GPU's code of every kernel, assembled for each generation that is promised, on a machine without a GPU.
#include <gtest/gtest.h>

#include <map>

#include "tests/package_scratch.h"

namespace actinide {
namespace {

std::vector<std::string> ptx_files() {
    std::vector<std::string> files;
    std::error_code none;
    for (const auto &item :
         std::filesystem::recursive_directory_iterator(std::string(ACTINIDE_PACKAGE) + "/emit", none)) {
        if (item.path().extension() == ".ptx") files.push_back(item.path().string());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string content_of(const std::string &file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

struct PtxModule {
    std::set<std::string> entries;
    std::string text;
};

/// The module's own lines: those of `text` without .version, .target and .address_size, which all files share.
std::string without_head(const std::string &text) {
    std::istringstream lines(text);
    std::string rest;
    for (std::string line; std::getline(lines, line);) {
        const bool is_head =
            line.starts_with(".version") || line.starts_with(".target") || line.starts_with(".address_size");
        if (!is_head) rest += line + "\n";
    }
    return rest;
}

std::set<std::string> entries_of(const std::string &text) {
    const std::string mark = ".entry ";
    std::set<std::string> entries;
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const size_t begin = at + mark.size();
        entries.insert(text.substr(begin, text.find('(', begin) - begin));
    }
    return entries;
}

/// All files, each text once, in as few modules as their names allow: starting ptxas takes longer than most kernels.
std::vector<PtxModule> joined_modules() {
    std::set<std::string> seen;
    std::vector<PtxModule> modules;
    for (const std::string &file : ptx_files()) {
        const std::string text = content_of(file);
        if (!seen.insert(text).second) continue;
        const std::set<std::string> entries = entries_of(text);
        EXPECT_FALSE(entries.empty()) << file;
        const auto has_room = [&](const PtxModule &module) {
            return std::none_of(entries.begin(), entries.end(),
                                [&](const std::string &entry) { return module.entries.contains(entry); });
        };
        auto module = std::find_if(modules.begin(), modules.end(), has_room);
        if (module == modules.end())
            module = modules.insert(module, PtxModule{{}, text.substr(0, text.find(".visible"))});
        module->entries.insert(entries.begin(), entries.end());
        module->text += without_head(text);
    }
    return modules;
}

/// One double: what ptxas moves at sm_80 rather than taking a register more.
constexpr int most_spilled_bytes = 8;

/// Of "8 bytes stack frame, 4 bytes spill stores, 4 bytes spill loads" the stores.
int spilled_bytes(const std::string &line) {
    const size_t end = line.find(" bytes spill stores");
    const size_t begin = line.rfind(' ', end - 1);
    return std::stoi(line.substr(begin + 1, end - begin - 1));
}

class Ptx : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Generations, Ptx, testing::Values("sm_80", "sm_86", "sm_90"),
                         [](const auto &info) { return info.param; });

TEST_P(Ptx, AssemblesWithoutWarningOrSpill) {
    if (std::string(ACTINIDE_PTXAS).empty()) GTEST_SKIP() << "ptxas is not installed";
    const std::vector<PtxModule> modules = joined_modules();
    ASSERT_FALSE(modules.empty()) << "no .ptx below " << ACTINIDE_PACKAGE << "/emit";
    const Scratch scratch;
    for (const PtxModule &module : modules) {
        scratch.write("joined.ptx", module.text);
        const CommandResult result = run(quoted(ACTINIDE_PTXAS) + " -v -arch=" + GetParam() + " " +
                                         quoted(scratch.path("joined.ptx")) + " -o /dev/null");
        EXPECT_EQ(result.exit_code, 0) << result.output;
        EXPECT_EQ(result.output.find("warning"), std::string::npos) << result.output;
        std::istringstream lines(result.output);
        std::string entry;
        size_t assembled = 0;
        for (std::string line; std::getline(lines, line);) {
            if (line.find("Function properties") != std::string::npos) entry = line;
            if (line.find("spill") == std::string::npos) continue;
            ++assembled;
            EXPECT_LE(spilled_bytes(line), most_spilled_bytes) << entry << "\n" << line;
        }
        EXPECT_EQ(assembled, module.entries.size());
    }
}

/// The text of each entry point, by name.
std::map<std::string, std::string> bodies_of(const std::string &text) {
    std::map<std::string, std::string> bodies;
    for (const std::string &entry : entries_of(text)) {
        const size_t begin = text.find('{', text.find(".entry " + entry + "("));
        bodies[entry] = text.substr(begin, text.find("\n}", begin) - begin);
    }
    return bodies;
}

/// Masks and pairs have several elements by design.
TEST(PtxText, TouchesOnlyItsOwnElementWhereAThreadHasOne) {
    size_t checked = 0;
    for (const std::string &file : ptx_files()) {
        if (file.find("_mask_") != std::string::npos || file.find("_pairs_") != std::string::npos) continue;
        for (const auto &[entry, body] : bodies_of(content_of(file))) {
            if (!entry.ends_with("_scalar")) continue;
            ++checked;
            std::istringstream lines(body);
            for (std::string line; std::getline(lines, line);) {
                const bool is_access = line.find(".global.") != std::string::npos;
                EXPECT_FALSE(is_access && line.find('+') != std::string::npos) << entry << ": " << line;
            }
        }
    }
    EXPECT_GT(checked, 0U);
}

TEST(PtxText, RoundsEveryOperationAndFusesOnlyWhatTheFormulaFuses) {
    for (const std::string &file : ptx_files()) {
        const std::string text = content_of(file);
        for (const char *forbidden :
             {"\tadd.f32", "\tmul.f32", "\tsub.f32", ".ftz", ".approx", "mad.f32", "div.full"}) {
            EXPECT_EQ(text.find(forbidden), std::string::npos) << file << " has " << forbidden;
        }
    }
}

}  // namespace
}  // namespace actinide
