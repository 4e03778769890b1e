// links: actinide_formula actinide_schedules nlohmann_json::nlohmann_json
// list, show, version, doctor and cache: what they say, for people and for programs.
#include <fstream>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/dead.h"
#include "generators/catalogue/evidence.h"
#include "generators/catalogue/information_loss.h"
#include "generators/catalogue/signature.h"
#include "generators/formula/print.h"
#include "schedules/target.h"
#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

TEST(List, MentionsEveryActivation) {
    const Said text = run({"list"});
    const nlohmann::json listed = run({"list", "activations", "--json"}).json()["activations"];
    ASSERT_EQ(listed.size(), catalogue().size());
    for (size_t i = 0; i < listed.size(); ++i) {
        const Activation &activation = catalogue()[i];
        EXPECT_TRUE(contains(text.output, activation.name));
        EXPECT_TRUE(contains(text.output, activation.summary));
        EXPECT_EQ(listed[i]["name"], activation.name);
        EXPECT_EQ(listed[i]["in_default_set"], activation.in_default_set);
        for (const Pass pass : all_passes()) {
            const auto &passes = listed[i]["passes"];
            const bool has = std::find(passes.begin(), passes.end(), to_string(pass)) != passes.end();
            EXPECT_EQ(has, why_unsupported(activation, pass).empty()) << activation.name << " " << to_string(pass);
        }
    }
}

TEST(List, MentionsEveryTargetAndItsAliases) {
    const std::string text = run({"list", "targets"}).output;
    for (const Target &target : target_table()) {
        EXPECT_TRUE(contains(text, target.name + " "));
        for (const std::string &alias : target.aliases) EXPECT_TRUE(contains(text, alias));
    }
    EXPECT_TRUE(contains(text, "host"));
}

TEST(List, SaysTheSameNamesInTextAndJsonForEveryKind) {
    for (const std::string kind : {"activations", "gradients", "targets", "passes", "dtypes", "autoschedulers", "emits",
                                   "conventions", "cpus"}) {
        const Said text = run({"list", kind});
        const Said json = run({"list", kind, "--json"});
        EXPECT_EQ(text.exit_code, 0);
        EXPECT_EQ(text.error, "");
        const nlohmann::json items = json.json()[kind];
        EXPECT_FALSE(items.empty()) << kind;
        for (const auto &item : items) EXPECT_TRUE(contains(text.output, item["name"].get<std::string>())) << kind;
    }
}

class Show : public ::testing::TestWithParam<size_t> {
protected:
    const Activation &activation() const { return catalogue()[GetParam()]; }
};

TEST_P(Show, TellsFormulaGradientsParametersAndKinks) {
    const Said text = run({"show", activation().name});
    const nlohmann::json json = run({"show", activation().name, "--json"}).json();
    EXPECT_EQ(text.exit_code, 0);
    EXPECT_EQ(json["formula"], print(activation().forward));
    EXPECT_EQ(json["gradient"], print(derivative(activation())));
    EXPECT_TRUE(contains(text.output, print(activation().forward)));
    EXPECT_TRUE(contains(text.output, print(derivative(activation()))));
    EXPECT_TRUE(contains(text.output, activation().source));
    ASSERT_EQ(json["parameters"].size(), activation().parameters.size());
    for (size_t i = 0; i < activation().parameters.size(); ++i) {
        const Parameter &parameter = activation().parameters[i];
        EXPECT_EQ(json["parameters"][i]["name"], parameter.name);
        EXPECT_EQ(json["parameters"][i]["default"], parameter.default_value);
        EXPECT_EQ(json["parameters"][i]["gradient"], print(derivative(activation(), parameter)));
        EXPECT_TRUE(contains(text.output, "dy/d" + parameter.name));
    }
    EXPECT_EQ(json["kinks"].empty(), conditions(activation().forward).empty());
}

TEST_P(Show, TellsHowFarEachKernelIsOff) {
    const Said text = run({"show", activation().name});
    const nlohmann::json accuracy = run({"show", activation().name, "--json"}).json()["accuracy"];
    ASSERT_FALSE(accuracy.empty());
    for (const auto &kernel : accuracy) {
        const Pass pass = *pass_from_name(kernel["pass"].get<std::string>());
        const DType dtype = *dtype_from_name(kernel["dtype"].get<std::string>());
        EXPECT_EQ(kernel["error"], accuracy_text(activation(), pass,
                                                 find_evidence(activation(), pass, dtype, usual_function_ulp(dtype))));
        EXPECT_TRUE(contains(text.output, kernel["error"].get<std::string>()));
    }
}

