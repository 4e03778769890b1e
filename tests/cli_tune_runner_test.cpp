// links: nlohmann_json::nlohmann_json
// actinide tune --runner: what runs elsewhere, and what a runner can do wrong.
#include <sys/stat.h>

#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

using Json = nlohmann::json;

Said tune(const std::vector<std::string> &kernels, const std::string &runner, const std::string &file,
          const std::vector<std::string> &more = {"--sizes", "100,1000"}, const Setting &setting = {}) {
    std::vector<std::string> words = {"tune", "--effort", "quick", "--runner", runner, "--out", file};
    words.insert(words.end(), kernels.begin(), kernels.end());
    words.insert(words.end(), more.begin(), more.end());
    return run(words, setting);
}

Json records_of(const std::string &file) {
    return Json::parse(read_file(file)).at("records");
}

void expect_records_of_a_runner(const std::string &file, size_t records, size_t figures) {
    const Json all = records_of(file);
    EXPECT_EQ(all.size(), records);
    for (const Json &record : all) {
        EXPECT_EQ(record.at("by"), "runner") << record;
        EXPECT_NE(record.at("cpu"), "") << record;
        ASSERT_EQ(record.at("figures").size(), figures) << record;
        for (const Json &figure : record.at("figures")) EXPECT_GT(figure.at("by_hand").get<double>(), 0) << record;
    }
}

/// Every search says in one line what this part of it says, and nothing is kept.
void expect_failures(const std::string &runner, const std::string &part,
                     const std::vector<std::string> &more = {"--sizes", "100"}) {
    const TemporaryFolder folder;
    const Said said = tune({"relu/forward/f32", "relu/backward/f32"}, runner, folder / "tuned.json", more);
    EXPECT_EQ(said.exit_code, 1) << said.error;
    EXPECT_EQ(said.output, "");
    EXPECT_EQ(std::count(said.error.begin(), said.error.end(), '\n'), 2) << said.error;
    for (const char *kernel : {"error: relu/forward/f32@", "error: relu/backward/f32@"}) {
        EXPECT_TRUE(contains(said.error, kernel)) << said.error;
    }
    EXPECT_TRUE(contains(said.error, "the runner '" + runner + "' " + part)) << said.error;
    EXPECT_FALSE(std::filesystem::exists(folder / "tuned.json"));
}

std::string qemu(const std::string &name, const std::string &options = "") {
    // NOLINTNEXTLINE(bugprone-command-processor,cert-env33-c): a constant command.
    return std::system(("command -v " + name + " >/dev/null").c_str()) == 0 ? name + options + " {}" : "";
}

TEST(TuneRunner, TimesHereAsARunnerWould) {
    const TemporaryFolder folder;
    const Said said =
        tune({"elu/forward/f32", "prelu/backward/bf16", "relu/backward_from_output/f64"}, "{}", folder / "tuned.json");
    ASSERT_EQ(said.exit_code, 0) << said.error;
    expect_records_of_a_runner(folder / "tuned.json", 3, 2);
    const Json here =
        run({"tune", "elu/forward/f32", "--effort", "quick", "--sizes", "100", "--json", "--out", folder / "here.json"})
            .json();
    EXPECT_EQ(records_of(folder / "tuned.json")[0].at("cpu"), here.at("records")[0].at("cpu"));
}

TEST(TuneRunner, TimesBeyondTheCachesToo) {
    const TemporaryFolder folder;
    const Said said = tune({"relu/forward/f32"}, "{}", folder / "tuned.json", {});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    ASSERT_EQ(records_of(folder / "tuned.json").size(), 2U);
    EXPECT_EQ(records_of(folder / "tuned.json")[1].at("size_class"), "memory");
}

TEST(TuneRunner, TimesOnEveryLinuxProcessor) {
    const std::map<std::string, std::string> runners = {{"aarch64-neon", qemu("qemu-aarch64")},
                                                        {"armv7", qemu("qemu-arm")},
                                                        {"riscv64-v", qemu("qemu-riscv64", " -cpu rv64,v=true")}};
    for (const auto &[target, runner] : runners) {
        if (runner.empty()) continue;
        const TemporaryFolder folder;
        const Said said = tune({"relu/backward_from_output/f32", "prelu/backward/f16"}, runner, folder / "tuned.json",
                               {"--targets", target, "--sizes", "100"});
        EXPECT_EQ(said.exit_code, 0) << target << said.error;
        expect_records_of_a_runner(folder / "tuned.json", 2, 1);
    }
}

