// links:
// needs: actinide
// tools/cluster/verify.py on a real Dask scheduler with two worker processes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "tests/package_scratch.h"

namespace actinide {
namespace {

const std::string python = ACTINIDE_PYTHON;
const std::string script = quoted(std::string(ACTINIDE_SOURCE_DIR) + "/tools/cluster/verify.py");

/// A scheduler and two workers, each a process, for as long as the object lives.
class Cluster {
public:
    Cluster() {
        int input[2];
        int output[2];
        if (::pipe2(input, O_CLOEXEC) != 0 || ::pipe2(output, O_CLOEXEC) != 0) return;
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(input[0], STDIN_FILENO);
            ::dup2(output[1], STDOUT_FILENO);
            const char *const program =
                "import logging, sys\n"
                "from distributed import LocalCluster\n"
                "with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None,\n"
                "                  silence_logs=logging.CRITICAL) as cluster:\n"
                "    print(cluster.scheduler_address, flush=True)\n"
                "    sys.stdin.read()\n";
            ::execl(python.c_str(), python.c_str(), "-c", program, nullptr);
            ::_exit(127);
        }
        ::close(input[0]);
        ::close(output[1]);
        until_closed_ = input[1];
        for (char c = 0; ::read(output[0], &c, 1) == 1 && c != '\n';) address_ += c;
        ::close(output[0]);
    }
    ~Cluster() {
        ::close(until_closed_);
        ::waitpid(child_, nullptr, 0);
    }
    Cluster(const Cluster &) = delete;
    Cluster &operator=(const Cluster &) = delete;

    const std::string &address() const { return address_; }

private:
    pid_t child_ = -1;
    int until_closed_ = -1;
    std::string address_;
};

class ClusterVerify : public testing::Test {
protected:
    void SetUp() override {
        if (python.empty() || run(quoted(python) + " -c 'import distributed'").exit_code != 0) {
            GTEST_SKIP() << "dask.distributed is not installed";
        }
        scratch_.write("cache/.keep", "");
        std::filesystem::remove(scratch_.path("cache/.keep"));
        ::setenv("ACTINIDE_CACHE", scratch_.path("cache").c_str(), 1);  // for the workers too
    }

    /// Standard output goes into the file `output` of the scratch folder, standard error into the result.
    CommandResult run_script(const std::string &words, const std::string &output) const {
        return run(quoted(python) + " " + script + " " + words + " 2>&1 >" + quoted(scratch_.path(output)));
    }

    /// A command that does what actinide does, except that the third shard to begin kills the worker that began it.
    std::string deadly_actinide() const {
        const std::string log = quoted(scratch_.path("shards.log"));
        const std::string killed = quoted(scratch_.path("killed"));
        scratch_.write("actinide",
                       "#!/bin/sh\n"
                       "case \" $* \" in *' --shard '*)\n"
                       "  echo \"$*\" >>" +
                           log +
                           "\n"
                           "  if [ \"$(wc -l <" +
                           log + ")\" -ge 3 ] && mkdir " + killed +
                           " 2>/dev/null; then\n"
                           "    echo \"$*\" >" +
                           killed +
                           "/shard\n"
                           "    kill -KILL $PPID\n"
                           "  fi\n"
                           "esac\n"
                           "exec " +
                           quoted(ACTINIDE_TOOL) + " \"$@\"\n");
        std::filesystem::permissions(scratch_.path("actinide"), std::filesystem::perms::owner_all);
        return quoted(scratch_.path("actinide"));
    }

    const Scratch scratch_;
};

/// The words of a shard's command up to its result file, whose folder is another one at every try.
std::string shard_of(const std::string &line) {
    return line.substr(0, line.find(" --out "));
}

TEST_F(ClusterVerify, PrintsTheReportOfOneMachineThoughAWorkerIsKilled) {
    const std::string words = "elu,relu --dtypes f32,bf16 --samples 100000";
    const CommandResult whole =
        run(quoted(ACTINIDE_TOOL) + " verify " + words + " --json >" + quoted(scratch_.path("whole.json")));
    ASSERT_EQ(whole.exit_code, 0) << whole.output;

    const Cluster cluster;
    ASSERT_NE(cluster.address(), "");
    const CommandResult merged = run_script(
        "--scheduler " + cluster.address() + " --actinide " + deadly_actinide() + " --shards 6 --json -- " + words,
        "merged.json");
    EXPECT_EQ(merged.exit_code, 0) << merged.output;
    EXPECT_NE(merged.output.find("6 of 6"), std::string::npos) << merged.output;
    EXPECT_NE(scratch_.read("whole.json"), "");
    EXPECT_TRUE(scratch_.read("merged.json") == scratch_.read("whole.json")) << "merged:\n"
                                                                             << scratch_.read("merged.json");

    std::string killed = scratch_.read("killed/shard");
    ASSERT_NE(killed, "") << "no worker was killed";
    std::istringstream started(scratch_.read("shards.log"));
    int tries = 0;
    for (std::string line; std::getline(started, line);) tries += shard_of(line) == shard_of(killed) ? 1 : 0;
    EXPECT_GE(tries, 2) << "the killed worker's shard was not run again";
}

TEST_F(ClusterVerify, SaysWhatAShardSaysAndExitsAsItDoes) {
    const Cluster cluster;
    const CommandResult said = run_script(
        "--scheduler " + cluster.address() + " --actinide " + quoted(ACTINIDE_TOOL) + " -- ellu", "none.txt");
    EXPECT_EQ(said.exit_code, 2) << said.output;
    EXPECT_NE(said.output.find("unknown activation 'ellu'; did you mean 'elu'?"), std::string::npos) << said.output;
    EXPECT_EQ(scratch_.read("none.txt"), "");
}

TEST_F(ClusterVerify, SaysWhatIsMissingInOneSentence) {
    const std::string tool = " --actinide " + quoted(ACTINIDE_TOOL);
    const CommandResult no_dask = run(quoted(python) + " -S " + script + tool + " -- elu");
    EXPECT_EQ(no_dask.exit_code, 3);
    EXPECT_NE(no_dask.output.find("-m pip install distributed"), std::string::npos) << no_dask.output;
    const CommandResult no_scheduler = run_script("--scheduler none://here" + tool + " -- elu", "none.txt");
    EXPECT_EQ(no_scheduler.exit_code, 5);
    EXPECT_NE(no_scheduler.output.find("no Dask scheduler answers at 'none://here'"), std::string::npos);
    const CommandResult no_command = run_script("--actinide nothing -- elu", "none.txt");
    EXPECT_EQ(no_command.exit_code, 3);
    for (const CommandResult &said : {no_dask, no_scheduler, no_command}) {
        EXPECT_EQ(std::count(said.output.begin(), said.output.end(), '\n'), 1) << said.output;
    }
}

}  // namespace
}  // namespace actinide
