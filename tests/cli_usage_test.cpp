// links: actinide_formula actinide_schedules nlohmann_json::nlohmann_json
// Whatever a user mistypes is answered with what was given, what would be right and how to go on.
#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/signature.h"
#include "schedules/target.h"
#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

struct Mistake {
    std::string name;
    std::vector<std::string> words;
    int exit_code;
    std::vector<std::string> parts;  ///< of the message
};

std::ostream &operator<<(std::ostream &stream, const Mistake &mistake) {
    return stream << mistake.name;
}

const std::vector<Mistake> mistakes = {
    {"NoVerb", {}, 2, {"no verb", "actinide --help"}},
    {"EmptyVerb", {""}, 2, {"unknown verb ''", "actinide --help"}},
    {"UnknownVerb", {"bild"}, 2, {"'bild'", "'build'", "actinide --help"}},
    {"FarVerb", {"zzzzzz"}, 2, {"'zzzzzz'", "actinide --help"}},
    {"UnknownGlobalOption", {"--versoin"}, 2, {"'--versoin'", "'--version'"}},
    {"UnknownOption", {"build", "--pases", "forward"}, 2, {"'--pases'", "'--passes'", "actinide help build"}},
    {"OptionWithoutValue", {"build", "--out"}, 2, {"--out", "needs a value"}},
    {"OptionTwice", {"build", "--out", "a", "--out", "b"}, 2, {"--out", "more than once"}},
    {"FlagWithValue", {"build", "--json=x"}, 2, {"--json", "takes no value"}},
    {"UnknownHelpPage", {"help", "bild"}, 2, {"'bild'", "'build'"}},
    {"UnknownListKind", {"list", "target"}, 2, {"'target'", "'targets'"}},
    {"TwoListKinds", {"list", "targets", "passes"}, 2, {"'passes'"}},
    {"ShowOfNothing", {"show"}, 2, {"needs the name of an activation", "actinide show"}},
    {"MarkdownOfTargets", {"list", "targets", "--markdown"}, 2, {"--markdown", "'targets'"}},
    {"OutWithoutMarkdown", {"list", "--out", "reference"}, 2, {"--out", "list --markdown --out DIR"}},
    {"OutOfNothing", {"list", "--markdown", "--out", ""}, 2, {"--out"}},
    {"MarkdownAndJson", {"list", "--markdown", "--json"}, 2, {"contradict"}},
    {"ShownAsMarkdownAndJson", {"show", "elu", "--markdown", "--json"}, 2, {"contradict"}},
    {"ShowOfTwo", {"show", "elu", "relu"}, 2, {"'relu'"}},
    {"ShowOfUnknown", {"show", "leakyrelu"}, 2, {"'leakyrelu'", "'leaky_relu'", "actinide list activations"}},
    {"UnknownActivation", {"build", "leakyrelu"}, 2, {"'leakyrelu'", "'leaky_relu'", "actinide list activations"}},
    {"UnknownActivationInKernel", {"build", "ellu/forward/f32@x86-64"}, 2, {"'ellu'", "'elu'"}},
    {"UnknownPass", {"build", "--passes", "forwrd"}, 2, {"'forwrd'", "'forward'", "actinide list passes"}},
    {"UnknownDtype", {"build", "--dtypes", "f23"}, 2, {"'f23'", "'f32'", "actinide list dtypes"}},
    {"UnknownTarget",
     {"build", "--targets", "x86-64-avx3"},
     2,
     {"'x86-64-avx3'", "x86-64-avx", "actinide list targets"}},
    {"UnknownAutoscheduler",
     {"build", "--autoscheduler", "adams2018"},
     2,
     {"'adams2018'", "'Adams2019'", "actinide list autoschedulers"}},
    {"UnknownConventions",
     {"build", "--conventions", "tensorflw"},
     2,
     {"'tensorflw'", "'tensorflow'", "actinide list conventions"}},
    {"ListInUnknownConventions", {"list", "--conventions", "jaxx"}, 2, {"'jaxx'", "'jax'"}},
    {"ShowInUnknownConventions", {"show", "relu", "--conventions", "Keras2"}, 2, {"'Keras2'", "'keras'"}},
    {"VerifyInUnknownConventions", {"verify", "--conventions", "caffe"}, 2, {"'caffe'", "actinide list conventions"}},
    {"ConventionsOfAMerge", {"verify", "--merge", "x", "--conventions", "jax"}, 2, {"--conventions"}},
    {"ConventionsOfEvidence",
     {"verify", "leaky_relu", "--exhaustive", "--conventions", "jax", "--record", "x"},
     2,
     {"leaky_relu", "jax", "--record"}},
    {"UnknownEmit", {"build", "--emit", "asn"}, 2, {"'asn'", "'asm'", "actinide list emits"}},
    {"GlobWithoutMatch", {"build", "zz*"}, 2, {"'zz*'", "actinide list activations"}},
    {"KernelOfFourParts", {"build", "elu/forward/f32/x"}, 2, {"elu/forward/f32/x", "elu/backward/f32@x86-64-avx2"}},
    {"KernelWithoutTarget", {"build", "elu/forward/f32@"}, 2, {"empty"}},
    {"KernelWithoutPass", {"build", "elu/"}, 2, {"empty"}},
    {"EmptyActivation", {"build", ""}, 2, {"empty"}},
    {"EmptyPasses", {"build", "--passes", ""}, 2, {"--passes", "empty"}},
    {"EmptyItem", {"build", "--targets", "x86-64,,cuda"}, 2, {"--targets", "empty"}},
    {"EmptyEmit", {"build", "--emit", ","}, 2, {"--emit", "empty"}},
    {"DoubledActivation", {"build", "elu", "elu"}, 2, {"'elu'", "twice"}},
    {"DoubledPass", {"build", "--passes", "forward,forward"}, 2, {"'forward'", "twice"}},
    {"DoubledPassInTwoOptions", {"build", "--passes", "forward", "--passes", "forward"}, 2, {"'forward'", "twice"}},
    {"DoubledDtype", {"build", "--dtypes", "f32,f32"}, 2, {"'f32'", "twice"}},
    {"DoubledTargetByAlias", {"build", "--targets", "x86-64-v3,x86-64-avx2"}, 2, {"x86-64-avx2", "twice"}},
    {"DoubledEmit", {"build", "--emit", "asm,asm"}, 2, {"'asm'", "twice"}},
    {"DoubledKernel", {"build", "elu/forward/f32@cuda", "elu/forward/f32@cuda"}, 2, {"elu/forward/f32@cuda", "twice"}},
    {"PrefixWithDigitFirst", {"build", "--prefix", "9a"}, 2, {"--prefix '9a'", "C identifier"}},
    {"PrefixWithDash", {"build", "--prefix", "a-b"}, 2, {"--prefix 'a-b'", "C identifier"}},
    {"PrefixIsKeywordOfC", {"build", "--prefix", "for"}, 2, {"--prefix 'for'", "reserved"}},
    {"PrefixIsKeywordOfCpp", {"build", "--prefix", "namespace"}, 2, {"--prefix 'namespace'", "reserved"}},
    {"PrefixIsReserved", {"build", "--prefix", "_actn"}, 2, {"--prefix '_actn'", "letter"}},
    {"PrefixEmpty", {"build", "--prefix", ""}, 2, {"--prefix", "empty"}},
    {"PrefixOfOtherAlphabet", {"build", "--prefix", "\xc3\xa4"}, 2, {"--prefix", "C identifier"}},
    {"NameIsPath", {"build", "--name", "../evil"}, 2, {"--name '../evil'", "C identifier"}},
    {"NameEmpty", {"build", "--name", ""}, 2, {"--name", "empty"}},
    {"NameTooLong", {"build", "--name", std::string(65, 'a')}, 2, {"--name", "64"}},
    {"OutEmpty", {"build", "--out", ""}, 2, {"--out"}},
    {"JobsZero", {"build", "-j", "0"}, 2, {"-j '0'"}},
    {"JobsNegative", {"build", "-j", "-3"}, 2, {"-j '-3'"}},
    {"JobsWords", {"build", "-j", "many"}, 2, {"-j 'many'"}},
    {"JobsAttached", {"build", "-j0"}, 2, {"-j '0'"}},
    {"JobsHuge", {"build", "-j", "99999999999999999999"}, 2, {"-j"}},
    {"ParametersAlone", {"build", "--autoscheduler-params", "a=1"}, 2, {"needs --autoscheduler"}},
    {"ParameterWithoutValue",
     {"build", "--autoscheduler", "Adams2019", "--autoscheduler-params", "parallelism"},
     2,
     {"'parallelism'", "key=value"}},
    {"ParameterTwice",
     {"build", "--autoscheduler", "Adams2019", "--autoscheduler-params", "a=1,a=2"},
     2,
     {"'a'", "twice"}},
    {"CacheAndNoCache", {"build", "--cache", "x", "--no-cache"}, 2, {"--cache", "--no-cache"}},
    {"UnknownCacheAction", {"cache", "claer"}, 2, {"'claer'", "'clear'"}},
    {"PruneWithoutSize", {"cache", "prune"}, 2, {"--max-size", "500M"}},
    {"PruneToNonsense", {"cache", "prune", "--max-size", "5X"}, 2, {"'5X'", "500M"}},
    {"PruneToNegative", {"cache", "prune", "--max-size", "-5"}, 2, {"'-5'"}},
    {"SizeWithoutPrune", {"cache", "info", "--max-size", "5"}, 2, {"--max-size", "prune"}},
    {"SamplesZero", {"verify", "elu", "--samples", "0"}, 2, {"--samples '0'", "1 or more"}},
    {"ShardZero", {"verify", "elu", "--shard", "0/4", "--out", "a.json"}, 2, {"--shard '0/4'", "from 1 to n", "2/8"}},
    {"ShardBeyondTheLast", {"verify", "elu", "--shard", "5/4", "--out", "a.json"}, 2, {"--shard '5/4'", "2/8"}},
    {"ShardOfNone", {"verify", "elu", "--shard", "1/0", "--out", "a.json"}, 2, {"--shard '1/0'", "2/8"}},
    {"ShardOfWords", {"verify", "elu", "--shard", "x/y", "--out", "a.json"}, 2, {"--shard 'x/y'", "2/8"}},
    {"ShardOfThree", {"verify", "elu", "--shard", "1/2/3", "--out", "a.json"}, 2, {"--shard '1/2/3'", "2/8"}},
    {"ShardWithoutFile", {"verify", "elu", "--shard", "1/2"}, 2, {"--shard", "--out", "both"}},
    {"FileWithoutShard", {"verify", "elu", "--out", "a.json"}, 2, {"--shard", "--out", "both"}},
    {"ShardIntoFolder", {"verify", "elu", "--shard", "1/2", "--out", "."}, 2, {"--out '.'", "folder"}},
    {"ShardAsReport", {"verify", "elu", "--shard", "1/2", "--out", "a.json", "--json"}, 2, {"--json", "--merge"}},
    {"MergeOfNothing", {"verify", "--merge"}, 2, {"--merge", "needs the files"}},
    {"MergeWithOptionsOfARun", {"verify", "--merge", "a.json", "--exhaustive"}, 2, {"--exhaustive", "leave"}},
    {"MergeOfAMissingFile", {"verify", "--merge", "a.json"}, 2, {"'a.json'", "cannot be read", "verify --shard"}},
    {"MergeOfAnEmptyFolder", {"verify", "--merge", "."}, 2, {"'.'", "*.json", "verify --shard"}},
    {"ImpossiblePair",
     {"build", "prelu", "--passes", "backward_from_output"},
     4,
     {"prelu", "backward_from_output", "sign"}},
    {"ImpossibleKernel", {"build", "prelu/backward_from_output/f32@cuda"}, 4, {"prelu", "sign"}},
    {"NothingLeft", {"build", "prel*", "--passes", "backward_from_output"}, 4, {"no kernel is left", "sign"}},
    {"UnservedHalideTarget", {"build", "--targets", "riscv-64-linux"}, 4, {"'riscv-64-linux'"}},
    {"UnknownLevel", {"build", "--levels", "avx3"}, 2, {"unknown level 'avx3'", "'avx2'", "actinide list targets"}},
    {"DoubledLevel", {"build", "--levels", "avx2,v3"}, 2, {"'v3'", "twice"}},
    {"LevelOfNothing", {"build", "--levels", "avx2,,avx512"}, 2, {"--levels", "empty name"}},
    {"LevelsOfATargetThatHasNone",
     {"build", "--targets", "aarch64-neon,cuda", "--levels", "avx2"},
     4,
     {"--levels", "'aarch64-neon' has none", "x86-64"}},
    {"TwoTargetsInOneLibrary",
     {"build", "--targets", "x86-64,x86-64-avx2"},
     4,
     {"'x86-64'", "'x86-64-avx2'", "lib/x86_64-linux"}},
};

class Mistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreAnsweredInOneSentenceAndChangeNothing) {
    const TemporaryFolder folder;
    const Said said = run(GetParam().words, {.folder = folder.path()});
    EXPECT_EQ(said.exit_code, GetParam().exit_code) << said.error;
    EXPECT_EQ(said.output, "");
    EXPECT_EQ(said.error.rfind("error: ", 0), 0U) << said.error;
    EXPECT_EQ(std::count(said.error.begin(), said.error.end(), '\n'), 1) << said.error;
    for (const std::string &part : GetParam().parts) EXPECT_TRUE(contains(said.error, part)) << said.error;
    EXPECT_TRUE(snapshot(folder.path()).empty());
}

INSTANTIATE_TEST_SUITE_P(Cli, Mistakes, ::testing::ValuesIn(mistakes),
                         [](const auto &info) { return info.param.name; });

TEST(NearMiss, FindsEveryActivationWithoutItsUnderscoresAndInCapitals) {
    for (const Activation &activation : catalogue()) {
        std::string mistyped;
        for (const char c : activation.name) {
            if (c != '_') mistyped += static_cast<char>(std::toupper(c));
        }
        const Said said = run({"show", mistyped});
        EXPECT_EQ(said.exit_code, 2);
        EXPECT_TRUE(contains(said.error, "did you mean '" + activation.name + "'")) << said.error;
    }
}