TEST(TuneRunner, NamesTheCpuAsItIsTold) {
    const TemporaryFolder folder;
    const Said said = tune({"relu/forward/f32"}, "{}", folder / "tuned.json",
                           {"--sizes", "100", "--runner-cpu", "the board on my desk"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_EQ(records_of(folder / "tuned.json")[0].at("cpu"), "the board on my desk");
}

TEST(TuneRunner, PutsTheFileIntoTheCommandAsOneWord) {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "it's here");
    const Said said = tune({"relu/forward/f32"}, "test -x {} && {}", folder / "tuned.json", {"--sizes", "100"},
                           {.environment = {{"TMPDIR", folder / "it's here"}}});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(std::filesystem::is_empty(folder / "it's here")) << "what was run is left behind";
}

TEST(TuneRunner, SaysHowARunnerFailedAndGoesOn) {
    expect_failures("false {}", "ended with status 1");
    expect_failures("echo why >&2; exit 3 # {}", "ended with status 3: why");
    expect_failures("kill -9 $$ # {}", "was ended by signal 9");
    expect_failures("echo hello # {}", "printed 'hello', which is not the program's JSON");
    expect_failures("{} | head -c 200", "printed '{\"actinide_timing\": 1");
    expect_failures("true {}", "printed nothing");
    expect_failures("yes {}", "printed more than");
    expect_failures("sleep 100 # {}", "did not end within 0.5 s (--runner-timeout)",
                    {"--sizes", "100", "--runner-timeout", "0.5"});
}

TEST(TuneRunner, KeepsWhatOtherRunsGave) {
    const TemporaryFolder folder;
    const Said said = tune({"relu/forward/f32", "relu/backward/f32"}, "case {} in *backward*) exit 1; esac; {}",
                           folder / "tuned.json");
    EXPECT_EQ(said.exit_code, 1);
    EXPECT_TRUE(contains(said.output, "relu/forward/f32@")) << said.output;
    EXPECT_TRUE(contains(said.error, "error: relu/backward/f32@")) << said.error;
    expect_records_of_a_runner(folder / "tuned.json", 1, 2);
}

TEST(TuneRunner, LeavesNothingRunningAfterAnInterruption) {
    const TemporaryFolder folder;
    const std::string started = folder / "started";
    const std::string held = folder / "held";  // by all that the runner starts, as long as it runs
    ASSERT_EQ(::mkfifo(held.c_str(), 0600), 0);
    const int stream = ::open(held.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    const auto interrupt = [&](pid_t child) {
        while (!std::filesystem::exists(started) && ::kill(child, 0) == 0) ::usleep(1000);
        ::kill(child, SIGINT);
    };
    const std::string runner = "exec 3> " + held + "; : > " + started + "; sleep 100 # {}";
    const Said said =
        tune({"relu/forward/f32", "relu/backward/f32"}, runner, folder / "tuned.json", {}, {.meanwhile = interrupt});
    EXPECT_EQ(said.exit_code, 130);
    EXPECT_FALSE(contains(said.error, "error")) << said.error;
    pollfd end{stream, POLLIN, 0};
    constexpr int milliseconds = 10000;  // far below those of its sleep
    EXPECT_EQ(::poll(&end, 1, milliseconds), 1) << "its processes still run";
    ::close(stream);
}

TEST(TuneRunner, RefusesWhatItCannotDo) {
    expect_each_refused(
        {"tune", "elu"},
        {{"--runner", "qemu-aarch64"}, {"--runner", ""}, {"--runner-timeout", "1"}, {"--runner-cpu", "x"}});
    expect_each_refused({"tune", "elu", "--runner", "{}"},
                        {{"--model", "znver5"}, {"--runner-timeout", "0"}, {"--runner-timeout", "soon"}});
    expect_each_refused({"tune", "a.json", "--merge"}, {{"--runner", "{}"}});
    for (const char *target : {"cuda", "windows-x86-64", "macos-arm64", "android-arm64", "bare-armv7", "wasm32"}) {
        const Said said = run({"tune", "elu/forward/f32", "--targets", target, "--runner", "{}"});
        EXPECT_EQ(said.exit_code, 2) << target;
        EXPECT_TRUE(contains(said.error, "--runner makes programs for CPUs under Linux")) << said.error;
    }
}

}  // namespace
}  // namespace actinide::testing
