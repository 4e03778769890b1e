// links: actinide_compiler
// The forward pass that counts dead outputs: the forward pass's bits and the right counts, in both layouts.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <random>

#include "generators/catalogue/catalogue.h"
#include "runtime/status.h"
#include "tools/compiler/loaded_kernels.h"

namespace actinide {
namespace {

/// What is dead, said once more and by hand.
struct CountedCase {
    const char *activation;
    std::function<bool(float)> is_dead;
};
void PrintTo(const CountedCase &each, std::ostream *out) {
    *out << each.activation;
}

const std::vector<CountedCase> all_cases = {
    {"relu", [](float x) { return x <= 0; }},
    {"relu6", [](float x) { return x <= 0 || x >= 6; }},
    {"hardshrink", [](float x) { return x >= -0.5f && x <= 0.5f; }},
    {"elu", [](float x) { return x < -5; }},
    {"tanh", [](float x) { return std::fabs(x) > 3; }},
    {"gelu", [](float x) { return x < -3; }},
    {"relu_residual", [](float x) { return x + x <= 0; }},
    {"relu_bias", [](float x) { return x + 0.75f <= 0; }},
};

class ForwardCounted : public testing::TestWithParam<CountedCase> {};

INSTANTIATE_TEST_SUITE_P(All, ForwardCounted, testing::ValuesIn(all_cases),
                         [](const auto &info) { return info.param.activation; });

KernelKey key_of(const char *activation, Pass pass) {
    return {find_activation(activation), pass, DType::f32, *find_target("x86-64").target};
}

/// The call's arrays: x for each array per element, 0.75 for each per channel.
int32_t run(LoadedKernels::Function function, const KernelKey &key, const std::vector<float> &x,
            const std::vector<size_t> &sizes, std::vector<float> &y, std::vector<float> &dead) {
    const std::vector<float> biases(dead.size(), 0.75f);
    std::vector<const void *> inputs;
    std::vector<void *> outputs;
    for (const Argument &argument : signature(*key.activation, key.pass, key.dtype).arguments) {
        if (argument.role == Argument::Role::input) inputs.push_back(argument.per_channel ? biases.data() : x.data());
        if (argument.role == Argument::Role::output) outputs.push_back(argument.per_channel ? dead.data() : y.data());
    }
    std::vector<double> parameters;
    for (const Parameter &parameter : key.activation->parameters) {
        if (!parameter.learned) parameters.push_back(parameter.default_value);
    }
    return function(inputs.data(), outputs.data(), sizes.data(), parameters.data());
}

TEST_P(ForwardCounted, GivesTheForwardPassAndTheNumberOfDeadOutputsOfEachChannel) {
    const std::vector<KernelKey> keys = {key_of(GetParam().activation, Pass::forward),
                                         key_of(GetParam().activation, Pass::forward_counted)};
    const CompileResult compiled = compile(keys, {}, nullptr);
    ASSERT_FALSE(compiled.error) << compiled.error->message;
    const LoadedKernels loaded(compiled.kernels, *find_target("x86-64").target, "actn");
    std::mt19937 random(9);
    std::normal_distribution<float> normal(0, 5);
    for (const auto &[outer, channels, inner] :
         {std::array<size_t, 3>{3, 5, 70}, {257, 9, 1}, {2, 1, 2049}, {1, 4, 5000}, {2, 3, 0}}) {
        std::vector<float> x(outer * channels * inner);
        for (float &value : x) value = normal(random);
        if (!x.empty()) x.front() = std::nanf("");
        std::vector<float> expected(channels, 0.0f);
        for (size_t i = 0; i < x.size(); ++i) {
            if (GetParam().is_dead(x[i])) expected[i / inner % channels] += 1;
        }
        std::vector<float> plain(x.size());
        std::vector<float> counted(x.size());
        std::vector<float> dead(channels, -1.0f);
        const bool has_channels =
            signature(*keys[0].activation, Pass::forward, DType::f32).pattern == Pattern::channelwise;
        const std::vector<size_t> sizes = {outer, channels, inner};
        const std::vector<size_t> plain_sizes = has_channels ? sizes : std::vector<size_t>{x.size()};
        ASSERT_EQ(run(loaded.function(0), keys[0], x, plain_sizes, plain, dead), ACTINIDE_OK);
        ASSERT_EQ(run(loaded.function(1), keys[1], x, sizes, counted, dead), ACTINIDE_OK);
        EXPECT_EQ(dead, expected) << outer << " x " << channels << " x " << inner;
        EXPECT_EQ(std::memcmp(plain.data(), counted.data(), x.size() * sizeof(float)), 0);
    }
}

TEST(ForwardCounted, ExistsForEveryTypeAndTarget) {
    std::vector<KernelKey> keys;
    for (const char *name : {"x86-64", "aarch64-neon", "cuda"}) {
        Target target = *find_target(name).target;
        if (target.folder.empty()) target.folder = find_target("x86-64").target->folder;
        for (const DType dtype : all_dtypes()) {
            keys.push_back({find_activation("hardtanh"), Pass::forward_counted, dtype, target});
        }
    }
    const CompileResult compiled = compile(keys, {}, nullptr);
    ASSERT_FALSE(compiled.error) << compiled.error->message;
    EXPECT_EQ(compiled.kernels.front().symbol, "actn_hardtanh_forward_counted_f32");
}

TEST(ForwardCounted, IsRefusedWhereNothingIsEverDead) {
    for (const char *name : {"leaky_relu", "prelu", "softplus", "sine"}) {
        EXPECT_NE(why_unsupported(*find_activation(name), Pass::forward_counted), "") << name;
    }
}

}  // namespace
}  // namespace actinide
