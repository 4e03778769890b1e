// links: nlohmann_json::nlohmann_json
// actinide build for other build systems: --print outputs, --stamp and --depfile.
#include <set>

#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

namespace fs = std::filesystem;

const std::string one_kernel = "relu/forward/f32@x86-64-avx2";

std::set<std::string> files_below(const std::string &folder) {
    std::set<std::string> files;
    for (const auto &item : fs::recursive_directory_iterator(folder)) {
        if (!item.is_directory()) files.insert(item.path().string());
    }
    return files;
}

std::vector<std::string> lines_of(const std::string &text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

/// What `make` would do in `folder`, where a file named Makefile includes the depfile.
int make_is_up_to_date(const std::string &folder) {
    return std::system(("cd '" + folder + "' && make -s -q > make.log 2>&1").c_str());
}

TEST(PrintOutputs, NamesTheVeryFilesThatAreThenWritten) {
    const TemporaryFolder folder;
    for (const std::vector<std::string> &words : std::vector<std::vector<std::string>>{
             {one_kernel},
             {"relu", "--passes", "forward", "--targets", "x86-64,aarch64-neon,cuda", "--name", "mine"}}) {
        const std::string out = folder / words.back();
        std::vector<std::string> command = {"build", "--out", out};
        command.insert(command.end(), words.begin(), words.end());
        const Said built = run(command);
        ASSERT_EQ(built.exit_code, 0) << built.error;
        command.insert(command.end(), {"--print", "outputs"});
        const std::vector<std::string> printed = lines_of(run(command).output);
        EXPECT_EQ(std::set<std::string>(printed.begin(), printed.end()), files_below(out));
        EXPECT_TRUE(printed.front().ends_with(".a")) << "scripts take the first";
        command.emplace_back("--json");
        EXPECT_EQ(run(command).json()["outputs"].get<std::vector<std::string>>(), printed);
    }
}

TEST(PrintOutputs, BuildsNothing) {
    const TemporaryFolder folder;
    EXPECT_EQ(run({"build", one_kernel, "--out", folder / "out", "--print", "outputs"}).exit_code, 0);
    EXPECT_FALSE(fs::exists(folder / "out"));
}

TEST(Depfile, NamesWhatDecidesTheArchiveSoThatMakeReadsIt) {
    const TemporaryFolder folder;
    const std::string odd = folder / "a $(b) #é.txt";
    write_file(odd, "bent(x) = 2 * x\n");
    const std::string stamp = folder / "build é $/up to date";
    const Said said = run({"build", "--define-file", odd, "--targets", "x86-64-avx2", "--passes", "forward", "--out",
                           folder / "out", "--stamp", stamp, "--depfile", folder / "depends.d"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(read_file(folder / "depends.d"), ACTINIDE_TOOL));
    if (std::system("command -v make > /dev/null") != 0) GTEST_SKIP() << "make is not installed";
    // The depfile's rule is what make makes first; without a recipe it would never be out of date.
    write_file(folder / "Makefile", "include depends.d\n%date:\n\t@true\n");
    EXPECT_EQ(make_is_up_to_date(folder.path()), 0)
        << read_file(folder / "make.log") << read_file(folder / "depends.d");
    fs::last_write_time(odd, fs::file_time_type::clock::now());
    EXPECT_NE(make_is_up_to_date(folder.path()), 0);
    EXPECT_EQ(read_file(folder / "make.log"), "");
}

TEST(Depfile, IsOfTheArchivesWithoutAStamp) {
    const TemporaryFolder folder;
    ASSERT_EQ(run({"build", one_kernel, "--out", folder / "out", "--depfile", folder / "d"}).exit_code, 0);
    const std::string archive = folder / "out/actinide_kernels/lib/x86_64-linux/libactinide_kernels.a";
    EXPECT_TRUE(read_file(folder / "d").starts_with(archive + ":")) << read_file(folder / "d");
}

/// Formerly known by ".a", and so not on Windows.
TEST(Depfile, KnowsTheArchivesOfWindows) {
    const TemporaryFolder folder;
    const std::vector<std::string> build = {"build", "relu/forward/f32@windows-x86-64", "--out", folder / "out"};
    std::vector<std::string> with_depfile = build;
    with_depfile.insert(with_depfile.end(), {"--depfile", folder / "d"});
    ASSERT_EQ(run(with_depfile).exit_code, 0);
    const std::string archive = folder / "out/actinide_kernels/lib/x86_64-windows/actinide_kernels.lib";
    EXPECT_TRUE(read_file(folder / "d").starts_with(archive + ":")) << read_file(folder / "d");
    std::vector<std::string> printing = build;
    printing.insert(printing.end(), {"--print", "outputs"});
    EXPECT_EQ(lines_of(run(printing).output).front(), archive) << "scripts take the first";
}

/// What changes while a build runs must count as newer.
TEST(Stamp, HasTheTimeOfTheBeginning) {
    const TemporaryFolder folder;
    const auto before = fs::file_time_type::clock::now();
    ASSERT_EQ(run({"build", one_kernel, "--out", folder / "out", "--stamp", folder / "stamp"}).exit_code, 0);
    const auto stamp = fs::last_write_time(folder / "stamp");
    EXPECT_GE(stamp, before);
    EXPECT_LT(stamp, fs::last_write_time(folder / "out/actinide_kernels/lib/x86_64-linux/libactinide_kernels.a"));
}

TEST(Stamp, IsNotMadeByABuildThatFails) {
    const TemporaryFolder folder;
    EXPECT_NE(run({"build", "nosuch", "--out", folder / "out", "--stamp", folder / "stamp"}).exit_code, 0);
    EXPECT_FALSE(fs::exists(folder / "stamp"));
}

TEST(Steering, RefusesWhatCannotBe) {
    const TemporaryFolder folder;
    const std::vector<std::string> build = {"build", one_kernel, "--out", folder / "out"};
    expect_each_refused(build, {{"--depfile", ""},
                                {"--stamp", folder.path()},
                                {"--depfile", folder / "d", "--dry-run"},
                                {"--stamp", folder / "s", "--print", "outputs"},
                                {"--print", "output"},
                                {"--print", "outputs", "--emit", "asm"}});
    EXPECT_TRUE(contains(run({"build", "--print", "output"}).error, "did you mean 'outputs'?"));
    std::vector<std::string> words = build;
    write_file(folder / "file", "");
    words.insert(words.end(), {"--stamp", folder / "file/stamp"});
    const Said said = run(words);
    EXPECT_EQ(said.exit_code, 5);
    EXPECT_TRUE(contains(said.error, "--stamp")) << said.error;
    EXPECT_FALSE(fs::exists(folder / "out")) << "refused before work is spent";
}

TEST(ListTargets, SaysToProgramsWhichMachineAnArchiveIsFor) {
    const nlohmann::json targets = run({"list", "targets", "--json"}).json()["targets"];
    for (const auto &target : targets) {
        if (target["name"] == "cuda" || target["name"] == "host") continue;
        const std::string platform = target["platform"];
        EXPECT_TRUE(platform.starts_with(target["processor"].get<std::string>() + "-")) << platform;
        EXPECT_NE(target["system"], "") << platform;
    }
    EXPECT_EQ(targets[0]["system"], "Linux");
    EXPECT_EQ(targets[0]["processor"], "x86_64");
}

}  // namespace
}  // namespace actinide::testing
