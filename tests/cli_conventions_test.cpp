// links: actinide_formula nlohmann_json::nlohmann_json
// --conventions, as a user meets it.
#include <fstream>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/conventions.h"
#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

std::string read(const std::string &path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

nlohmann::json manifest_of(const std::string &out) {
    return nlohmann::json::parse(read(out + "/actinide_kernels/share/actinide_kernels/manifest.json"));
}

std::string header_of(const std::string &out) {
    return read(out + "/actinide_kernels/include/actinide_kernels/kernels.h");
}

Said build(const std::string &activations, const std::string &conventions, const std::string &out) {
    return run({"build", activations, "--conventions", conventions, "--targets", "x86-64-avx2", "--out", out});
}

/// By symbol.
std::map<std::string, std::string> texts_of(const nlohmann::json &manifest, const char *key) {
    std::map<std::string, std::string> texts;
    for (const nlohmann::json &kernel : manifest["kernels"]) texts[kernel["symbol"]] = kernel[key];
    return texts;
}

std::vector<std::string> altered_by(Profile profile) {
    std::vector<std::string> names;
    for (const Activation &activation : catalogue(profile)) {
        if (!activation.differences.empty()) names.push_back(activation.name);
    }
    return names;
}

class InTheConventionsOf : public ::testing::TestWithParam<Profile> {
protected:
    std::string profile() const { return to_string(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Profiles, InTheConventionsOf, ::testing::ValuesIn(all_profiles()),
                         [](const auto &info) { return to_string(info.param); });

TEST_P(InTheConventionsOf, ListAndShowPrintWhatTheProfileHas) {
    const Said text = run({"list", "--conventions", profile()});
    const nlohmann::json listed = run({"list", "--conventions", profile(), "--json"}).json()["activations"];
    ASSERT_EQ(listed.size(), catalogue(GetParam()).size());
    for (size_t i = 0; i < listed.size(); ++i) {
        const Activation &activation = catalogue(GetParam())[i];
        EXPECT_EQ(listed[i]["aliases"], activation.aliases);
        EXPECT_EQ(listed[i]["differs_from_torch"], !activation.differences.empty()) << activation.name;
        EXPECT_EQ(listed[i]["parameters"].size(), activation.parameters.size());
    }
    for (const std::string &name : altered_by(GetParam())) {
        const Activation &activation = *find_activation(name, GetParam());
        const Said shown = run({"show", name, "--conventions", profile()});
        const nlohmann::json json = run({"show", name, "--conventions", profile(), "--json"}).json();
        ASSERT_EQ(json["differs_from_torch"].size(), activation.differences.size());
        for (size_t i = 0; i < activation.differences.size(); ++i) {
            EXPECT_EQ(json["differs_from_torch"][i]["what"], activation.differences[i].what);
            EXPECT_TRUE(contains(shown.output, activation.differences[i].what)) << shown.output;
            EXPECT_TRUE(contains(shown.output, activation.differences[i].why)) << shown.output;
            EXPECT_TRUE(contains(run({"show", name}).output, activation.differences[i].why)) << "torch's shows others";
        }
        EXPECT_TRUE(contains(shown.output, "not yet measured"));
        EXPECT_FALSE(contains(shown.output, "proven"));
    }
}

TEST_P(InTheConventionsOf, KernelsAreAsExactAsTheirFormulasPromise) {
    std::vector<std::string> words = {"verify", "--conventions", profile(), "--samples", "20000"};
    const std::vector<std::string> names = altered_by(GetParam());
    words.insert(words.end(), names.begin(), names.end());
    const Said said = run(words);
    EXPECT_EQ(said.exit_code, 0) << said.output << said.error;
}

TEST_P(InTheConventionsOf, PackageNamesTheProfileAndTheCommandRepeatsIt) {
    const TemporaryFolder folder;
    ASSERT_EQ(build("leaky_relu,relu", profile(), folder / "out").exit_code, 0);
    const nlohmann::json manifest = manifest_of(folder / "out");
    EXPECT_EQ(manifest["conventions"], profile());
    EXPECT_TRUE(contains(header_of(folder / "out"), "Conventions of " + profile() + ":"));
    std::vector<std::string> words = split_words(manifest["command"]);
    words.erase(words.begin());
    words.insert(words.end(), {"--out", folder / "again"});
    ASSERT_EQ(run(words).exit_code, 0);
    EXPECT_EQ(header_of(folder / "again"), header_of(folder / "out"));
    EXPECT_EQ(manifest_of(folder / "again"), manifest);
}

TEST(Conventions, CacheKeepsProfilesApart) {
    const TemporaryFolder folder;
    ASSERT_EQ(build("leaky_relu,relu", "torch", folder / "torch").exit_code, 0);
    ASSERT_EQ(build("leaky_relu,relu", "jax", folder / "jax").exit_code, 0);
    const auto torch = texts_of(manifest_of(folder / "torch"), "hash");
    const auto jax = texts_of(manifest_of(folder / "jax"), "hash");
    for (const char *pass : {"forward", "backward"}) {
        const std::string leaky_relu = std::string("actn_leaky_relu_") + pass + "_f32";
        EXPECT_NE(torch.at(leaky_relu), jax.at(leaky_relu));
        const std::string relu = std::string("actn_relu_") + pass + "_f32";
        EXPECT_EQ(torch.at(relu), jax.at(relu));
    }
}

TEST(Conventions, ProofsAreNotClaimedForWhatAProfileAltered) {
    const TemporaryFolder folder;
    ASSERT_EQ(build("leaky_relu,relu,leaky_relu_bias", "tensorflow", folder / "out").exit_code, 0);
    const auto accuracy = texts_of(manifest_of(folder / "out"), "accuracy");
    EXPECT_EQ(accuracy.at("actn_leaky_relu_backward_f32"), "not yet measured");
    EXPECT_EQ(accuracy.at("actn_leaky_relu_bias_forward_f32"), "not yet measured");
    EXPECT_TRUE(contains(accuracy.at("actn_relu_backward_f32"), "proven"));
    const std::string header = header_of(folder / "out");
    EXPECT_TRUE(contains(header, "Unlike PyTorch: negative_slope = 0.2 instead of 0.01"));
    EXPECT_TRUE(contains(read(folder / "out/actinide_kernels/include/actinide_kernels/kernels.hpp"),
                         "float negative_slope = 0.2f"));
}

TEST(Conventions, AliasesAreTheProfilesOwn) {
    const TemporaryFolder folder;
    ASSERT_EQ(build("hard_tanh", "jax", folder / "out").exit_code, 0);
    EXPECT_TRUE(contains(header_of(folder / "out"), "actn_hardtanh_forward_f32(")) << "names of functions stay";
    EXPECT_EQ(run({"build", "hard_tanh", "--dry-run"}).exit_code, 2);
}

TEST(Conventions, AParameterThatAFrameworkLacksIsNoArgument) {
    const TemporaryFolder folder;
    ASSERT_EQ(build("softplus", "onnx", folder / "out").exit_code, 0);
    EXPECT_TRUE(contains(header_of(folder / "out"),
                         "actn_softplus_forward_f32(const float *x, float *y, size_t n, float beta);"));
}

TEST(Conventions, UsersDefinitionsAreAsTheyWereWritten) {
    const std::vector<std::string> plain = {"show", "--define", "f(x, a=0.01) = where(x > 0, x, a * x)"};
    std::vector<std::string> in_jax = plain;
    in_jax.insert(in_jax.end(), {"--conventions", "jax"});
    const Said said = run(in_jax);
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_EQ(said.output, run(plain).output);
}

}  // namespace
}  // namespace actinide::testing
