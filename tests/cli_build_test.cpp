// links: actinide_formula actinide_schedules nlohmann_json::nlohmann_json
// actinide build: what it selects, writes, repeats and refuses.
#include <fstream>
#include <set>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/signature.h"
#include "schedules/target.h"
#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

const std::string one_kernel = "relu/forward/f32@x86-64-avx2";

std::set<std::string> dry_run(std::vector<std::string> words) {
    words.insert(words.begin(), "build");
    words.insert(words.end(), {"--dry-run", "--json"});
    const Said said = run(words);
    EXPECT_EQ(said.exit_code, 0) << said.error;
    const std::vector<std::string> kernels = said.json()["kernels"];
    return {kernels.begin(), kernels.end()};
}

/// Every kernel of the product that exists.
std::set<std::string> product(const std::vector<Activation> &activations, const std::vector<std::string> &targets,
                              const std::vector<DType> &dtypes = {DType::f32}) {
    std::set<std::string> kernels;
    for (const Activation &activation : activations) {
        for (const Pass pass : all_passes()) {
            if (!why_unsupported(activation, pass).empty()) continue;
            for (const std::string &target : targets) {
                for (const DType dtype : dtypes) {
                    if (!why_unsupported(activation, pass, dtype).empty()) continue;
                    kernels.insert(activation.name + "/" + to_string(pass) + "/" + to_string(dtype) + "@" + target);
                }
            }
        }
    }
    return kernels;
}

/// All rows of the table but levels, which are inside archives.
std::vector<std::string> archives_and_gpus() {
    std::vector<std::string> names;
    for (const Target &row : target_table()) {
        if (row.level < 0) names.push_back(row.name);
    }
    return names;
}

TEST(Build, LeavesCudaOutOnlyWhereItsHostsHaveNone) {
    const Said alone = run({"build", "relu", "--targets", "windows-arm64,cuda", "--dry-run"});
    EXPECT_EQ(alone.exit_code, 4);
    EXPECT_TRUE(contains(alone.error, "'cuda' accompanies x86-64 and 64-bit ARM under Linux"));
    EXPECT_EQ(dry_run({"relu/forward", "--targets", "windows-arm64,x86-64,cuda"}).size(), 3U);
}

TEST(Build, TakesTheDefaultSetForThreeTargets) {
    std::vector<Activation> by_default;
    for (const Activation &activation : catalogue()) {
        if (activation.in_default_set) by_default.push_back(activation);
    }
    EXPECT_EQ(dry_run({}), product(by_default, {"x86-64", "aarch64-neon", "cuda"}));
}

TEST(Build, TakesAllAsEverythingThatExistsAndArchivesInsteadOfTheirLevels) {
    EXPECT_EQ(dry_run({"all", "--passes", "all", "--dtypes", "all", "--targets", "all"}),
              product(catalogue(), archives_and_gpus(), all_dtypes()));
    EXPECT_EQ(dry_run({"*", "--targets", "x86*"}), product(catalogue(), {"x86-64"}));
}

nlohmann::json levels_in(const std::string &out) {
    const std::string manifest = read_file(out + "/actinide_kernels/share/actinide_kernels/manifest.json");
    return nlohmann::json::parse(manifest)["kernels"][0]["levels"];
}

TEST(Build, KeepsTheLevelsThatAreNamed) {
    using Levels = std::vector<std::string>;
    const std::vector<std::pair<Levels, Levels>> cases = {
        {{}, {"x86-64-sse41", "x86-64-avx2", "x86-64-avx512"}},
        {{"--levels", "avx512,sse41"}, {"x86-64-sse41", "x86-64-avx512"}},
        {{"--levels", "v3"}, {"x86-64-avx2"}},
        {{"--levels", "x86-64-avx2", "--levels", "x86-64-v4"}, {"x86-64-avx2", "x86-64-avx512"}},
        {{"--levels", "avx*", "--optimize", "size"}, {"x86-64-avx2"}},
        {{"--levels", "sse41", "--optimize", "size"}, {"x86-64-sse41"}}};
    for (const auto &[options, expected] : cases) {
        const TemporaryFolder folder;
        Levels words = {"build", "relu/forward/f32@x86-64,aarch64-neon", "--json", "--out", folder.path()};
        words.insert(words.end(), options.begin(), options.end());
        const Said said = run(words);
        ASSERT_EQ(said.exit_code, 0) << said.error;
        EXPECT_EQ(levels_in(folder.path()), nlohmann::json(expected)) << ::testing::PrintToString(options);

        const TemporaryFolder again;
        Levels repeated = split_words(said.json()["command"]);
        repeated.erase(repeated.begin());
        repeated.insert(repeated.end(), {"--out", again.path(), "--quiet"});
        ASSERT_EQ(run(repeated).exit_code, 0);
        EXPECT_EQ(levels_in(again.path()), nlohmann::json(expected)) << said.json()["command"];
    }
}