TEST_P(Show, TellsWhatEachBackwardKeeps) {
    const nlohmann::json json = run({"show", activation().name, "--json"}).json();
    for (const auto &pass : json["passes"]) {
        const Pass which = *pass_from_name(pass["pass"].get<std::string>());
        const std::string reason = why_unsupported(activation(), which);
        ASSERT_EQ(pass["exists"], reason.empty());
        if (!reason.empty()) {
            EXPECT_EQ(pass["reason"], reason);
            continue;
        }
        const std::vector<std::string> needs = pass["needs"];
        EXPECT_EQ(pass["bytes_kept_per_element"], 4 * needs.size());
        if (which == Pass::backward_from_output) {
            EXPECT_EQ(needs, std::vector<std::string>{"y"});
            EXPECT_EQ(pass["bytes_saved_per_element"], 4);
        }
    }
}

TEST_P(Show, TellsWhatThereIsToChoose) {
    const Said text = run({"show", activation().name});
    const nlohmann::json json = run({"show", activation().name, "--json"}).json();
    ASSERT_EQ(json["further_passes"].size(), further_passes().size());
    for (const auto &pass : json["further_passes"]) {
        const std::string reason = why_unsupported(activation(), *pass_from_name(pass["pass"].get<std::string>()));
        ASSERT_EQ(pass["exists"], reason.empty());
        EXPECT_TRUE(contains(text.output, pass["pass"].get<std::string>()));
        if (!reason.empty()) EXPECT_EQ(pass["reason"], reason);
    }
    for (const std::string name : json["fused_forms"]) {
        EXPECT_NE(find_activation(name), nullptr) << name;
        EXPECT_TRUE(contains(text.output, name));
    }
    EXPECT_EQ(json["dead_when"], dead_text(activation()));
    EXPECT_TRUE(contains(text.output, dead_text(activation())));
    size_t choices = 0;
    for (const Pass pass : {Pass::backward, Pass::backward_from_output, Pass::backward_from_mask}) {
        for (const DType dtype : all_dtypes()) choices += why_unsupported(activation(), pass, dtype).empty() ? 1 : 0;
    }
    ASSERT_EQ(json["backward"].size(), choices);
    for (const auto &choice : json["backward"]) {
        const DType dtype = *dtype_from_name(choice["dtype"].get<std::string>());
        const Pass pass = *pass_from_name(choice["pass"].get<std::string>());
        const bool is_mask = pass == Pass::backward_from_mask;
        EXPECT_EQ(choice["bytes_kept_per_element"],
                  is_mask ? index_bits(*find_slopes(activation())) / 8.0
                          : static_cast<double>(choice["needs"].size() * bytes_per_element(dtype)));
        EXPECT_EQ(choice["error"], brief_accuracy_text(activation(), find_evidence(activation(), plain_pass(pass),
                                                                                   dtype, usual_function_ulp(dtype))));
        if (pass != Pass::backward_from_output) continue;
        const std::string loss = loss_text(activation(), dtype);
        EXPECT_EQ(choice["loss"], loss.empty() ? nlohmann::json() : nlohmann::json(loss));
        EXPECT_TRUE(contains(text.output, loss));
    }
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Show, ::testing::Range(size_t{0}, catalogue().size()),
                         [](const auto &info) { return catalogue()[info.param].name; });

TEST(Show, GivesTheSlopesAtTheKink) {
    const nlohmann::json kink = run({"show", "leaky_relu", "--json"}).json()["kinks"][0];
    EXPECT_EQ(kink["x"], 0.0);
    EXPECT_NEAR(kink["slope_below"].get<double>(), 0.01, 1e-15);
    EXPECT_NEAR(kink["slope_at"].get<double>(), 0.01, 1e-15);
    EXPECT_EQ(kink["slope_above"], 1.0);
}

TEST(Show, FindsKinksBehindArithmetic) {
    const auto kinks_of = [](const char *name) {
        std::vector<double> at;
        const nlohmann::json shown = run({"show", name, "--json"}).json();
        for (const auto &kink : shown["kinks"]) {
            if (!kink["x"].is_null()) at.push_back(kink["x"]);
        }
        return at;
    };
    EXPECT_EQ(kinks_of("hardsigmoid"), (std::vector<double>{-3, 3}));
    EXPECT_EQ(kinks_of("softplus"), std::vector<double>{20});
    ASSERT_EQ(kinks_of("swiglu_step").size(), 1U);
    EXPECT_NEAR(kinks_of("swiglu_step").front(), 7.00634, 1e-5) << "where silu is 7";
    EXPECT_TRUE(kinks_of("sine").empty());
}

