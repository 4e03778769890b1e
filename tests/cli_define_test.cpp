// links: actinide_formula nlohmann_json::nlohmann_json
// --define and --define-file, as a user meets them.
#include <fstream>

#include "generators/catalogue/catalogue.h"
#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

const std::string swishy = "swishy(x, beta=1.0 in (0, inf)) = x * sigmoid(beta * x)";

void write(const std::string &path, const std::string &text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::string read(const std::string &path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string header_of(const std::string &out) {
    return read(out + "/actinide_kernels/include/actinide_kernels/kernels.h");
}

Said build(const std::vector<std::string> &definitions, const std::string &out, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"build", "--out", out};
    for (const std::string &definition : definitions) words.insert(words.end(), {"--define", definition});
    if (std::find(more.begin(), more.end(), "--targets") == more.end()) {
        more.insert(more.end(), {"--targets", "x86-64-avx2"});
    }
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
}

TEST(Define, BuildsWhatACatalogueEntryGets) {
    const TemporaryFolder folder;
    const Said said = build({swishy}, folder / "out", {"--targets", "x86-64,aarch64-neon,cuda", "--dtypes", "all"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    const std::string header = header_of(folder / "out");
    for (const char *function : {"forward_f32", "backward_f32", "forward_f64", "backward_bf16", "forward_f16_cuda"}) {
        EXPECT_TRUE(contains(header, std::string("actn_swishy_") + function + "(")) << function;
    }
    EXPECT_TRUE(contains(header, "y = x * sigmoid(beta * x)"));
    EXPECT_TRUE(contains(header, "Valid when finite(beta) && beta > 0"));
    EXPECT_TRUE(contains(header, "sampled over 262144 inputs"));
    EXPECT_TRUE(contains(header, "proven over all 65536 inputs"));
    EXPECT_FALSE(contains(header, "not yet measured"));
    EXPECT_TRUE(contains(said.error, "dy/dbeta"));
    EXPECT_TRUE(contains(said.error, "agree with central differences"));
    EXPECT_TRUE(contains(said.error, "forward 1: sigmoid(beta * x)"));
}

TEST(Define, CompilesFormulasThatTheCatalogueDoesNotAskFor) {
    const TemporaryFolder folder;
    const std::vector<std::string> definitions = {
        "a(x) = x",
        "b(x) = 2 * x",
        "c(x, p=1) = exp2(cos(x) / exp2(p))",                           // a call of a parameter alone
        "d(x, p=1) = exp2(max(normal_density(p), x / 2)) + erfc(0.5)",  // and of a constant
        "e(x, p=1) = (0.5 - x) * (x - p) / exp_below_zero(x)",          // operations that LLVM joins in pairs
        "f(x) = normal_density(exp_below_zero(normal_density(x)))",
        "g(x) = sqrt(0.5 * pi + (x + x))",
        "h(x) = expm1(1)^0.5 - (0.25 - x)",  // a - b written as a + -b
    };
    const Said said = build(definitions, folder / "out", {"--targets", "x86-64,aarch64-neon,cuda"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
}

TEST(Define, IsRepeatedByTheCommandInTheManifest) {
    const TemporaryFolder folder;
    write(folder / "mine.txt", "# two of mine\n" + swishy + "\n\nbenty(x) = where(x > 0, x,   # above\n  x / 2)\n");
    const Said first =
        run({"build", "--define-file", folder / "mine.txt", "--targets", "x86-64-avx2", "--out", folder / "first"});
    ASSERT_EQ(first.exit_code, 0) << first.error;
    const std::string manifest = "/actinide_kernels/share/actinide_kernels/manifest.json";
    const std::string command = nlohmann::json::parse(read(folder / "first" + manifest)).at("command");
    EXPECT_TRUE(contains(command, "--define 'benty(x) = where(x > 0, x, x / 2)'")) << command;
    std::vector<std::string> words = split_words(command);
    words.erase(words.begin());
    words.insert(words.end(), {"--out", folder / "second"});
    ASSERT_EQ(run(words).exit_code, 0) << command;
    EXPECT_EQ(read(folder / "first" + manifest), read(folder / "second" + manifest));
    EXPECT_EQ(header_of(folder / "first"), header_of(folder / "second"));
}

TEST(Define, IsKeptInTheCacheByItsFormula) {
    const TemporaryFolder folder;
    const auto hash = [&](const std::string &definition) {
        const Said said = build({definition}, folder / "out", {"--passes", "forward", "--json"});
        EXPECT_EQ(said.exit_code, 0) << said.error;
        return said.json().at("kernels").at(0).at("hash").get<std::string>();
    };
    const std::string first = hash("cached(x) = x / 2");
    EXPECT_NE(hash("cached(x) = x / 3"), first);
    EXPECT_EQ(hash("cached(x) = x / 2"), first);
}

TEST(Define, StandsBesideTheCatalogue) {
    const Said listed = run({"list", "--define", swishy, "--json"});
    const auto activations = listed.json().at("activations");
    EXPECT_EQ(activations.size(), catalogue().size() + 1);
    EXPECT_EQ(activations.back().at("name"), "swishy");
    EXPECT_EQ(run({"build", "--define", swishy, "--dry-run", "--targets", "cuda"}).output,
              "swishy/forward/f32@cuda\nswishy/backward/f32@cuda\n");
    EXPECT_EQ(
        run({"build", "relu/forward", "swishy/forward", "--define", swishy, "--dry-run", "--targets", "cuda"}).output,
        "relu/forward/f32@cuda\nswishy/forward/f32@cuda\n");
    const Said unknown = run({"build", "swishyy", "--define", swishy, "--dry-run"});
    EXPECT_TRUE(contains(unknown.error, "did you mean 'swishy'?")) << unknown.error;
    EXPECT_EQ(run({"build", "swishy", "--dry-run"}).exit_code, 2);
}

TEST(Define, IsShownWithItsGradientsCallsAndErrors) {
    const Said said = run({"show", "--define", "gated_telu(x) = x * tanh(exp(x))", "--json"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    const auto shown = said.json();
    EXPECT_EQ(shown.at("name"), "gated_telu");
    EXPECT_EQ(shown.at("gradient"), "tanh(exp(x)) + x * (exp(x) * sech2(exp(x)))");
    EXPECT_EQ(shown.at("transcendental_calls").at(0).at("calls").size(), 2U);
    EXPECT_EQ(shown.at("transcendental_calls").at(1).at("calls").size(), 3U);
    EXPECT_GT(shown.at("own").at("gradients_checked_at"), 100);
    EXPECT_TRUE(contains(shown.at("accuracy").at(0).at("error"), "sampled over"));
    EXPECT_EQ(run({"show", "--define", "f(x) = x", "--define", "g(x) = x"}).exit_code, 2);
    EXPECT_TRUE(contains(run({"show", "g", "--define", "f(x) = x", "--define", "g(x) = 2 * x"}).output, "2 * x"));
}

TEST(Define, SaysWhereTheTypedFormFailsAndProposesAnother) {
    const TemporaryFolder folder;
    const Said typed = build({"plus(x) = log(1 + exp(x))"}, folder / "out", {"--quiet"});
    ASSERT_EQ(typed.exit_code, 0) << typed.error;
    EXPECT_TRUE(contains(typed.error, "warning: plus/forward/f32 gives inf instead of ")) << typed.error;
    EXPECT_TRUE(contains(typed.error, "ULP off at x = -")) << typed.error;
    EXPECT_TRUE(contains(typed.error, "log(1 + exp(x)) in plus is safer as softplus(x)")) << typed.error;
    EXPECT_TRUE(contains(typed.error, "--define 'plus(x) = softplus(x)'")) << typed.error;
    const Said safe = build({"plus(x) = softplus(x)"}, folder / "out", {"--quiet"});
    EXPECT_EQ(safe.error, "");
}

TEST(Define, LearnsAParameterPerChannel) {
    const TemporaryFolder folder;
    const Said said =
        build({"leaky(x, slope=0.25 learned, tilt=1) = where(x > 0, tilt * x, slope * x)"}, folder / "out");
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contains(header_of(folder / "out"), "dslope"));
}

/// The digest of all outputs in one type.
std::string digest_of(const std::vector<std::string> &words) {
    std::vector<std::string> all = {"verify"};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"--digests", "--json", "--dtypes", "f16", "--targets", "x86-64-avx2"});
    const Said said = run(all);
    EXPECT_EQ(said.exit_code, 0) << said.error;
    return said.json().at("kernels").at(0).at("digest");
}

TEST(Define, GivesTheBitsOfTheCataloguesOwn) {
    EXPECT_EQ(digest_of({"mine/forward", "--define", "mine(x) = max(x, 0)"}), digest_of({"relu/forward"}));
    EXPECT_EQ(digest_of({"mine/backward", "--define", "mine(x) = max(0, x)"}), digest_of({"relu/backward"}));
    EXPECT_EQ(digest_of({"mine/backward", "--define", "mine(x, a=0.01) = where(x > 0, x, a * x)"}),
              digest_of({"leaky_relu/backward"}));
}

TEST(Define, IsVerifiedWithTheSameBitsAndInShards) {
    const TemporaryFolder folder;
    EXPECT_EQ(run({"verify", "--define", swishy, "--same-bits", "--dtypes", "bf16"}).exit_code, 0);
    const std::vector<std::string> whole = {"verify", "--define",  swishy,       "--samples",
                                            "40000",  "--targets", "x86-64-avx2"};
    for (const char *shard : {"1", "2"}) {
        std::vector<std::string> words = whole;
        words.insert(words.end(),
                     {"--shard", std::string(shard) + "/2", "--out", folder / ("s/" + std::string(shard) + ".json")});
        ASSERT_EQ(run(words).exit_code, 0);
    }
    const Said merged = run({"verify", "--merge", folder / "s"});
    EXPECT_EQ(merged.exit_code, 0) << merged.error;
    EXPECT_EQ(merged.output, run(whole).output);
    const Said recorded = run({"verify", "--define", swishy, "--dtypes", "bf16", "--record", folder / "evidence"});
    EXPECT_EQ(recorded.exit_code, 2);
    EXPECT_TRUE(contains(recorded.error, "swishy is no activation of the catalogue's")) << recorded.error;
}

struct Refusal {
    std::vector<std::string> words;
    std::string error;
};

TEST(Define, ErrorsPointIntoTheText) {
    const TemporaryFolder folder;
    write(folder / "bad.txt", "# fine\nf(x) = x\n\ng(x, a=1) =\n  a * x +\n  sigmod(x)\n");
    write(folder / "none.txt", "# nothing\n");
    write(folder / "twice.txt", "f(x) = x\nf(x) = 2 * x\n");
    write(folder / "bytes.txt", std::string("f(x) = x\0\xff\n", 11));
    write(folder / "large.txt", std::string(2'000'000, ' '));
    const std::vector<Refusal> refusals = {
        {{"--define", "f(x) = x * sigmod(x)"},
         "error: --define: there is no function 'sigmod'; did you mean 'sigmoid'?\n"
         "  f(x) = x * sigmod(x)\n"
         "             ^\n"},
        {{"--define", "f(x) = sigmoid(round(x))"},
         "error: --define: there is no function 'round'; did you mean 'rounded'?\n"
         "  f(x) = sigmoid(round(x))\n"
         "                 ^\n"},
        {{"--define", "f(x, beta=1) = beat * x"},
         "error: --define: there is neither an input nor a parameter 'beat'; did you mean 'beta'?\n"
         "  f(x, beta=1) = beat * x\n"
         "                 ^\n"},
        {{"--define", "f(x) = e^x"},
         "error: --define: there is neither an input nor a parameter 'e'; write exp(a) for e^a\n"
         "  f(x) = e^x\n"
         "         ^\n"},
        {{"--define", ""}, "error: --define: expected the activation's name, found the end\n  \n  ^\n"},
        {{"--define", "f(x) = \t\x1b[31m\xc3\xa9"},
         "error: --define: expected a number, a name or '(', found a character that formulas do not have\n"
         "  f(x) =  ?[31m??\n"
         "          ^\n"},
        {{"--define", "f(x) = x", "--define", " f(x) = 2 * x"},
         "error: --define: 'f' is defined twice; take another name\n"
         "   f(x) = 2 * x\n"
         "   ^\n"},
        {{"--define-file", folder / "bad.txt"},
         "error: " + folder / "bad.txt:6: there is no function 'sigmod'; did you mean 'sigmoid'?\n"
                              "    sigmod(x)\n"
                              "    ^\n"},
        {{"--define-file", folder / "twice.txt"},
         "error: " + folder / "twice.txt:2: 'f' is defined twice; take another name\n  f(x) = 2 * x\n  ^\n"},
        {{"--define-file", folder / "bytes.txt"},
         "error: " + folder / "bytes.txt:1: expected an operator or the end, found a character that formulas do not "
                              "have\n  f(x) = x??\n          ^\n"},
        {{"--define-file", folder / "none.txt"},
         "error: --define-file '" + folder / "none.txt' defines nothing; write f(x) = x * sigmoid(x) into it\n"},
        {{"--define-file", folder / "large.txt"},
         "error: --define-file '" + folder / "large.txt' has more than 1 MiB; give a file of definitions\n"},
        {{"--define-file", folder / "absent.txt"},
         "error: --define-file '" + folder / "absent.txt' cannot be read; give a file of definitions, one a line\n"},
        {{"--define-file", folder.path()},
         "error: --define-file '" + folder.path() + "' cannot be read; give a file of definitions, one a line\n"},
    };
    for (const Refusal &refusal : refusals) {
        for (const char *verb : {"build", "list", "verify"}) {
            std::vector<std::string> words = refusal.words;
            words.insert(words.begin(), verb);
            const Said said = run(words);
            EXPECT_EQ(said.exit_code, 2) << refusal.error;
            EXPECT_EQ(said.error, refusal.error);
            EXPECT_EQ(said.output, "");
        }
    }
}

TEST(Define, LongLinesAreShownAroundTheirMistake) {
    std::string sum = "f(x) = x";
    for (int i = 0; i < 40; ++i) sum += " + x";
    const Said said = run({"list", "--define", sum + " + nosuch + x" + sum.substr(8)});
    EXPECT_EQ(said.exit_code, 2);
    const size_t line = said.error.find('\n') + 1;
    const size_t caret_line = said.error.find('\n', line) + 1;
    EXPECT_EQ(said.error.substr(said.error.find('^') - caret_line + line, 6), "nosuch") << said.error;
    EXPECT_LT(caret_line - line, 120U);
}

}  // namespace
}  // namespace actinide::testing