TEST(Build, ForSizeReportsBytesAndKeepsTheLowestLevelThatIsFast) {
    const TemporaryFolder folder;
    const std::vector<std::string> words = {"build",      "relu/forward/f32@x86-64", "--optimize", "size", "--out",
                                            folder.path()};
    const Said text = run(words);
    EXPECT_EQ(text.exit_code, 0) << text.error;
    EXPECT_TRUE(contains(text.error, "--optimize size"));
    std::vector<std::string> for_programs = words;
    for_programs.emplace_back("--json");
    const auto kernel = run(for_programs).json()["kernels"][0];
    EXPECT_TRUE(contains(text.output, "relu/forward/f32@x86-64  " + std::to_string(kernel["bytes"].get<int>())));
    const auto manifest =
        nlohmann::json::parse(read_file(folder / "actinide_kernels/share/actinide_kernels/manifest.json"));
    EXPECT_EQ(manifest["kernels"][0]["levels"], nlohmann::json({"x86-64-avx2"}));
    EXPECT_EQ(manifest["kernels"][0]["bytes"], kernel["bytes"]);
    const Said wrong = run({"build", "relu", "--optimize", "beauty"});
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_TRUE(contains(wrong.error, "give speed or size"));
}

/// Formerly only packages with x86-64 in them could be had: what their evidence is held against was built for size too.
TEST(Build, ForSizeNeedsNoTargetOfThisMachine) {
    const TemporaryFolder folder;
    for (const std::vector<std::string> &what :
         {std::vector<std::string>{"relu/forward/f32@aarch64-neon"},
          std::vector<std::string>{"--define", "own(x, a=1) = x * sigmoid(a * x)", "--passes", "forward", "--targets",
                                   "armv7"}}) {
        std::vector<std::string> words = {"build"};
        words.insert(words.end(), what.begin(), what.end());
        words.insert(words.end(), {"--optimize", "size", "--out", folder.path()});
        const Said said = run(words);
        EXPECT_EQ(said.exit_code, 0) << said.error;
    }
}

TEST(Build, LeavesOutOfAGlobWhatDoesNotExist) {
    const std::set<std::string> kernels = dry_run({"*relu", "--passes", "*output", "--targets", "cuda"});
    EXPECT_EQ(kernels.count("relu/backward_from_output/f32@cuda"), 1U);
    EXPECT_EQ(kernels.count("prelu/backward_from_output/f32@cuda"), 0U);
    EXPECT_EQ(kernels.count("elu/backward_from_output/f32@cuda"), 0U);
}

TEST(Build, TakesKernelsAsTheyArePrinted) {
    const std::set<std::string> all = dry_run({});
    EXPECT_EQ(dry_run({all.begin(), all.end()}), all);
    EXPECT_EQ(dry_run({one_kernel}), std::set<std::string>{one_kernel});
    EXPECT_EQ(dry_run({"elu/backward,forward@cuda"}),
              (std::set<std::string>{"elu/backward/f32@cuda", "elu/forward/f32@cuda"}));
}

TEST(Build, CountsAGlobAndANameAsOne) {
    EXPECT_EQ(dry_run({"elu", "el*", "--targets", "cuda"}), dry_run({"elu", "--targets", "cuda"}));
}

TEST(Build, PrintsADryRunOneKernelALineAndWritesNothing) {
    const TemporaryFolder folder;
    const Said said =
        run({"build", "elu,relu", "--passes", "forward", "--targets", "cuda", "--dry-run"}, {.folder = folder.path()});
    EXPECT_EQ(said.output, "relu/forward/f32@cuda\nelu/forward/f32@cuda\n");
    EXPECT_EQ(said.error, "");
    EXPECT_TRUE(snapshot(folder.path()).empty());
}

