// links: actinide_formula nlohmann_json::nlohmann_json
// The reference pages: list --markdown, show --markdown and the folder that both describe.
#include <fstream>
#include <regex>
#include <set>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/dead.h"
#include "generators/formula/print.h"
#include "generators/formula/print_latex.h"
#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

namespace fs = std::filesystem;

std::string read(const std::string &path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

size_t count(const std::string &text, const std::string &part) {
    size_t found = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

/// Made once for all tests.
class Reference : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = new TemporaryFolder;
        const Said said = run({"list", "--markdown", "--out", *folder_ / "reference"});
        ASSERT_EQ(said.exit_code, 0) << said.error;
        EXPECT_EQ(said.output, *folder_ / "reference/index.md" + "\n");
    }
    static void TearDownTestSuite() {
        delete folder_;
        folder_ = nullptr;
    }

    static std::string path(const std::string &name) { return *folder_ / "reference/" + name; }

private:
    static TemporaryFolder *folder_;
};

TemporaryFolder *Reference::folder_ = nullptr;

TEST_F(Reference, HasAPageForEachFamilyAndAPictureForEachActivation) {
    std::set<std::string> expected = {"index.md", "reference.json"};
    for (const Family &family : families()) {
        expected.insert(family.name + ".md");
        for (const Activation *member : family.members) expected.insert("pictures/" + member->name + ".svg");
    }
    std::set<std::string> found;
    for (const auto &entry : fs::recursive_directory_iterator(path(""))) {
        if (entry.is_regular_file()) found.insert(entry.path().lexically_relative(path("")).string());
    }
    EXPECT_EQ(found, expected);
}

TEST_F(Reference, LinksOnlyToWhatIsThere) {
    const std::regex link(R"(\]\(([^)#]*)(#([^)]*))?\))");
    size_t links = 0;
    for (const auto &entry : fs::directory_iterator(path(""))) {
        if (entry.path().extension() != ".md") continue;
        const std::string text = read(entry.path());
        for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at) {
            ++links;
            const std::string file = (*at)[1];
            const std::string target = file.empty() ? entry.path().string() : path(file);
            ASSERT_TRUE(fs::is_regular_file(target)) << entry.path() << " links to " << (*at)[0];
            const std::string anchor = (*at)[3];
            if (!anchor.empty()) EXPECT_TRUE(contains(read(target), "\n## " + anchor + "\n")) << (*at)[0];
        }
    }
    EXPECT_GT(links, 3 * catalogue().size());
}

TEST_F(Reference, SaysOfEveryActivationWhatItsDefinitionSays) {
    for (const Family &family : families()) {
        const std::string page = read(path(family.name + ".md"));
        for (const Activation *member : family.members) {
            for (const std::string &part :
                 {"## " + member->name, member->summary, member->source, "`y = " + print(member->forward) + "`",
                  "y = " + print_latex(member->forward), "actn_" + member->name + "_backward_f32("}) {
                EXPECT_TRUE(contains(page, part)) << member->name << " lacks " << part;
            }
            for (const Parameter &parameter : member->parameters) {
                EXPECT_TRUE(
                    contains(page, "`dy/d" + parameter.name + " = " + print(derivative(*member, parameter)) + "`"));
            }
            const auto dead = dead_condition(*member);
            if (dead) EXPECT_TRUE(contains(page, "counts: `" + print(*dead) + "`, where")) << member->name;
        }
    }
}

TEST_F(Reference, KeepsItsTablesWhole) {
    for (const auto &entry : fs::directory_iterator(path(""))) {
        if (entry.path().extension() != ".md") continue;
        std::ifstream lines(entry.path());
        size_t columns = 0;
        for (std::string line; std::getline(lines, line);) {
            const bool is_row = line.starts_with("| ") || line.starts_with("|-");
            const size_t bars = count(line, "|") - count(line, "\\|");
            if (is_row && columns != 0) EXPECT_EQ(bars, columns) << entry.path() << ": " << line;
            columns = is_row ? bars : 0;
        }
    }
}

TEST_F(Reference, MarksKinksInItsPictures) {
    const std::string relu = read(path("pictures/relu.svg"));
    EXPECT_EQ(count(relu, "<circle"), 3u) << "two values and one limit of the slope";
    EXPECT_EQ(count(read(path("pictures/hardshrink.svg")), "<circle"), 8u);
    EXPECT_EQ(count(read(path("pictures/tanh.svg")), "<circle"), 0u);
    EXPECT_EQ(count(read(path("pictures/relu6.svg")), "class=\"frame\""), 1u);
    EXPECT_EQ(count(read(path("pictures/sine.svg")), "class=\"frame\""), 2u) << "slopes of 30 want axes of their own";
}

