// links: actinide_formula
// needs: kernels_package
// The GPU's code of every kernel, assembled for each generation that is promised, on a machine without a GPU.
#include <gtest/gtest.h>

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

class Ptx : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Generations, Ptx, testing::Values("sm_80", "sm_86", "sm_90"),
                         [](const auto &info) { return info.param; });

TEST_P(Ptx, AssemblesWithoutWarningOrSpill) {
    if (std::string(ACTINIDE_PTXAS).empty()) GTEST_SKIP() << "ptxas is not installed";
    const std::vector<std::string> files = ptx_files();
    ASSERT_FALSE(files.empty()) << "no .ptx below " << ACTINIDE_PACKAGE << "/emit";
    for (const std::string &file : files) {
        const CommandResult result =
            run(quoted(ACTINIDE_PTXAS) + " -v -arch=" + GetParam() + " " + quoted(file) + " -o /dev/null");
        EXPECT_EQ(result.exit_code, 0) << file << "\n" << result.output;
        EXPECT_EQ(result.output.find("warning"), std::string::npos) << file << "\n" << result.output;
        std::istringstream lines(result.output);
        for (std::string line; std::getline(lines, line);) {
            if (line.find("spill") == std::string::npos) continue;
            EXPECT_NE(line.find("0 bytes spill stores, 0 bytes spill loads"), std::string::npos) << file << "\n"
                                                                                                 << line;
        }
    }
}

TEST(PtxText, RoundsEveryOperationAndFusesOnlyWhatTheFormulaFuses) {
    for (const std::string &file : ptx_files()) {
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        for (const char *forbidden :
             {"\tadd.f32", "\tmul.f32", "\tsub.f32", ".ftz", ".approx", "mad.f32", "div.full"}) {
            EXPECT_EQ(text.str().find(forbidden), std::string::npos) << file << " has " << forbidden;
        }
    }
}

}  // namespace
}  // namespace actinide
