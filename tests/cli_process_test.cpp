// links: nlohmann_json::nlohmann_json util
// The command among other processes: pipes, terminals, signals.
#include <pty.h>

#include <thread>

#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

/// Every kernel anew, so that there is time to disturb it.
std::vector<std::string> long_build(const std::string &out) {
    return {"build", "--no-cache", "-j1", "--out", out};
}

/// Runs with standard error on a terminal and returns what the terminal saw.
Said run_on_terminal(const std::vector<std::string> &words, const std::map<std::string, std::string> &environment) {
    int master = -1;
    int slave = -1;
    if (::openpty(&master, &slave, nullptr, nullptr, nullptr) != 0) return {};
    std::string seen;
    Setting setting{.environment = environment, .folder = "", .error = slave};
    std::thread reader([&] {
        std::array<char, 4096> block{};
        for (ssize_t count = 0; (count = ::read(master, block.data(), block.size())) > 0;) {
            seen.append(block.data(), static_cast<size_t>(count));
        }
    });
    Said said = run(words, setting);
    ::close(slave);
    reader.join();
    ::close(master);
    said.error = seen;
    return said;
}

TEST(Output, IsNoFailureWhenTheReaderGoesAway) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    ::close(ends[0]);
    const Said said = run({"list"}, {.output = ends[1]});
    ::close(ends[1]);
    EXPECT_EQ(said.exit_code, 0);
    EXPECT_EQ(said.error, "");
}

TEST(Output, LeavesThePackageWholeWhenTheReaderGoesAway) {
    const TemporaryFolder folder;
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    ::close(ends[0]);
    EXPECT_EQ(run({"build", "relu/forward/f32@x86-64-avx2", "--out", folder / "out"}, {.output = ends[1]}).exit_code,
              0);
    ::close(ends[1]);
    EXPECT_TRUE(std::filesystem::exists(folder / "out/actinide_kernels/share/actinide_kernels/manifest.json"));
}

TEST(Output, IsAFailureOfTheSystemWhenTheDiskIsFull) {
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(full, 0);
    const Said said = run({"list"}, {.output = full});
    ::close(full);
    EXPECT_EQ(said.exit_code, 5);
    EXPECT_TRUE(contains(said.error, "No space left")) << said.error;
}

TEST(Terminal, ShowsProgressAndColourUnlessToldNotTo) {
    const TemporaryFolder folder;
    const std::vector<std::string> words = {"build",      "relu",  "--targets",   "x86-64-avx2",
                                            "--no-cache", "--out", folder / "out"};
    const Said shown = run_on_terminal(words, {{"TERM", "xterm"}});
    EXPECT_EQ(shown.exit_code, 0) << shown.error;
    EXPECT_TRUE(contains(shown.error, "/3 relu/")) << shown.error;
    EXPECT_FALSE(contains(run_on_terminal(words, {{"TERM", "dumb"}}).error, "\033"));
    const std::vector<std::string> mistake = {"show", "nothing"};
    EXPECT_TRUE(contains(run_on_terminal(mistake, {{"TERM", "xterm"}}).error, "\033[1;31merror:\033[0m"));
    EXPECT_FALSE(contains(run_on_terminal(mistake, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}).error, "\033"));
    EXPECT_FALSE(contains(run_on_terminal({"--no-color", "show", "nothing"}, {{"TERM", "xterm"}}).error, "\033"));
    EXPECT_FALSE(contains(run_on_terminal({"show", "nothing", "--no-color"}, {{"TERM", "xterm"}}).error, "\033"));
}

/// Sends the signal once the command is at work, which its first line of /proc/PID/stat cannot tell; so after some
/// time.
Setting disturbed_by(int number, std::chrono::milliseconds after) {
    Setting setting;
    setting.meanwhile = [=](pid_t child) {
        std::this_thread::sleep_for(after);
        ::kill(child, number);
    };
    return setting;
}

class Interruption : public ::testing::TestWithParam<int> {};

TEST_P(Interruption, EndsWith130AndLeavesNothingHalfWritten) {
    const TemporaryFolder folder;
    const Said said = run(long_build(folder / "out"), disturbed_by(GetParam(), std::chrono::milliseconds(150)));
    EXPECT_EQ(said.exit_code, 130) << said.error;
    EXPECT_EQ(said.output, "");
    EXPECT_TRUE(contains(said.error, "interrupted")) << said.error;
    EXPECT_FALSE(std::filesystem::exists(folder / "out/actinide_kernels"));
}

INSTANTIATE_TEST_SUITE_P(Signals, Interruption, ::testing::Values(SIGINT, SIGTERM, SIGHUP));

class Crash : public ::testing::TestWithParam<int> {};

TEST_P(Crash, EndsWith70AndSaysWhatToReport) {
    const TemporaryFolder folder;
    const Said said = run(long_build(folder / "out"), disturbed_by(GetParam(), std::chrono::milliseconds(150)));
    EXPECT_EQ(said.exit_code, 70) << said.error;
    EXPECT_TRUE(contains(said.error, "bug of ours")) << said.error;
    EXPECT_TRUE(contains(said.error, "actinide version")) << said.error;
    EXPECT_FALSE(std::filesystem::exists(folder / "out/actinide_kernels"));
}

INSTANTIATE_TEST_SUITE_P(Signals, Crash, ::testing::Values(SIGABRT, SIGSEGV, SIGFPE));

}  // namespace
}  // namespace actinide::testing
