// links: nlohmann_json::nlohmann_json
// actinide bench --peers, mostly beside a script that says what a peer would say. No test looks at real times.
#include <sys/stat.h>

#include <cmath>
#include <filesystem>

#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

const std::vector<std::string> beside_torch = {"bench",   "relu", "--passes",  "forward,backward",
                                               "--sizes", "16",   "--repeats", "3"};

/// A program that answers as peer_program.py would. Each answer is a line of a shell script; $calls is how many calls
/// are to be timed, $result the file for the result, $first whether there was no request of that kind before.
struct FakePeer {
    std::string open = R"(echo '{"version": "9.9", "empty_call_ns": 30}')";
    std::string prepare = R"(echo '{"ready": true}')";
    std::string time = R"(echo "{\"nanoseconds\": $((calls * 1000000))}")";
    std::string result = R"(cat "${result%/*}/x" > "$result"; echo '{"written": true}')";

    std::string write(const TemporaryFolder &folder, const std::string &name = "fake") const {
        const std::string file = folder / name;
        write_file(file, "#!/bin/sh\nwhile read -r line; do\n  case $line in\n    *'\"do\":\"open\"'*) " + open +
                             ";;\n    *'\"do\":\"prepare\"'*) " + prepare +
                             ";;\n    *'\"do\":\"time\"'*) calls=${line#*'\"calls\":'}; calls=${calls%%[,\\}]*}; " +
                             time +
                             ";;\n    *'\"do\":\"result\"'*) result=${line#*'\"file\":\"'}; result=${result%%'\"'*}; " +
                             result + ";;\n  esac\ndone\n");
        ::chmod(file.c_str(), 0755);
        return file;
    }
};

Said run_beside(const std::string &interpreter, const std::vector<std::string> &more = {}) {
    std::vector<std::string> words = beside_torch;
    words.insert(words.end(), {"--peers", "torch", "--peers-python", interpreter});
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
}

TEST(BenchPeers, StandBesideTheKernelWithRatioAndError) {
    const TemporaryFolder folder;
    const Said said = run_beside(FakePeer().write(folder), {"--json"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_EQ(said.json().at("machine").at("versions").at("torch"), "9.9");
    ASSERT_EQ(said.json().at("cells").size(), 2U);
    const nlohmann::json json = said.json();
    for (const auto &cell : json.at("cells")) {
        const auto &peer = cell.at("peers").at(0);
        EXPECT_EQ(peer.at("peer"), "torch");
        EXPECT_EQ(peer.at("ns_per_call").at("median"), 1e6);
        EXPECT_EQ(peer.at("ns_per_element"), 1e6 / 16);
        EXPECT_NEAR(peer.at("ratio").get<double>() * cell.at("ns_per_call").at("median").get<double>(), 1e6, 1);
        EXPECT_EQ(cell.at("max_ulp"), 0) << "relu is exact";
        EXPECT_GT(peer.at("max_ulp").get<double>(), 1e6) << "the script gives x for relu(x)";
    }
}

TEST(BenchPeers, AreJudgedByTheFormula) {
    const TemporaryFolder folder;
    // dy is 1 for the errors, and so is the gradient wherever x is above 0; elsewhere it is 0.
    const FakePeer ones{.result = R"(cat "${result%/*}/dy" > "$result"; echo '{"written": true}')"};
    const Said said = run({"bench", "bilinear,relu", "--passes", "backward", "--sizes", "16", "--repeats", "1",
                           "--peers", "torch", "--peers-python", ones.write(folder), "--json"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    const nlohmann::json json = said.json();
    ASSERT_EQ(json.at("cells").size(), 2U);
    for (const auto &cell : json.at("cells")) {
        const auto &peer = cell.at("peers").at(0);
        const bool is_relu = cell.at("kernel").get<std::string>().starts_with("relu/");
        EXPECT_EQ(peer.contains("not_measured"), !is_relu) << "PyTorch has no bilinear of that kind";
        EXPECT_EQ(peer.at("max_ulp").is_null(), !is_relu);
    }
    EXPECT_TRUE(contains(said.error, "torch is not measured where it has no operation of its own: bilinear/backward"))
        << said.error;
}

TEST(BenchPeers, AreInTableSummaryAndCsv) {
    const TemporaryFolder folder;
    const std::string slow = FakePeer().write(folder);
    const Said table = run_beside(slow);
    EXPECT_EQ(table.exit_code, 0) << table.error;
    for (const char *part :
         {"torch NS/ELEMENT", "torch TIMES OURS", "torch ULP", "62500", "geometric mean of 2 cells"}) {
        EXPECT_TRUE(contains(table.output, part)) << part << "\n" << table.output;
    }
    EXPECT_FALSE(contains(table.output, "faster than ours")) << table.output;
    const Said csv = run_beside(slow, {"--csv"});
    EXPECT_TRUE(contains(csv.output, "share_of_copy,max_ulp,torch_median_ns,")) << csv.output;
    std::istringstream lines(csv.output);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_EQ(std::count(line.begin(), line.end(), ','), 21) << line;
    }
}

TEST(BenchPeers, ThatAreFasterStandFirstBelowTheTable) {
    const TemporaryFolder folder;
    // 10 ms for any number of calls that is asked for: next to nothing for each.
    const FakePeer fast{.time = R"(echo "{\"nanoseconds\": $((calls > 1000000000 ? 100000 : 1))}")"};
    const Said said = run_beside(fast.write(folder));
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "faster than ours:\n  torch takes 0.00 times as long as relu/")) << said.output;
    EXPECT_LT(said.output.find("faster than ours"), said.output.find("geometric mean"));
}

TEST(BenchPeers, ThatRefuseAreNotMeasured) {
    const TemporaryFolder folder;
    const FakePeer refusing{.prepare = R"(echo '{"unsupported": "no bfloat16 here"}')"};
    const Said said = run_beside(refusing.write(folder));
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "not measured")) << said.output;
    EXPECT_TRUE(contains(said.output, "torch: not measured in 2\n")) << "never won: " << said.output;
    EXPECT_TRUE(contains(said.error, "no bfloat16 here")) << said.error;
}

TEST(BenchPeers, ThatDieLeaveTheRestAsItWas) {
    const TemporaryFolder folder;
    const FakePeer dying{.time = "echo 'out of luck' >&2; exit 3"};
    const Said said = run_beside(dying.write(folder), {"--json"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.error, "torch is not measured beside relu/forward/f32@")) << said.error;
    EXPECT_TRUE(contains(said.error, "out of luck")) << said.error;
    ASSERT_EQ(said.json().at("cells").size(), 2U);
    const nlohmann::json json = said.json();
    for (const auto &cell : json.at("cells")) {
        EXPECT_GT(cell.at("ns_per_call").at("median"), 0);
        EXPECT_TRUE(contains(cell.at("peers").at(0).at("not_measured"), "out of luck")) << cell;
    }
}

TEST(BenchPeers, ThatHangAreWaitedForOnlySoLong) {
    const TemporaryFolder folder;
    const FakePeer hanging{.prepare = "sleep 1000"};
    const Said said = run_beside(hanging.write(folder), {"--peers-timeout", "0.2"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.error, "did not answer within 0.2 s")) << said.error;
    EXPECT_TRUE(contains(said.error, "is left out from here on")) << said.error;
    EXPECT_TRUE(contains(said.output, "not measured")) << said.output;
}

TEST(BenchPeers, ThatTalkNonsenseAreNotMeasured) {
    const TemporaryFolder folder;
    for (const char *nonsense : {"echo hello", "echo '[1]'", R"(echo '{"nanoseconds": -5}')", "echo '{}'"}) {
        const Said said = run_beside(FakePeer{.time = nonsense}.write(folder));
        EXPECT_EQ(said.exit_code, 0) << said.error;
        EXPECT_TRUE(contains(said.output, "not measured")) << nonsense << said.output;
        EXPECT_TRUE(contains(said.error, "its process answered")) << nonsense << said.error;
    }
    const FakePeer short_result{.result = R"(echo > "$result"; echo '{"written": true}')"};
    EXPECT_TRUE(contains(run_beside(short_result.write(folder)).error, "a result of another size"));
}

TEST(BenchPeers, ThatAreNotInstalledAreNotMeasuredWithALineThatSaysHow) {
    if (std::string(ACTINIDE_PYTHON).empty()) GTEST_SKIP() << "no Python in the build's environment";
    const Said said = run_beside(ACTINIDE_PYTHON);
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.error, "No module named 'torch'")) << "by the script itself: " << said.error;
    EXPECT_TRUE(contains(said.error, "--install-peers")) << said.error;
    EXPECT_TRUE(contains(said.output, "not measured")) << said.output;
}

TEST(BenchPeers, AreKeptInAFileThatComparesWithOldOnes) {
    const TemporaryFolder folder;
    const std::string file = folder / "run.json";
    ASSERT_EQ(run_beside(FakePeer().write(folder), {"--out", file}).exit_code, 0);
    nlohmann::ordered_json old = nlohmann::ordered_json::parse(read_file(file));
    for (auto &cell : old["cells"]) {
        cell.erase("peers");
        cell.erase("max_ulp");
    }
    write_file(folder / "old.json", old.dump());
    const Said said = run({"bench", "--compare", folder / "old.json", "--with", file});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "NEW/OLD")) << said.output;
}

/// Formerly only a program of the current folder was.
TEST(BenchPeers, AreRunByAnInterpreterThatIsFoundInPath) {
    const TemporaryFolder folder;
    FakePeer().write(folder, "python-of-the-path");
    std::vector<std::string> words = beside_torch;
    words.insert(words.end(), {"--peers", "torch", "--peers-python", "python-of-the-path"});
    const Said said = run(words, {.environment = {{"PATH", folder.path() + ":" + std::getenv("PATH")}}});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.output, "geometric mean of 2 cells")) << said.output;
    const Said nowhere = run(words);
    EXPECT_EQ(nowhere.exit_code, 0) << nowhere.error;
    EXPECT_TRUE(contains(nowhere.error, "'python-of-the-path' cannot be run")) << nowhere.error;
}

/// A `python3` that makes environments whose interpreter is a fake, notes what both are asked for, and lacks the
/// libraries itself.
class FakeInstaller {
public:
    FakeInstaller() {
        const std::string in_environment = FakePeer().write(folder_, "in-environment");
        const FakePeer nothing{.open = R"(echo '{"missing": "not in the environment"}')"};
        nothing.write(folder_, "outside");
        set_pip("exit 0");
        write_program("interpreter", "[ \"$2\" = pip ] || exec '" + in_environment + "'\n" + noting("pip") + ". '" +
                                         folder_ / "pip.sh" + "'\n");
        set_venv("mkdir -p \"$folder/bin\"\ncp '" + (folder_ / "interpreter") + "' \"$folder/bin/python\"\n");
    }
    /// What `python -m pip install` does, and `python3 -m venv`, with `$folder` for the environment's.
    void set_pip(const std::string &script) const { write_file(folder_ / "pip.sh", script + "\n"); }
    void set_venv(const std::string &script) const {
        write_program("python3", "[ \"$2\" = venv ] || exec '" + (folder_ / "outside") + "'\n" + noting("venv") +
                                     "for folder; do :; done\n" + script);
    }

    Said bench(const std::string &peers, const std::vector<std::string> &more = {}) const {
        std::vector<std::string> words = beside_torch;
        words.insert(words.end(), {"--peers", peers, "--cache", folder_ / "cache"});
        words.insert(words.end(), more.begin(), more.end());
        return run(words, {.environment = {{"PATH", folder_.path() + ":" + std::getenv("PATH")}}});
    }
    Said install(const std::string &peers) const { return bench(peers, {"--install-peers"}); }
    bool is_there(const std::string &peer) const { return contains(bench(peer).output, "geometric mean"); }

    /// Of the last call.
    std::string asked(const std::string &program) const { return read_file(folder_ / (program + ".asked")); }
    std::string environment() const { return folder_ / "cache/peers"; }

private:
    const TemporaryFolder folder_;

    std::string noting(const std::string &program) const {
        return "echo \"$@\" > '" + (folder_ / (program + ".asked")) + "'\n";
    }
    void write_program(const std::string &name, const std::string &script) const {
        write_file(folder_ / name, "#!/bin/sh\n" + script);
        ::chmod((folder_ / name).c_str(), 0755);
    }
};

TEST(BenchPeers, AreInstalledInAFolderOfTheCache) {
    const FakeInstaller installer;
    const Said said = installer.install("torch");
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.error, "making a Python environment in '" + installer.environment() + "'")) << said.error;
    EXPECT_TRUE(contains(installer.asked("pip"), "torch==")) << installer.asked("pip");
    EXPECT_TRUE(contains(said.output, "geometric mean of 2 cells")) << said.output;
    EXPECT_TRUE(installer.is_there("torch"));
    installer.set_venv("exit 1\n");
    EXPECT_EQ(installer.install("torch").exit_code, 3);
}

/// Formerly the environment was emptied first, and with it what other peers need.
TEST(BenchPeers, AreInstalledBesideEachOther) {
    const FakeInstaller installer;
    ASSERT_EQ(installer.install("torch").exit_code, 0);
    std::filesystem::create_directories(installer.environment() + "/lib");
    write_file(installer.environment() + "/lib/torch.py", "torch");
    const Said said = installer.install("onnxruntime");
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(said.error, "adding to the Python environment in '")) << said.error;
    EXPECT_TRUE(contains(installer.asked("pip"), "onnxruntime==")) << installer.asked("pip");
    EXPECT_FALSE(contains(installer.asked("venv"), "--clear")) << installer.asked("venv");
    EXPECT_EQ(read_file(installer.environment() + "/lib/torch.py"), "torch");
    installer.set_pip("exit 1");
    EXPECT_EQ(installer.install("onnxruntime").exit_code, 3);
    EXPECT_TRUE(installer.is_there("torch")) << "what pip refuses, it leaves as it was";
}

TEST(BenchPeers, AreNotTakenFromAnEnvironmentThatIsHalfMade) {
    const FakeInstaller installer;
    installer.set_pip("exit 1");
    EXPECT_EQ(installer.install("torch").exit_code, 3);
    EXPECT_FALSE(installer.is_there("torch"));
    installer.set_pip("exit 0");
    EXPECT_EQ(installer.install("torch").exit_code, 0);
    EXPECT_TRUE(contains(installer.asked("venv"), "--clear")) << "pieces may lie there";
    EXPECT_TRUE(installer.is_there("torch"));
    installer.set_pip("kill -9 $$");
    EXPECT_EQ(installer.install("onnxruntime").exit_code, 3);
    EXPECT_FALSE(installer.is_there("torch"));
}

TEST(BenchPeers, TakeNoOtherLibraryForOnednn) {
    const TemporaryFolder folder;
    write_file(folder / "libdnnl.so.3", "no library");
    for (const std::string &library : {folder / "libdnnl.so.3", std::string("/proc/self/exe")}) {
        const Said said =
            run({"bench", "relu/forward", "--sizes", "16", "--repeats", "1", "--peers", "onednn", "--onednn", library});
        EXPECT_EQ(said.exit_code, 0) << said.error;
        EXPECT_TRUE(contains(said.error, "onednn is not measured (")) << said.error;
        EXPECT_TRUE(contains(said.output, "onednn: not measured in 1\n")) << said.output;
    }
    // Formerly refused, as it is no file of the current folder; where the loader finds none, the rest is measured.
    const Said named = run({"bench", "relu/forward", "--sizes", "16", "--repeats", "1", "--peers", "onednn", "--onednn",
                            "libdnnl-that-is-nowhere.so.3"});
    EXPECT_EQ(named.exit_code, 0) << named.error;
    EXPECT_TRUE(contains(named.error, "libdnnl-that-is-nowhere.so.3")) << named.error;
    const Said missing = run({"bench", "relu", "--peers", "onednn", "--onednn", folder / "none"});
    EXPECT_EQ(missing.exit_code, 3) << missing.error;
    const Said uninstallable = run({"bench", "relu", "--peers", "onednn", "--install-peers"});
    EXPECT_EQ(uninstallable.exit_code, 2) << uninstallable.error;
}

TEST(BenchPeers, UsageSaysWhatWouldBeRight) {
    const Said misspelt = run({"bench", "relu", "--peers", "pytorch"});
    EXPECT_EQ(misspelt.exit_code, 2);
    EXPECT_TRUE(contains(misspelt.error, "did you mean 'torch'?")) << misspelt.error;
    const Said missing = run_beside("/nowhere/python");
    EXPECT_EQ(missing.exit_code, 3) << missing.error;
    EXPECT_TRUE(contains(missing.error, "/nowhere/python")) << missing.error;
    expect_each_refused({"bench", "relu"},
                        {{"--install-peers"}, {"--peers-timeout", "3"}, {"--peers-python", "a"}, {"--onednn", "a"}});
    expect_each_refused({"bench", "relu", "--peers", "torch"},
                        {{"--peers-timeout", "never"}, {"--growth"}, {"--peers-python", ""}});
}

/// With $ACTINIDE_PEERS_PYTHON, an interpreter that has both libraries.
TEST(BenchPeers, ReallyRunTheirOperations) {
    const char *python = std::getenv("ACTINIDE_PEERS_PYTHON");
    if (python == nullptr) GTEST_SKIP() << "ACTINIDE_PEERS_PYTHON names no interpreter with torch and onnxruntime";
    const Said said = run({"bench", "*", "--passes", "forward,backward,backward_from_output", "--sizes", "65",
                           "--repeats", "1", "--peers", "torch,onnxruntime", "--peers-python", python, "--json"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    const nlohmann::json json = said.json();
    size_t measured = 0;
    for (const auto &cell : json.at("cells")) {
        for (const auto &peer : cell.at("peers")) {
            const bool has_operation =
                !peer.contains("not_measured") || !contains(peer.at("not_measured"), "has no operation");
            measured += has_operation ? 1 : 0;
            EXPECT_EQ(peer.contains("ns_per_call"), has_operation) << cell.at("kernel") << peer;
            if (cell.at("kernel").get<std::string>().starts_with("relu/") && has_operation) {
                EXPECT_EQ(peer.at("max_ulp"), 0) << cell.at("kernel") << peer;
            }
        }
    }
    EXPECT_GE(measured, 60U);
}

/// With $ACTINIDE_ONEDNN, its shared library.
TEST(BenchPeers, ReallyRunOnednnsPrimitives) {
    const char *library = std::getenv("ACTINIDE_ONEDNN");
    if (library == nullptr) GTEST_SKIP() << "ACTINIDE_ONEDNN names no shared library of oneDNN";
    const Said said = run({"bench", "*", "--passes", "forward,backward,backward_from_output", "--sizes", "65",
                           "--repeats", "1", "--peers", "onednn", "--onednn", library, "--json"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    size_t measured = 0;
    const nlohmann::json json = said.json();
    for (const auto &cell : json.at("cells")) {
        const auto &peer = cell.at("peers").at(0);
        if (!peer.contains("ns_per_call")) continue;
        ++measured;
        // In the tails of gelu and the like it gives 0, whose error is as large as their exponents are many.
        EXPECT_TRUE(peer.at("max_ulp").is_number()) << cell.at("kernel") << peer;
    }
    EXPECT_GE(measured, 30U);
}

}  // namespace
}  // namespace actinide::testing
