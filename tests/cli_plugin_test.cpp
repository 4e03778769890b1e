// links: actinide_formula nlohmann_json::nlohmann_json
// --plugin: activations defined in C++ outside the tree, against the installed headers; and plugins that are none.
#include <fstream>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/plugins.h"
#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

std::string read(const std::string &path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

int run_shell(const std::string &command) {
    return std::system((command + " > /dev/null 2>&1").c_str());
}

/// The headers as `cmake --install` puts them, once for all tests.
const std::string &installed() {
    static const TemporaryFolder folder;
    static const std::string root = [] {
        EXPECT_EQ(run_shell(std::string(ACTINIDE_CMAKE) + " --install " + ACTINIDE_BUILD_DIR +
                            " --component plugin --prefix " + folder.path()),
                  0);
        return folder.path() + "/include/actinide";
    }();
    return root;
}

std::string compile(const TemporaryFolder &folder, const std::string &source, const std::string &options = "") {
    const std::string file = folder / "plugin.cpp";
    std::ofstream(file) << source;
    std::string library = folder / "libplugin.so";
    EXPECT_EQ(run_shell(std::string(ACTINIDE_CXX) + " -std=c++20 -shared -fPIC -I" + installed() + " " + options + " " +
                        file + " -o " + library),
              0);
    return library;
}

/// A plugin with one definition: name, and what follows it.
std::string plugin_of(const std::string &fields) {
    return "#include <generators/catalogue/plugin.h>\n"
           "using namespace actinide;\n"
           "void actinide_define(std::vector<Activation> &activations) {\n"
           "    activations.push_back({" +
           fields + "});\n}\n";
}

const char *const documented = R"(.summary = "s", .source = "t", )";

TEST(Plugin, OfTheExampleBuildsWhatACatalogueEntryGets) {
    const TemporaryFolder folder;
    const std::string source = read(std::string(ACTINIDE_SOURCE_DIR) + "/tests/consumers/plugin/activations.cpp");
    const std::string library = compile(folder, source);
    const Said shown = run({"show", "swishy", "--plugin", library});
    ASSERT_EQ(shown.exit_code, 0) << shown.error;
    EXPECT_NE(shown.output.find("agree with central differences"), std::string::npos) << shown.output;
    const Said built = run({"build", "--plugin", library, "--targets", "x86-64-avx2,cuda", "--dtypes", "f32,bf16",
                            "--passes", "all", "--out", folder / "out"});
    ASSERT_EQ(built.exit_code, 0) << built.error;
    EXPECT_EQ(built.error.find("warning: bowl/forward"), std::string::npos) << built.error;
    EXPECT_NE(built.error.find("--plugin"), std::string::npos) << "the command that repeats it";
    const std::string header = read(folder / "out/actinide_kernels/include/actinide_kernels/kernels.h");
    for (const char *symbol : {"actn_swishy_forward_f32(", "actn_swishy_backward_bf16(",
                               "actn_swishy_forward_f32_cuda(", "actn_bowl_backward_f32("}) {
        EXPECT_NE(header.find(symbol), std::string::npos) << symbol;
    }
}

TEST(Plugin, IsMeasuredInTheFormThatItComputes) {
    const TemporaryFolder folder;
    const std::string library =
        compile(folder, read(std::string(ACTINIDE_SOURCE_DIR) + "/tests/consumers/plugin/activations.cpp"));
    const Said said = run({"verify", "bowl/forward/f32", "--plugin", library, "--json"});
    ASSERT_EQ(said.exit_code, 0) << said.error;
    EXPECT_LT(said.json()["kernels"][0]["max_ulp"].get<double>(), 2) << "as typed its difference loses every digit";
}

TEST(Plugin, HasFusedFormsAndStandsBesideDefinitions) {
    const TemporaryFolder folder;
    const std::string library =
        compile(folder, plugin_of(std::string(R"(.name = "twice", )") + documented + ".forward = 2 * x"));
    const Said said = run({"build", "twice_residual", "thrice", "--plugin", library, "--define", "thrice(x) = 3 * x",
                           "--targets", "x86-64-avx2", "--dry-run"});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_NE(said.output.find("twice_residual/forward/f32"), std::string::npos) << said.output;
    const Said built =
        run({"build", "twice_residual", "--plugin", library, "--targets", "x86-64-avx2", "--out", folder / "out"});
    EXPECT_EQ(built.exit_code, 0) << built.error;
}

TEST(Plugin, IsKnownByItsContentInTheCache) {
    const TemporaryFolder folder;
    const std::vector<std::string> words = {"build",       "--plugin",      folder / "libplugin.so", "--targets",
                                            "x86-64-avx2", "--out",         folder / "out",          "--json",
                                            "--cache",     folder / "cache"};
    const auto hash_of = [&](const char *computed) {
        compile(folder, plugin_of(std::string(R"(.name = "same", )") + documented +
                                  ".forward = 4 * x, .computed_as = " + computed));
        const Said said = run(words);
        EXPECT_EQ(said.exit_code, 0) << said.error;
        return read(folder / "out/actinide_kernels/lib/x86_64-linux/libactinide_kernels.a");
    };
    EXPECT_NE(hash_of("4 * x"), hash_of("2 * x + 2 * x"));
}

TEST(Plugin, ThatIsNoneIsRefusedWithAReason) {
    const TemporaryFolder folder;
    const auto expect_refusal = [&](const std::string &library, const std::string &reason) {
        const Said said = run({"list", "--plugin", library});
        EXPECT_EQ(said.exit_code, 2) << reason;
        EXPECT_NE(said.error.find(reason), std::string::npos) << said.error;
    };
    expect_refusal(folder / "missing.so", "is no file");
    expect_refusal(std::string(ACTINIDE_SOURCE_DIR) + "/README.md", "cannot be loaded");
    expect_refusal(compile(folder, "int something;"), "defines no activations");
    const auto refused = [&](const std::string &fields, const std::string &reason) {
        expect_refusal(compile(folder, plugin_of(fields)), reason);
    };
    refused(std::string(R"(.name = "relu", )") + documented + ".forward = x", "which there is already");
    refused(std::string(R"(.name = "class", )") + documented + ".forward = x", "reserved");
    refused(std::string(R"(.name = "f", )") + documented + R"(.forward = variable("c") * x)", "mentions c");
    refused(R"(.name = "f", .summary = "", .source = "t", .forward = x)", "no summary");
    refused(std::string(R"(.name = "f", )") + documented + R"(.inputs = {{.name = "x", .held_at = 1}}, .forward = x)",
            "held_at");
    refused(std::string(R"(.name = "f", )") + documented + R"(.forward = call("nosuch", {x}))", "no function 'nosuch'");
    refused(std::string(R"(.name = "f", )") + documented + R"(.forward = call("exp", {x, x}))", "takes 1 argument");
    refused(std::string(R"(.name = "f", )") + documented + ".forward = x > 0", "is a condition");
    refused(
        std::string(R"(.name = "f", )") + documented + R"(.parameters = {{.name = "n"}}, .forward = variable("n") * x)",
        "'n' is the name of two arguments");
    refused(R"(.name = "f", .aliases = {"g"}, .summary = "s", .source = "t", .forward = x)", "aliases");
    refused(R"(.name = "f", .summary = "two\nlines", .source = "t", .forward = x)", "no line");
    expect_refusal(compile(folder,
                           "#include <generators/catalogue/plugin.h>\n"
                           "void actinide_define(std::vector<actinide::Activation> &) { throw 42; }\n"),
                   "an exception");
    expect_refusal(compile(folder,
                           "#include <generators/catalogue/plugin.h>\n#include <stdexcept>\n"
                           "void actinide_define(std::vector<actinide::Activation> &) {\n"
                           "    throw std::runtime_error(\"no table\");\n}\n"),
                   "no table");
    expect_refusal(compile(folder,
                           "#include <generators/catalogue/plugin.h>\n"
                           "void actinide_define(std::vector<actinide::Activation> &) {}\n"),
                   "defines no activation");
}

/// Formerly the second gradient stayed as it was, or came from the stack.
TEST(Plugin, OfTwoInputsHasNoGradientThatItCannotHave) {
    const TemporaryFolder folder;
    const std::string library = compile(folder, plugin_of(std::string(R"(.name = "bent", )") + documented +
                                                          R"(.inputs = {{.name = "x"}, {.name = "b", .held_at = 1}},
                                     .forward = where(x > 0, x, 0) + 2 * variable("b"),
                                     .from_output = {.derivative = where(y > 0, 1, 0)})"));
    for (const char *pass : {"backward_from_mask", "backward_from_output"}) {
        const Said said = run({"build", "bent", "--plugin", library, "--passes", pass, "--out", folder / "out"});
        EXPECT_EQ(said.exit_code, 4) << pass << said.error;
    }
}

TEST(Plugin, MayStandBeforeTheActivation) {
    const TemporaryFolder folder;
    const std::string library =
        compile(folder, plugin_of(std::string(R"(.name = "twice", )") + documented + ".forward = 2 * x"));
    EXPECT_EQ(run({"show", "--plugin", library, "twice"}).exit_code, 0);
    EXPECT_EQ(run({"build", "--define", "thrice(x) = 3 * x", "relu", "--dry-run"}).exit_code, 0);
}

TEST(Plugin, OfOtherHeadersIsNotRun) {
    const TemporaryFolder folder;
    const std::string library =
        compile(folder,
                "#include <generators/catalogue/plugin.h>\n#include <cstdlib>\n"
                "extern \"C\" void tell(actinide::PluginInterface *found) __asm__(\"actinide_plugin_interface\");\n"
                "extern \"C\" void tell(actinide::PluginInterface *found) { *found = {0, 0, 0, 0, 0}; }\n"
                "void actinide_define(std::vector<actinide::Activation> &) { std::abort(); }\n",
                "-Dactinide_plugin_interface=unused_interface");
    const Said said = run({"list", "--plugin", library});
    EXPECT_EQ(said.exit_code, 2);
    EXPECT_NE(said.error.find("other headers"), std::string::npos) << said.error;
}

TEST(Plugin, CannotBeKeptInAShard) {
    const TemporaryFolder folder;
    const std::string library =
        compile(folder, plugin_of(std::string(R"(.name = "twice", )") + documented + ".forward = 2 * x"));
    const Said said = run({"verify", "twice", "--plugin", library, "--shard", "1/2", "--out", folder / "shard.json"});
    EXPECT_EQ(said.exit_code, 4);
}

}  // namespace
}  // namespace actinide::testing