TEST_F(Reference, DrawsPicturesThatNeedNothingElse) {
    for (const Activation &activation : catalogue()) {
        const std::string svg = read(path("pictures/" + activation.name + ".svg"));
        EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"")) << activation.name;
        EXPECT_TRUE(svg.ends_with("</svg>\n"));
        for (const char *element : {"svg", "style", "text", "title"}) {
            const std::string name = element;
            EXPECT_EQ(count(svg, "<" + name + ">") + count(svg, "<" + name + " "), count(svg, "</" + name + ">"));
        }
        EXPECT_EQ(count(svg, "<path d=\"M"), 2u) << activation.name;
        EXPECT_TRUE(contains(svg, ">" + activation.name + "(")) << "the legend";
        EXPECT_TRUE(contains(svg, ">dy/d" + main_input(activation).name + "<")) << "the legend";
        for (const char *part : {"nan", "inf", "href", "url("}) EXPECT_FALSE(contains(svg, part)) << part;
        const std::regex ordinate(R"([ML]-?[0-9.]+ (-?[0-9.]+))");
        for (std::sregex_iterator at(svg.begin(), svg.end(), ordinate), end; at != end; ++at) {
            const double y = std::stod((*at)[1]);
            ASSERT_TRUE(y >= 0 && y <= 520) << activation.name << " draws outside of its picture";
        }
    }
}

TEST_F(Reference, HasItsIndexOnStandardOutputToo) {
    const Said said = run({"list", "--markdown"});
    EXPECT_EQ(said.exit_code, 0);
    EXPECT_EQ(said.output, read(path("index.md")));
    for (const Activation &activation : catalogue()) EXPECT_EQ(count(said.output, "[" + activation.name + "]("), 1u);
}

TEST_F(Reference, IsWrittenAnewOnlyWhereSomethingChanged) {
    const auto before = fs::last_write_time(path("index.md"));
    ASSERT_EQ(run({"list", "--markdown", "--out", path("")}).exit_code, 0);
    EXPECT_EQ(fs::last_write_time(path("index.md")), before);
}

TEST(ReferenceFolder, TakesDefinitionsOfOnesOwn) {
    const TemporaryFolder folder;
    const Said said = run({"list", "--markdown", "--out", folder / "r", "--define", "mine(x, a=1) = x * tanh(a * x)"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(read(folder / "r/index.md"), "[mine](own.md#mine)"));
    EXPECT_TRUE(contains(read(folder / "r/own.md"), "`mine(x, a=1) = x * tanh(a * x)`"));
    EXPECT_TRUE(fs::exists(folder / "r/pictures/mine.svg"));
    ASSERT_EQ(run({"list", "--markdown", "--out", folder / "r"}).exit_code, 0);
    EXPECT_FALSE(fs::exists(folder / "r/own.md")) << "what is no longer defined is gone";
}

/// Formerly one ended without memory, the other with a segmentation fault.
TEST(ReferenceFolder, DrawsWhatIsHugeAndWhatIsNoNumber) {
    for (const char *definition :
         {"huge(x) = 30000000000000000000^16 * x", "gone(x) = where(x > 3.5, x, 1 / (x - x))"}) {
        const TemporaryFolder folder;
        const Said said = run({"list", "--markdown", "--out", folder / "r", "--define", definition});
        EXPECT_EQ(said.exit_code, 0) << definition << said.error;
    }
}

TEST(ReferenceFolder, RefusesAFolderThatIsNotAReference) {
    const TemporaryFolder folder;
    fs::create_directories(folder / "notes");
    std::ofstream(folder / "notes/mine.md") << "mine";
    const Said said = run({"list", "--markdown", "--out", folder / "notes"});
    EXPECT_EQ(said.exit_code, 5);
    EXPECT_TRUE(contains(said.error, "no reference with a readable manifest")) << said.error;
    EXPECT_EQ(read(folder / "notes/mine.md"), "mine");
    EXPECT_FALSE(fs::exists(folder / "notes/index.md"));
    ASSERT_EQ(run({"list", "--markdown", "--out", folder / "r"}).exit_code, 0);
    std::ofstream(folder / "r/mine.md") << "mine";
    EXPECT_EQ(run({"list", "--markdown", "--out", folder / "r"}).exit_code, 5) << "a user's file in it";
    EXPECT_EQ(read(folder / "r/mine.md"), "mine");
}

TEST(ShowMarkdown, TakesSeveralActivationsAndFusedForms) {
    const Said said = run({"show", "elu", "swiglu", "gelu_bias", "--markdown"});
    EXPECT_EQ(said.exit_code, 0);
    for (const char *name : {"## elu\n", "## swiglu\n", "## gelu_bias\n"}) EXPECT_TRUE(contains(said.output, name));
    EXPECT_FALSE(contains(said.output, "![")) << "there is no picture beside standard output";
    const Said own = run({"show", "--define", "mine(x) = x * tanh(x)", "--markdown"});
    EXPECT_TRUE(contains(own.output, "sampled over")) << own.error << "kernels are tried";
}

TEST(ShowMarkdown, SaysWhatRoundedOutputsLose) {
    const std::string elu = run({"show", "elu", "--markdown"}).output;
    EXPECT_TRUE(contains(elu, "| `backward_from_output` | bf16 | y | 2 | 0.500 ULP | off by 10 % at x = -4.03"));
    EXPECT_TRUE(contains(elu, "| ∞ | ∞ | 1 |"));
    EXPECT_TRUE(contains(elu, "| -∞ | -1 | 0 |"));
}

}  // namespace
}  // namespace actinide::testing
