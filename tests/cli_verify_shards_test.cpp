// links: actinide_verify actinide_compiler nlohmann_json::nlohmann_json
// Shards of a verification add up to what one machine prints, byte for byte; what does not belong together is refused
// and left as it is; a killed run goes on where it stopped.
#include <sstream>
#include <thread>

#include "generators/catalogue/catalogue.h"
#include "tests/cli_command.h"
#include "tools/compiler/digest.h"
#include "tools/verify/part_text.h"
#include "tools/verify/shard_file.h"
#include "tools/verify/sweep_state.h"

namespace actinide::testing {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> operator+(std::vector<std::string> words, const std::vector<std::string> &more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

/// Runs every shard of `words` into `folder`/1.json, 2.json …
void run_shards(const std::vector<std::string> &words, size_t count, const std::string &folder) {
    for (size_t i = 1; i <= count; ++i) {
        const std::string file = folder + "/" + std::to_string(i) + ".json";
        const Said said = run(words + std::vector<std::string>{
                                          "--shard", std::to_string(i) + "/" + std::to_string(count), "--out", file});
        ASSERT_EQ(said.exit_code, 0) << said.error;
        EXPECT_EQ(said.output, file + "\n");
    }
}

// ---- adding up
// -------------------------------------------------------------------------------------------------------

struct Sweep {
    std::string name;
    std::string words;
    size_t shards;
};

std::ostream &operator<<(std::ostream &stream, const Sweep &sweep) {
    return stream << sweep.name;
}

const std::vector<Sweep> sweeps = {
    {"EveryInputOfTwoTypes", "verify elu,relu --dtypes f16,bf16", 3},
    {"RandomInputs", "verify elu,softsign --samples 100001", 4},
    {"RandomInputsOfDoubles", "verify softsign --passes forward --dtypes f64 --samples 40000", 2},
    {"RandomParameters", "verify elu --samples 20000 --parameters random:5", 3},
    {"Digests", "verify elu --dtypes bf16 --digests", 2},
    {"OneShardOfOne", "verify relu --samples 1000", 1},
    {"AnotherProfile", "verify leaky_relu,relu,selu --conventions tensorflow --samples 3000", 2},
    {"MoreShardsThanParts", "verify relu --passes forward --samples 1000", 7},
};

class Shards : public ::testing::TestWithParam<Sweep> {};

TEST_P(Shards, AddUpToTheReportOfOneMachine) {
    const TemporaryFolder folder;
    const std::vector<std::string> words = split_words(GetParam().words);
    run_shards(words, GetParam().shards, folder.path());
    for (const std::vector<std::string> &form : {std::vector<std::string>{}, std::vector<std::string>{"--json"}}) {
        const Said whole = run(words + form);
        const Said merged = run(std::vector<std::string>{"verify", "--merge", folder.path()} + form);
        EXPECT_EQ(whole.exit_code, 0) << whole.error;
        EXPECT_FALSE(whole.output.empty());
        EXPECT_EQ(merged.output, whole.output);
        EXPECT_EQ(merged.error, whole.error);
        EXPECT_EQ(merged.exit_code, whole.exit_code);
        EXPECT_EQ(run(words + form + std::vector<std::string>{"-j1"}).output, whole.output);
    }
}

INSTANTIATE_TEST_SUITE_P(Verify, Shards, ::testing::ValuesIn(sweeps), [](const auto &info) { return info.param.name; });

TEST(Shards, AreRecordedAsTheEvidenceOfOneMachine) {
    const TemporaryFolder folder;
    const std::vector<std::string> words = split_words("verify elu --dtypes bf16");
    run_shards(words, 2, folder / ".");
    EXPECT_EQ(run(words + std::vector<std::string>{"--record", folder / "whole"}).exit_code, 0);
    EXPECT_EQ(run({"verify", "--merge", folder.path(), "--record", folder / "merged"}).exit_code, 0);
    EXPECT_NE(read_file(folder / "whole/elu.json"), "");
    EXPECT_EQ(read_file(folder / "merged/elu.json"), read_file(folder / "whole/elu.json"));
}

TEST(Shards, TakeTheirFilesInAnyOrder) {
    const TemporaryFolder folder;
    run_shards(split_words("verify elu --samples 100000"), 3, folder.path());
    const std::string report =
        run({"verify", "--merge", folder / "1.json", folder / "2.json", folder / "3.json"}).output;
    EXPECT_EQ(run({"verify", "--merge", folder / "3.json", folder / "1.json", folder / "2.json"}).output, report);
}

// ---- what does not belong together
// -----------------------------------------------------------------------------------

/// A shard's results made up, for a kernel that this machine runs.
Measurement made_up(double max_ulp) {
    Measurement measurement{{find_activation("elu"), Pass::forward, DType::bf16, *find_target("x86-64").target},
                            "x86-64-avx2",
                            "0123456789abcdef0123456789abcdef",
                            0,
                            {},
                            {}};
    SweepPart part;
    part.statistics.count = 65536;
    part.statistics.max_ulp = max_ulp;
    part.statistics.sum_ulp = max_ulp;
    part.statistics.worst_input = 0xbf9e;
    part.statistics.worst_output = 0xbf35;
    measurement.parts[0] = part;
    return measurement;
}

struct Misfit {
    std::string name;
    std::function<void(const std::string &folder)> happens;  ///< to shards 1 … 3 of "verify elu --samples 50000"
    std::vector<std::string> parts;                          ///< of the message
};

std::ostream &operator<<(std::ostream &stream, const Misfit &misfit) {
    return stream << misfit.name;
}

void run_as_second(const std::string &words, const std::string &folder) {
    EXPECT_EQ(
        run(split_words(words) + std::vector<std::string>{"--shard", "2/3", "--out", folder + "/2.json"}).exit_code, 0);
}

void replace(const std::string &file, const std::string &old_text, const std::string &new_text) {
    std::string text = read_file(file);
    const size_t at = text.find(old_text);
    ASSERT_NE(at, std::string::npos);
    write_file(file, text.replace(at, old_text.size(), new_text));
}

/// The file with its content changed, and the digest that goes with that.
void forge(const std::string &file, const std::string &old_text, const std::string &new_text) {
    replace(file, old_text, new_text);
    auto json = nlohmann::ordered_json::parse(read_file(file));
    json["digest"] = digest(json["content"].dump());
    write_file(file, json.dump());
}

const std::vector<Misfit> misfits = {
    {"Truncated",
     [](const std::string &folder) { fs::resize_file(folder + "/2.json", fs::file_size(folder + "/2.json") / 2); },
     {"2.json'", "cut off", "run its shard again"}},
    {"TruncatedByAByte",
     [](const std::string &folder) { fs::resize_file(folder + "/2.json", fs::file_size(folder + "/2.json") - 2); },
     {"2.json'", "cut off", "run its shard again"}},
    {"Empty", [](const std::string &folder) { write_file(folder + "/2.json", ""); }, {"2.json'", "cut off"}},
    {"ChangedInOneDigit",
     [](const std::string &folder) { replace(folder + "/2.json", R"("first_part":0)", R"("first_part":1)"); },
     {"2.json'", "changed", "run its shard again"}},
    {"OtherJson",
     [](const std::string &folder) { write_file(folder + "/2.json", R"({"a": [1]})"); },
     {"2.json'", "no whole"}},
    {"OtherVersion",
     [](const std::string &folder) { replace(folder + "/2.json", R"("actinide":")", R"("actinide":"9.)"); },
     {"2.json'", "actinide 9.", "and this is actinide 0.", "run its shard again"}},
    {"OtherKernelHash",
     [](const std::string &folder) { forge(folder + "/2.json", R"("hash":")", R"("hash":"f)"); },
     {"1.json'", "2.json'", "different kernels", "elu/forward/f32@x86-64", "same build"}},
    {"OtherSamples",
     [](const std::string &folder) { run_as_second("verify elu --samples 50001", folder); },
     {"1.json'", "2.json'", "two runs", "'samples' is 50000 in the one and 50001"}},
    {"OtherKernels",
     [](const std::string &folder) { run_as_second("verify relu --samples 50000", folder); },
     {"1.json'", "elu/forward", "2.json'", "relu/forward", "same kernels"}},
    {"FewerKernels",
     [](const std::string &folder) { run_as_second("verify elu --passes forward --samples 50000", folder); },
     {"1.json'", "2.json'", "nothing more"}},
    {"OtherNumberOfShards",
     [](const std::string &folder) {
         run(split_words("verify elu --samples 50000 --shard 2/4 --out") +
             std::vector<std::string>{folder + "/2.json"});
     },
     {"two runs", "'shards' is 3 in the one and 4"}},
    {"Missing",
     [](const std::string &folder) { fs::remove(folder + "/2.json"); },
     {"shard 2/3 is missing", "2 of 3", "--shard 2/3"}},
    {"Doubled",
     [](const std::string &folder) { fs::copy_file(folder + "/1.json", folder + "/4.json"); },
     {"1.json'", "4.json'", "both shard 1/3"}},
    {"OfAnotherShardsParts",
     [](const std::string &folder) {
         forge(folder + "/2.json", R"("first_part":0,"parts":[[)", R"("first_part":0,"parts":[[9)");
     },
     {"2.json'", "parts of shard 2/3", "run its shard again"}},
};

class Misfits : public ::testing::TestWithParam<Misfit> {};

TEST_P(Misfits, AreRefusedInOneSentenceAndLeftAsTheyAre) {
    static const TemporaryFolder shards;
    if (fs::is_empty(shards.path())) run_shards(split_words("verify elu --samples 50000"), 3, shards.path());
    const TemporaryFolder folder;
    fs::copy(shards.path(), folder.path());
    GetParam().happens(folder.path());
    const std::map<std::string, std::string> before = snapshot(folder.path());
    const Said said = run({"verify", "--merge", folder.path()});
    EXPECT_EQ(said.exit_code, 2);
    EXPECT_EQ(said.output, "");
    EXPECT_EQ(said.error.rfind("error: ", 0), 0U) << said.error;
    EXPECT_EQ(std::count(said.error.begin(), said.error.end(), '\n'), 1) << said.error;
    for (const std::string &part : GetParam().parts) EXPECT_TRUE(contains(said.error, part)) << said.error;
    EXPECT_EQ(snapshot(folder.path()), before);
}

INSTANTIATE_TEST_SUITE_P(Verify, Misfits, ::testing::ValuesIn(misfits),
                         [](const auto &info) { return info.param.name; });

TEST(Merge, ExitsWith1AndTheWorstInputIfAKernelPassesItsBound) {
    const TemporaryFolder folder;
    write_file(folder / "shard.json", shard_text({made_up(0.75)}, {}));
    const Said said = run({"verify", "--merge", folder / "shard.json"});
    EXPECT_EQ(said.exit_code, 1);
    for (const char *part : {"elu/forward/bf16@x86-64", "passes the bound", "0.7500", "bf9e", "bf35", "0.51"}) {
        EXPECT_TRUE(contains(said.error, part)) << said.error;
    }
    EXPECT_TRUE(contains(said.output, "bf9e")) << said.output;
}

TEST(Merge, KeepsAnInfiniteError) {
    const TemporaryFolder folder;
    const double infinity = std::numeric_limits<double>::infinity();
    write_file(folder / "shard.json", shard_text({made_up(infinity)}, {}));
    const MergedShards merged = merge_shards({folder / "shard.json"});
    ASSERT_EQ(merged.error, "");
    EXPECT_EQ(merged.measurements.at(0).parts.at(0).statistics.max_ulp, infinity);
    EXPECT_EQ(merged.measurements.at(0).parts.at(0).statistics.sum_ulp, infinity);
    EXPECT_EQ(run({"verify", "--merge", folder / "shard.json"}).exit_code, 1);
}

TEST(PartText, LosesNoBitOfANumber) {
    for (const double number : {0.0, -0.0, 1.0 / 3, 0x1.fffffffffffffp1023, 0x1p-1074, 4004.220828048885}) {
        EXPECT_EQ(std::bit_cast<uint64_t>(from_exact_text(exact_text(number))), std::bit_cast<uint64_t>(number));
    }
    EXPECT_TRUE(std::isnan(from_exact_text(exact_text(std::nan("")))));
    for (const char *text : {"", "1x", "0x1", " 1"}) EXPECT_THROW(from_exact_text(text), std::invalid_argument) << text;
}

// ---- killed runs
// -----------------------------------------------------------------------------------------------------

TEST(SweepState, HasEachPartAtOnceAndLosesOnlyALineThatWasCutOff) {
    const TemporaryFolder folder;
    SweepState writing(folder.path(), "sweep");
    writing.add(3, {.digest = 33, .statistics = {}});
    EXPECT_TRUE(SweepState(folder.path(), "sweep").has(3));
    writing.add(4, {.digest = 44, .statistics = {}});
    fs::resize_file(writing.path(), fs::file_size(writing.path()) - 5);
    SweepState next(folder.path(), "sweep");
    EXPECT_TRUE(next.has(3));
    EXPECT_FALSE(next.has(4));
    next.add(5, {.digest = 55, .statistics = {}});
    const SweepState last(folder.path(), "sweep");
    EXPECT_TRUE(last.has(3));
    EXPECT_FALSE(last.has(4));
    EXPECT_TRUE(last.has(5));
    EXPECT_EQ(last.parts().at(5).digest, 55U);
}

/// The one file of a sweep under way; empty if there is none.
std::string state_file(const std::string &cache) {
    std::error_code none;
    for (const auto &item : fs::directory_iterator(cache + "/verify", none)) return item.path().string();
    return "";
}

size_t finished_parts(const std::string &cache) {
    const std::string text = read_file(state_file(cache));
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// Marks every part in the file, as if the kernel had given other outputs for it.
void mark_parts(const std::string &file) {
    std::istringstream lines(read_file(file));
    std::string marked;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) continue;
        auto part = nlohmann::ordered_json::parse(line.substr(line.find(' ')));
        part[1] = 12345;
        marked += "\n" + digest(part.dump()) + " " + part.dump();
    }
    write_file(file, marked);
}

TEST(Kill, LosesNoPartThatWasFinished) {
    const TemporaryFolder folder;
    const std::string cache = folder / "cache";
    const std::string out = folder / "shard.json";
    // 32 parts of 2^20 inputs.
    const std::vector<std::string> words =
        split_words("verify elu/forward/f32@x86-64-avx2 --exhaustive --shard 1/128 -j1 --out") +
        std::vector<std::string>{out, "--cache", cache};
    Setting killed;
    killed.meanwhile = [&](pid_t child) {
        while (finished_parts(cache) < 3 && !fs::exists(out)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        ::kill(child, SIGKILL);
    };
    EXPECT_EQ(run(words, killed).exit_code, 128 + SIGKILL);
    EXPECT_FALSE(fs::exists(out));
    const size_t finished = finished_parts(cache);
    ASSERT_GE(finished, 3U);
    mark_parts(state_file(cache));

    EXPECT_EQ(run(words).exit_code, 0);
    const nlohmann::json parts = nlohmann::json::parse(read_file(out))["content"]["kernels"][0]["parts"];
    const auto marked = std::count_if(parts.begin(), parts.end(), [](const auto &part) { return part[1] == 12345; });
    EXPECT_EQ(parts.size(), 32U);
    EXPECT_EQ(static_cast<size_t>(marked), finished);
    EXPECT_EQ(state_file(cache), "") << "what is safe elsewhere is not kept twice";
}

}  // namespace
}  // namespace actinide::testing
