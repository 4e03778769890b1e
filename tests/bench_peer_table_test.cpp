// links: actinide_bench
// Which operations of other libraries stand for our kernels.
#include "tools/bench/peer_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "generators/catalogue/known_activations.h"
#include "tools/bench/peer_environment.h"

namespace actinide::testing {
namespace {

const Activation *find(const char *name) {
    static const KnownActivations known;
    return known.find(name);
}

KernelKey key_of(const PeerOperation &row) {
    return {find(row.activation), row.pass, DType::f32, find_target("host").target.value_or(Target{})};
}

TEST(PeerTable, NamesOnlyKernelsThatThereAre) {
    for (const PeerOperation &row : peer_operations()) {
        const Activation *activation = find(row.activation);
        ASSERT_NE(activation, nullptr) << row.activation;
        EXPECT_EQ(activation->name, row.activation) << "an alias";
        const bool from_output = row.pass == Pass::backward_from_output;
        EXPECT_TRUE(!from_output || activation->from_output.derivative) << row.activation;
    }
}

TEST(PeerTable, HasEachKernelOnceForEachPeer) {
    std::set<std::string> seen;
    for (const PeerOperation &row : peer_operations()) {
        const std::string name = std::string(row.peer) + "/" + row.activation + "/" + to_string(row.pass);
        EXPECT_TRUE(seen.insert(name).second) << name;
    }
}

TEST(PeerTable, PutsTheDefaultOfEveryParameterIn) {
    for (const PeerOperation &row : peer_operations()) {
        const auto call = find_peer_call(key_of(row), row.peer);
        ASSERT_TRUE(call.has_value()) << row.activation;
        for (const std::string &text : {call->operation, call->setup}) {
            EXPECT_EQ(text.find('{'), std::string::npos) << text;
        }
    }
    const PeerOperation leaky{"torch", "leaky_relu", Pass::forward, ""};
    EXPECT_EQ(find_peer_call(key_of(leaky), "torch")->operation, "aten.leaky_relu.out(x, 0.01, out=out)");
    const PeerOperation elu{"onnxruntime", "elu", Pass::forward, ""};
    EXPECT_EQ(find_peer_call(key_of(elu), "onnxruntime")->operation, "out = Elu<alpha = 1.0>(x)");
}

TEST(PeerTable, TakesGradientsFromWhatThePeerTakesThemFrom) {
    for (const char *name : {"sigmoid", "tanh"}) {
        EXPECT_FALSE(find_peer_call(key_of({"torch", name, Pass::backward, ""}), "torch")) << name;
        EXPECT_TRUE(find_peer_call(key_of({"torch", name, Pass::backward_from_output, ""}), "torch")) << name;
    }
}

TEST(PeerTable, HasNothingForWhatAUserOrOtherConventionsDefine) {
    Activation mine = *find("relu");
    mine.definition = "relu(x) = where(x > 0, x, 0)";
    KernelKey key = key_of({"torch", "relu", Pass::forward, ""});
    key.activation = &mine;
    EXPECT_FALSE(find_peer_call(key, "torch"));
    mine.definition.clear();
    mine.differences = {{"a slope", "for a reason"}};
    EXPECT_FALSE(find_peer_call(key, "torch"));
}

TEST(PeerTable, HasAllPeersOfItsRowsAmongTheLibraries) {
    for (const PeerOperation &row : peer_operations()) {
        EXPECT_TRUE(std::any_of(peer_libraries().begin(), peer_libraries().end(), [&](const PeerLibrary &library) {
            return std::string(library.name) == row.peer;
        })) << row.peer;
    }
}

TEST(PeerPackages, AreNamedOnceWithVersions) {
    const std::vector<std::string> packages = peer_packages({"torch", "onnxruntime"});
    EXPECT_EQ(std::set(packages.begin(), packages.end()).size(), packages.size());
    for (const std::string &package : packages) EXPECT_NE(package.find("=="), std::string::npos) << package;
    EXPECT_LT(peer_packages({"onnxruntime"}).size(), packages.size());
}

}  // namespace
}  // namespace actinide::testing
