// links: actinide_compiler
// The forward pass that counts dead outputs: the forward pass's bits and the right counts, in both layouts.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <list>
#include <random>

#include "generators/catalogue/catalogue.h"
#include "generators/formula/evaluate.h"
#include "runtime/status.h"
#include "tools/compiler/loaded_kernels.h"

namespace actinide {
namespace {

/// What is dead, said once more and by hand; that the rest counts what its definition says is tested below.
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

/// What every channel holds: 0.75 for a bias, which would do nothing otherwise, and else the default.
float learned_value(const Activation &activation, const std::string &name) {
    for (const Parameter &parameter : activation.parameters) {
        const bool is_bias = parameter.name == "bias" && !activation.fused_with.empty();
        if (parameter.name == name) return is_bias ? 0.75f : static_cast<float>(parameter.default_value);
    }
    return 0;
}

/// The call's arrays: x for each array per element.
int32_t run(LoadedKernels::Function function, const KernelKey &key, const std::vector<float> &x,
            const std::vector<size_t> &sizes, std::vector<float> &y, std::vector<float> &dead) {
    std::list<std::vector<float>> channels;
    std::vector<const void *> inputs;
    std::vector<void *> outputs;
    for (const Argument &argument : signature(*key.activation, key.pass, key.dtype).arguments) {
        if (argument.role == Argument::Role::input && argument.per_channel) {
            channels.emplace_back(dead.size(), learned_value(*key.activation, argument.name));
            inputs.push_back(channels.back().data());
        } else if (argument.role == Argument::Role::input) {
            inputs.push_back(x.data());
        }
        if (argument.role == Argument::Role::output) outputs.push_back(argument.per_channel ? dead.data() : y.data());
    }
    std::vector<double> parameters;
    for (const Parameter &parameter : key.activation->parameters) {
        if (!parameter.learned) parameters.push_back(parameter.default_value);
    }
    return function(inputs.data(), outputs.data(), sizes.data(), parameters.data());
}

void expect_counts(const char *activation, const std::function<bool(float)> &is_dead) {
    const std::vector<KernelKey> keys = {key_of(activation, Pass::forward), key_of(activation, Pass::forward_counted)};
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
            if (is_dead(x[i])) expected[i / inner % channels] += 1;
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
        for (size_t i = 0; i < x.size(); ++i) {
            const bool are_nan = std::isnan(plain[i]) && std::isnan(counted[i]);  // whose sign is free
            ASSERT_TRUE(are_nan || std::memcmp(&plain[i], &counted[i], sizeof(float)) == 0) << "at x = " << x[i];
        }
    }
}

TEST_P(ForwardCounted, GivesTheForwardPassAndTheNumberOfDeadOutputsOfEachChannel) {
    expect_counts(GetParam().activation, GetParam().is_dead);
}

std::vector<std::string> counted_activations() {
    std::vector<std::string> names;
    for (const Activation &activation : catalogue()) {
        if (why_unsupported(activation, Pass::forward_counted).empty()) names.push_back(activation.name);
    }
    return names;
}

class EveryCounted : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryCounted, testing::ValuesIn(counted_activations()),
                         [](const auto &info) { return info.param; });

TEST_P(EveryCounted, CountsWhatItsDefinitionCallsDead) {
    const Activation &activation = *find_activation(GetParam());
    const Formula indicator = dead_indicator(activation);
    expect_counts(activation.name.c_str(), [&](float x) {
        Values values;
        for (const Input &input : activation.inputs) values.emplace(input.name, math::Real(x, 128));
        for (const Parameter &parameter : activation.parameters) {
            values.emplace(parameter.name, math::Real(static_cast<float>(parameter.default_value), 128));
        }
        return evaluate(indicator, values, 128).to_double() == 1;
    });
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
    for (const char *name : {"leaky_relu", "prelu", "bilinear", "sine"}) {
        const std::string reason = why_unsupported(*find_activation(name), Pass::forward_counted);
        EXPECT_NE(reason.find("no dead outputs"), std::string::npos) << name << ": " << reason;
    }
}

}  // namespace
}  // namespace actinide