TEST(NearMiss, FindsWhatAnAbbreviationStandsFor) {
    for (const auto &[given, meant] : {std::pair{"frwd", "forward"}, {"fwd", "forward"}, {"bwd", "backward"}}) {
        const Said said = run({"build", "relu", "--passes", given});
        EXPECT_EQ(said.exit_code, 2);
        EXPECT_TRUE(contains(said.error, std::string("did you mean '") + meant + "'")) << said.error;
    }
}

TEST(Kernels, AreRefusedForEveryPassThatADefinitionLacks) {
    for (const Activation &activation : catalogue()) {
        for (const Pass pass : all_passes()) {
            const std::string reason = why_unsupported(activation, pass);
            const Said said = run({"build", "--dry-run", activation.name, "--passes", to_string(pass)});
            EXPECT_EQ(said.exit_code, reason.empty() ? 0 : 4) << activation.name << " " << to_string(pass);
            EXPECT_TRUE(contains(said.error, reason)) << said.error;
        }
    }
}

const std::vector<std::string> verbs = {"list", "show", "build", "explain", "doctor", "cache", "version"};

TEST(Help, BeginsWithExamples) {
    EXPECT_EQ(run({"--help"}).output.rfind("Examples\n", 0), 0U);
    for (const std::string &verb : verbs) {
        const Said page = run({"help", verb});
        EXPECT_EQ(page.exit_code, 0);
        EXPECT_EQ(page.output.rfind("Examples\n  actinide " + verb, 0), 0U) << page.output;
        EXPECT_EQ(page.output, run({verb, "--help"}).output);
        EXPECT_EQ(page.error, "");
    }
}