TEST(Build, SaysHowAGenericHalideTargetIsServed) {
    const Said said = run({"build", "elu", "--targets", "arm-64-linux", "--dry-run"});
    EXPECT_EQ(said.exit_code, 0);
    EXPECT_EQ(said.error.rfind("warning: ", 0), 0U) << said.error;
}

class Repeats : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(Repeats, TheSameKernelsByTheCommandThatItRecords) {
    std::vector<std::string> words = GetParam();
    words.insert(words.begin(), "build");
    words.insert(words.end(), {"--dry-run", "--json"});
    const nlohmann::json first = run(words).json();
    words = split_words(first["command"]);
    ASSERT_EQ(words.front(), "actinide");
    words.erase(words.begin());
    words.insert(words.end(), {"--dry-run", "--json"});
    const Said again = run(words);
    ASSERT_EQ(again.exit_code, 0) << again.error;
    EXPECT_EQ(again.json()["kernels"], first["kernels"]);
    EXPECT_EQ(again.json()["command"], first["command"]);
    EXPECT_EQ(again.json()["folder"], first["folder"]);
}

INSTANTIATE_TEST_SUITE_P(
    Build, Repeats,
    ::testing::Values(std::vector<std::string>{}, std::vector<std::string>{"all"}, std::vector<std::string>{"prelu"},
                      std::vector<std::string>{"--passes", "*output"},
                      std::vector<std::string>{"--passes", "f*,*output"},
                      std::vector<std::string>{"prelu/backward", "elu/forward@cuda", "relu@x86-64"},
                      std::vector<std::string>{"elu", "--targets", "host", "--name", "n", "--prefix", "p"},
                      std::vector<std::string>{"elu", "--emit", "asm,llvm"},
                      std::vector<std::string>{"elu", "--targets", "x86-64", "--autoscheduler", "Mullapudi2016",
                                               "--autoscheduler-params", "parallelism=2"}));