TEST(List, SaysOfEveryActivationWhatThereIsToChoose) {
    const nlohmann::json listed = run({"list", "--json"}).json();
    EXPECT_EQ(listed["activations"].size(), catalogue().size());
    for (const auto &activation : listed["activations"]) {
        const Activation &definition = *find_activation(activation["name"].get<std::string>());
        EXPECT_EQ(activation["dead_when"], dead_text(definition));
        EXPECT_EQ(activation["further_passes"].size(), further_passes().size());
        EXPECT_FALSE(activation["backward"].empty());
    }
}

TEST(List, TellsWhatEachGradientKeepsAndErrsBy) {
    const std::string text = run({"list", "gradients"}).output;
    EXPECT_TRUE(
        contains(text, "elu             backward_from_output  y            4      0.500 ULP, 10 % off at -15.4"));
    EXPECT_TRUE(contains(text, "swiglu          backward              gate, value  8 "));
    EXPECT_FALSE(contains(text, "prelu           backward_from_output"));
}

TEST(Help, GivesExamplesOfFusedFormsRowsAndCounts) {
    const std::string text = run({"help", "build"}).output;
    for (const char *part : {"build gelu_bias", "'*_rows'", "--passes forward_counted", "rounded"}) {
        EXPECT_TRUE(contains(text, part)) << part;
    }
}

TEST(Version, NamesActinideHalideAndLlvm) {
    const nlohmann::json versions = run({"version", "--json"}).json();
    for (const char *component : {"actinide", "halide", "llvm"}) {
        EXPECT_FALSE(versions[component].get<std::string>().empty());
        EXPECT_TRUE(contains(run({"--version"}).output, component));
    }
}