TEST(Help, NamesEveryVerbAndEveryExitCode) {
    const std::string page = run({"help"}).output;
    EXPECT_EQ(page, run({"--help"}).output);
    EXPECT_EQ(page, run({"-h"}).output);
    for (const std::string &verb : verbs) EXPECT_TRUE(contains(page, "\n  " + verb + " ")) << verb;
    for (const char *code : {" 0 ", " 1 ", " 2 ", " 3 ", " 4 ", " 5 ", " 70 ", " 130 "})
        EXPECT_TRUE(contains(page, code));
}

TEST(Help, HasExamplesThatTheParserTakes) {
    const std::string page = run({"help", "build"}).output;
    size_t tried = 0;
    for (size_t begin = page.find("  actinide build"); begin < page.find("Usage");
         begin = page.find("  actinide build", begin + 1)) {
        std::string line = page.substr(begin + 2, page.find('\n', begin) - begin - 2);
        line = line.substr(0, line.find("   "));
        std::vector<std::string> words = split_words(line);
        words.erase(words.begin());
        words.emplace_back("--dry-run");
        if (std::count(words.begin(), words.end(), "--dry-run") > 1) words.pop_back();
        // Each target may have autoschedulers of its own; the parser is what is tested here.
        if (std::find(words.begin(), words.end(), "--autoscheduler") != words.end())
            words.insert(words.end(), {"--targets", "x86-64"});
        EXPECT_EQ(run(words).exit_code, 0) << line;
        ++tried;
    }
    EXPECT_GE(tried, 6U);
}

}  // namespace
}  // namespace actinide::testing