TEST(Build, RecordsTheCommandInTheManifestAndPrintsIt) {
    const TemporaryFolder folder;
    const Said said = run({"build", one_kernel, "--json", "--out", folder / "out"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    const std::string command = said.json()["command"];
    std::ifstream file(folder / "out/actinide_kernels/share/actinide_kernels/manifest.json");
    const std::string manifest{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    EXPECT_TRUE(contains(manifest, command)) << command;
    EXPECT_TRUE(contains(said.error, command)) << said.error;
}

TEST(Build, GivesAPackageOfCudaAloneWhatItsLinkLineNames) {
    const TemporaryFolder folder;
    const Said said = run({"build", "relu/forward@cuda", "--json", "--out", folder / "out"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    const nlohmann::json json = said.json();
    for (const auto &link : json.at("link")) {
        for (const std::string &word : split_words(link["line"])) {
            if (word.ends_with(".a")) EXPECT_TRUE(std::filesystem::exists(word)) << word;
        }
    }
    EXPECT_TRUE(std::filesystem::exists(folder / "out/actinide_kernels/lib/pkgconfig/actinide_kernels.pc"));
}

TEST(Build, NamesInTheManifestTheArchiveThatHoldsEachKernel) {
    const TemporaryFolder folder;
    const Said said = run({"build", "relu/forward@x86-64-avx2,aarch64-neon,cuda", "--out", folder / "out"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    const std::string package = folder / "out/actinide_kernels";
    std::ifstream file(package + "/share/actinide_kernels/manifest.json");
    const nlohmann::json manifest = nlohmann::json::parse(file);
    std::set<std::string> archives;
    for (const auto &archive : manifest["archives"]) archives.insert(archive["path"].get<std::string>());
    std::set<std::string> of_kernels;
    for (const auto &kernel : manifest["kernels"]) of_kernels.insert(kernel["archive"].get<std::string>());
    EXPECT_EQ(of_kernels, archives);
}

/// One that leads to the same kernel; of another kernel there is other evidence, or none.
TEST(Build, ClaimsForAnotherBoundWhatWasProvenOfTheSameBits) {
    const TemporaryFolder folder;
    const Said said = run({"build", one_kernel, "--max-ulp", "4", "--out", folder / "out"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    std::ifstream file(folder / "out/actinide_kernels/include/actinide_kernels/kernels.h");
    const std::string header{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    EXPECT_TRUE(contains(header, "Error: none, proven over all 4294967296 inputs")) << header;
}

TEST(Build, MakesAKernelInEveryTypeOrSaysWhyThereIsNone) {
    const TemporaryFolder folder;
    for (const Activation &activation : catalogue()) {
        const std::string kernel = activation.name + "/forward/f64@x86-64-avx2";
        const Said said = run({"build", kernel, "--out", folder / "out"});
        const std::string why = why_unsupported(activation, Pass::forward, DType::f64);
        EXPECT_EQ(said.exit_code, why.empty() ? 0 : 4) << kernel << ": " << said.error;
        EXPECT_TRUE(contains(said.error, why)) << said.error;
    }
}

TEST(Build, WarnsOfGradientsThatA16BitOutputHasLost) {
    const auto warnings = [](const std::string &kernels) {
        const std::string error = run({"build", kernels, "--passes", "all", "--dtypes", "f32,f16,bf16", "--targets",
                                       "x86-64,aarch64-neon", "--dry-run"})
                                      .error;
        size_t count = 0;
        for (size_t at = error.find("warning: "); at != std::string::npos; at = error.find("warning: ", at + 1))
            ++count;
        return std::pair(count, error);
    };
    const auto [count, error] = warnings("elu");
    EXPECT_EQ(count, 2u) << error;
    EXPECT_TRUE(contains(error, "elu/backward_from_output/bf16 is off by 10 % at x = -4")) << error;
    EXPECT_TRUE(contains(error, "elu/backward_from_output/f16 is off by")) << error;
    EXPECT_EQ(warnings("relu").second, "");
}

TEST(Build, LeavesOutOfAGlobATypeThatAKernelLacks) {
    EXPECT_EQ(dry_run({"all", "--dtypes", "f64", "--passes", "all", "--targets", "cuda"}),
              product(catalogue(), {"cuda"}, {DType::f64}));
}

TEST(Build, PrintsEachArchiveThatItWroteAndALineThatLinksIt) {
    const TemporaryFolder folder;
    const Said said = run({"build", "relu", "--passes", "forward", "--json"}, {.folder = folder.path()});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    const nlohmann::json report = said.json();
    EXPECT_EQ(report["archives"].size(), 4U);
    for (const auto &archive : report["archives"]) {
        EXPECT_EQ(std::filesystem::file_size(folder / archive["path"]), archive["bytes"].get<size_t>());
    }
    const Said text = run({"build", "relu", "--passes", "forward"}, {.folder = folder.path()});
    for (const auto &archive : report["archives"])
        EXPECT_TRUE(contains(text.output, archive["path"].get<std::string>() + " "));
    for (const auto &link : report["link"])
        EXPECT_TRUE(contains(text.output, "\n  " + link["line"].get<std::string>() + "\n"));
}

TEST(Build, KeepsProgressAndMessagesOffStandardOutput) {
    const TemporaryFolder folder;
    const Said said = run({"build", one_kernel, "--out", folder / "out"});
    EXPECT_FALSE(contains(said.output, "repeat with"));
    EXPECT_TRUE(contains(said.error, "repeat with: actinide build relu"));
    EXPECT_FALSE(contains(said.error, "\r")) << "a progress bar belongs on a terminal only";
    EXPECT_FALSE(contains(said.error, "\033"));
    const Said quiet = run({"build", one_kernel, "--quiet", "--out", folder / "out"});
    EXPECT_EQ(quiet.error, "");
    EXPECT_EQ(quiet.output, said.output);
}

TEST(Build, RewritesNothingWhenNothingChanged) {
    const TemporaryFolder folder;
    const std::vector<std::string> words = {"build", one_kernel, "--json", "--out", folder / "out"};
    EXPECT_EQ(run(words).json()["changed"], true);
    const auto before = snapshot(folder.path());
    const nlohmann::json again = run(words).json();
    EXPECT_EQ(again["changed"], false);
    EXPECT_EQ(again["kernels"][0]["from_cache"], true);
    EXPECT_EQ(snapshot(folder.path()), before);
}

TEST(Build, MendsAFileThatWasChangedBehindItsBack) {
    const TemporaryFolder folder;
    const std::vector<std::string> words = {"build", one_kernel, "--json", "--out", folder / "out"};
    const std::string header = folder / "out/actinide_kernels/include/actinide_kernels/kernels.h";
    ASSERT_EQ(run(words).exit_code, 0);
    const size_t size = std::filesystem::file_size(header);
    std::ofstream(header) << "broken";
    EXPECT_EQ(run(words).json()["changed"], true);
    EXPECT_EQ(std::filesystem::file_size(header), size);
}

TEST(Build, CompilesAnewWithoutACacheAndToTheSameHash) {
    const TemporaryFolder folder;
    const nlohmann::json cached = run({"build", one_kernel, "--json", "--out", folder / "a"}).json();
    const nlohmann::json anew = run({"build", one_kernel, "--json", "--no-cache", "--out", folder / "b"}).json();
    EXPECT_EQ(anew["kernels"][0]["from_cache"], false);
    EXPECT_EQ(anew["kernels"][0]["hash"], cached["kernels"][0]["hash"]);
}

TEST(Build, PutsStagesBesideTheArchive) {
    const TemporaryFolder folder;
    ASSERT_EQ(run({"build", one_kernel, "--emit", "asm,schedule", "--out", folder / "out"}).exit_code, 0);
    EXPECT_GE(snapshot(folder / "out/actinide_kernels/emit").size(), 3U);
}

TEST(Build, RefusesAFileWhereAFolderShouldBe) {
    const TemporaryFolder folder;
    std::ofstream(folder / "out") << "a file";
    const Said said = run({"build", one_kernel, "--out", folder / "out"});
    EXPECT_EQ(said.exit_code, 5);
    EXPECT_TRUE(contains(said.error, "not a folder")) << said.error;
    EXPECT_EQ(std::filesystem::file_size(folder / "out"), 6U);
}

TEST(Build, RefusesAFolderThatItMayNotWrite) {
    for (const std::string out : {"/proc/actinide", "/dev/null/x"}) {
        const Said said = run({"build", one_kernel, "--out", out});
        EXPECT_EQ(said.exit_code, 5) << out;
        EXPECT_TRUE(contains(said.error, out)) << said.error;
    }
    const TemporaryFolder folder;
    using std::filesystem::perms;
    const perms read_only = perms::owner_read | perms::owner_exec | perms::others_read | perms::others_exec;
    std::filesystem::permissions(folder.path(), read_only);
    const Said said = run({"build", one_kernel, "--out", folder / "out"}, {.unprivileged = true});
    if (said.exit_code == 127) GTEST_SKIP() << "nobody may not start the command where it was built";
    EXPECT_EQ(said.exit_code, 5) << said.error;
    EXPECT_TRUE(contains(said.error, "Permission denied")) << said.error;
}

TEST(Build, RefusesToReplaceAFolderThatIsNoPackage) {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder / "out/actinide_kernels");
    std::ofstream(folder / "out/actinide_kernels/thesis.txt") << "precious";
    EXPECT_EQ(run({"build", one_kernel, "--out", folder / "out"}).exit_code, 5);
    EXPECT_TRUE(std::filesystem::exists(folder / "out/actinide_kernels/thesis.txt"));
}

TEST(Build, GoesOnWithoutACacheThatNobodyAskedFor) {
    const TemporaryFolder folder;
    const Said said =
        run({"build", one_kernel, "--out", folder / "out"}, {.environment = {{"ACTINIDE_CACHE", "/dev/null/x"}}});
    EXPECT_EQ(said.exit_code, 0);
    EXPECT_TRUE(contains(said.error, "warning: ")) << said.error;
    EXPECT_EQ(run({"build", one_kernel, "--out", folder / "out", "--cache", "/dev/null/x"}).exit_code, 5);
}

TEST(Build, SaysWhichAutoschedulersServeWhereOneCannot) {
    const Said said = run({"build", "elu", "--targets", "x86-64", "--autoscheduler", "Anderson2021", "--dry-run"});
    EXPECT_EQ(said.exit_code, 4);
    EXPECT_TRUE(contains(said.error, "Anderson2021")) << said.error;
    EXPECT_TRUE(contains(said.error, "Mullapudi2016")) << said.error;
}

}  // namespace
}  // namespace actinide::testing