TEST(Doctor, NamesWhereEachComponentIsOrWhatMendsIt) {
    const Said said = run({"doctor", "--json"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    std::vector<std::string> names;
    const nlohmann::json report = said.json();
    for (const auto &component : report["components"]) {
        names.push_back(component["name"]);
        if (component["found"]) {
            EXPECT_NE(component["where"], "") << component["name"];
        } else {
            EXPECT_NE(component["remedy"], "") << component["name"];
        }
    }
    for (const std::string name :
         {"Halide", "LLVM", "CPU", "cache folder", "clang", "ptxas", "qemu-aarch64", "Adams2019"}) {
        EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
    }
}

TEST(Doctor, FindsNothingOptionalOnAnEmptyPathAndIsStillContent) {
    const Said said = run({"doctor"}, {.environment = {{"PATH", "/nonexistent"}}});
    EXPECT_EQ(said.exit_code, 0);
    EXPECT_TRUE(contains(said.output, "apt-get install qemu-user"));
}

TEST(Doctor, ExitsWithThreeWhenTheCacheFolderCannotBe) {
    const Said said = run({"doctor", "--cache", "/dev/null/cache"});
    EXPECT_EQ(said.exit_code, 3);
    EXPECT_TRUE(contains(said.output, "ACTINIDE_CACHE")) << said.output;
    EXPECT_TRUE(contains(said.error, "cache folder")) << said.error;
}

class Cache : public ::testing::Test {
protected:
    void SetUp() override {
        const std::string out = folder / "out";
        ASSERT_EQ(run({"build", "relu/*/f32@x86-64-avx2", "--out", out, "--cache", cache}).exit_code, 0);
    }
    nlohmann::json info() const { return run({"cache", "--json", "--cache", cache}).json(); }

    TemporaryFolder folder;
    std::string cache = folder / "cache";
};

TEST_F(Cache, IsCountedAndCleared) {
    EXPECT_GE(info()["files"], 3);
    EXPECT_EQ(info()["folder"], cache);
    const nlohmann::json cleared = run({"cache", "clear", "--json", "--cache", cache}).json();
    EXPECT_GE(cleared["removed"], 3);
    EXPECT_EQ(info()["files"], 0);
    const std::string out = folder / "out";
    EXPECT_EQ(run({"build", "relu/*/f32@x86-64-avx2", "--out", out, "--cache", cache}).exit_code, 0);
}

TEST_F(Cache, IsPrunedFromTheLongestUnused) {
    std::vector<std::filesystem::path> files;
    for (const auto &item : std::filesystem::recursive_directory_iterator(cache)) {
        if (item.is_regular_file() && item.path().filename() != "CACHEDIR.TAG") files.push_back(item.path());
    }
    ASSERT_GE(files.size(), 2U);
    const size_t total = info()["bytes"];
    const size_t oldest_bytes = std::filesystem::file_size(files.front());
    const std::array<timespec, 2> long_ago{};
    ASSERT_EQ(::utimensat(AT_FDCWD, files.front().c_str(), long_ago.data(), 0), 0);
    const std::string limit = std::to_string(total - 1);
    const nlohmann::json pruned = run({"cache", "prune", "--max-size", limit, "--json", "--cache", cache}).json();
    EXPECT_EQ(pruned["removed"], 1);
    EXPECT_EQ(pruned["removed_bytes"], oldest_bytes);
    EXPECT_FALSE(std::filesystem::exists(files.front()));
}

TEST_F(Cache, KeepsEverythingThatFits) {
    const nlohmann::json pruned = run({"cache", "prune", "--max-size", "1G", "--json", "--cache", cache}).json();
    EXPECT_EQ(pruned["removed"], 0);
}

/// Formerly its files went one by one, and the link to the interpreter stayed, which bench then took.
TEST_F(Cache, TakesThePeersEnvironmentForOneThing) {
    namespace fs = std::filesystem;
    const std::string environment = cache + "/peers";
    fs::create_directories(environment + "/lib");
    write_file(environment + "/lib/never_used.py", std::string(1000, '#'));
    write_file(environment + "/lib/used.py", std::string(1000, '#'));
    fs::create_directories(environment + "/bin");
    fs::create_symlink("/bin/sh", environment + "/bin/python");
    const std::array<timespec, 2> long_ago{};
    ASSERT_EQ(::utimensat(AT_FDCWD, (environment + "/lib/never_used.py").c_str(), long_ago.data(), 0), 0);
    const nlohmann::json before = info();
    const auto prune = [&](size_t bytes) {
        return run({"cache", "prune", "--max-size", std::to_string(bytes), "--json", "--cache", cache}).json();
    };
    EXPECT_GE(prune(before["bytes"].get<size_t>() - 1)["removed_bytes"], 1);
    EXPECT_TRUE(fs::exists(environment + "/lib/never_used.py")) << "the rest was used a moment ago";
    for (const auto &item : fs::directory_iterator(environment + "/lib")) {
        ASSERT_EQ(::utimensat(AT_FDCWD, item.path().c_str(), long_ago.data(), 0), 0);
    }
    const nlohmann::json pruned = prune(info()["bytes"].get<size_t>() - 1);
    EXPECT_EQ(pruned["removed"], 1);
    EXPECT_EQ(pruned["removed_bytes"], 2000);
    EXPECT_FALSE(fs::exists(fs::symlink_status(environment)));
    fs::create_directories(environment + "/lib");
    write_file(environment + "/lib/used.py", "#");
    EXPECT_EQ(run({"cache", "clear", "--cache", cache}).exit_code, 0);
    EXPECT_FALSE(fs::exists(fs::symlink_status(environment)));
}

TEST(CacheFolder, IsNeverSomebodyElses) {
    const TemporaryFolder folder;
    std::ofstream(folder / "thesis.txt") << "precious";
    for (const char *action : {"info", "clear"}) {
        const Said said = run({"cache", action, "--cache", folder.path()});
        EXPECT_EQ(said.exit_code, 5);
        EXPECT_TRUE(contains(said.error, "left alone")) << said.error;
    }
    EXPECT_EQ(
        run({"build", "relu/forward/f32@x86-64-avx2", "--out", folder / "out", "--cache", folder.path()}).exit_code, 5);
    EXPECT_TRUE(std::filesystem::exists(folder / "thesis.txt"));
}

TEST(CacheFolder, IsNotCalledEmptyWhenItCannotBeLookedInto) {
    const TemporaryFolder folder;
    std::filesystem::create_symlink("loop", folder / "loop");
    const Said said = run({"cache", "info", "--cache", folder / "loop"});
    EXPECT_EQ(said.exit_code, 5) << said.output;
    EXPECT_TRUE(contains(said.error, "cannot be looked into")) << said.error;
}

TEST(CacheFolder, IsFoundByTheVariablesInTheirOrder) {
    const TemporaryFolder folder;
    const auto found = [&](const std::map<std::string, std::string> &environment) {
        return run({"cache", "--json"}, {.environment = environment}).json()["folder"].get<std::string>();
    };
    const std::string own = folder / "own";
    EXPECT_EQ(found({{"ACTINIDE_CACHE", own}, {"XDG_CACHE_HOME", "/x"}, {"HOME", "/h"}}), own);
    EXPECT_EQ(found({{"ACTINIDE_CACHE", ""}, {"XDG_CACHE_HOME", folder.path()}, {"HOME", "/h"}}), folder / "actinide");
    EXPECT_EQ(found({{"ACTINIDE_CACHE", ""}, {"XDG_CACHE_HOME", "relative"}, {"HOME", folder.path()}}),
              folder / ".cache/actinide");
}

}  // namespace
}  // namespace actinide::testing
