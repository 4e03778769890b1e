// links: actinide_compiler
// Kernels made for size: few bytes, and otherwise what kernels made for speed are.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "generators/catalogue/catalogue.h"
#include "runtime/kernel.h"
#include "tools/compiler/loaded_kernels.h"

namespace actinide {
namespace {

std::vector<CompiledKernel> compile_all(const std::vector<KernelKey> &keys, bool for_size) {
    CompileOptions options;
    options.optimize_size = for_size;
    CompileResult result = compile(keys, options, [](size_t, size_t, const std::string &) {});
    EXPECT_FALSE(result.error) << result.error->message;
    return std::move(result.kernels);
}

/// A kernel for each shape of call: one array, two and three in, two out, parameters, and learned ones.
std::vector<KernelKey> keys_of(const std::string &target, DType dtype) {
    std::vector<KernelKey> keys;
    const std::vector<std::pair<const char *, Pass>> kinds = {
        {"relu", Pass::forward},   {"elu", Pass::backward_from_output},    {"hardtanh", Pass::forward},
        {"elu", Pass::backward},   {"hardswish_residual", Pass::backward}, {"rrelu_training", Pass::backward},
        {"reglu", Pass::backward}, {"swiglu_clamped", Pass::forward}};
    for (const auto &[name, pass] : kinds) {
        const Activation *activation = find_activation(name);
        EXPECT_NE(activation, nullptr) << name;
        if (activation == nullptr || !why_unsupported(*activation, pass, dtype).empty()) continue;
        keys.push_back({activation, pass, dtype, *find_target(target).target});
    }
    return keys;
}

constexpr size_t longest = 136;
constexpr size_t arrays = 6;
constexpr size_t guard = 64;

/// Arrays of any type, each between bytes that a call must leave alone.
struct Memory {
    alignas(64) std::array<std::array<uint8_t, longest * sizeof(double) + 2 * guard>, arrays> bytes{};

    explicit Memory(size_t bytes_per_element) {
        uint64_t state = 1;
        for (auto &array : bytes) {
            for (uint8_t &byte : array) byte = static_cast<uint8_t>((state = state * 6364136223846793005U + 1U) >> 56U);
            // Zeros and, in every type, an infinity and a NaN.
            std::memset(array.data() + guard, 0, bytes_per_element);
            std::memset(array.data() + guard + 3 * bytes_per_element, 0xff, bytes_per_element);
        }
    }
    void *at(size_t array) { return bytes[array].data() + guard; }

    /// Of a NaN's bits nothing is promised.
    template <typename Bits>
    void make_nans_alike(Bits infinity) {
        for (auto &array : bytes) {
            for (size_t i = 0; i < array.size(); i += sizeof(Bits)) {
                Bits element;
                std::memcpy(&element, &array[i], sizeof element);
                const auto magnitude = static_cast<Bits>(element << 1U);
                if (magnitude > static_cast<Bits>(infinity << 1U)) std::memset(&array[i], 0xff, sizeof element);
            }
        }
    }
};

void make_nans_alike(Memory &memory, DType dtype) {
    if (dtype == DType::f16) memory.make_nans_alike<uint16_t>(0x7c00);
    if (dtype == DType::bf16) memory.make_nans_alike<uint16_t>(0x7f80);
    if (dtype == DType::f32) memory.make_nans_alike<uint32_t>(0x7f800000);
    if (dtype == DType::f64) memory.make_nans_alike<uint64_t>(0x7ff0000000000000);
}

struct Answer {
    int32_t status;
    Memory memory;
};

Answer call(LoadedKernels::Function function, const KernelKey &key, size_t n, bool in_place) {
    const Signature arguments = signature(*key.activation, key.pass, key.dtype);
    Answer answer{0, Memory(bytes_per_element(key.dtype))};
    std::vector<const void *> inputs;
    std::vector<void *> outputs;
    std::vector<double> parameters;
    for (const Argument &argument : arguments.arguments) {
        if (argument.role == Argument::Role::input) inputs.push_back(answer.memory.at(inputs.size()));
    }
    for (const Argument &argument : arguments.arguments) {
        if (argument.role != Argument::Role::output) continue;
        outputs.push_back(answer.memory.at(in_place ? outputs.size() : inputs.size() + outputs.size()));
    }
    for (const Parameter &parameter : key.activation->parameters) parameters.push_back(parameter.default_value);
    answer.status = function(inputs.data(), outputs.data(), &n, parameters.data());
    make_nans_alike(answer.memory, key.dtype);
    return answer;
}

class SmallKernels : public testing::TestWithParam<DType> {};

INSTANTIATE_TEST_SUITE_P(All, SmallKernels, testing::Values(DType::f32, DType::f16, DType::bf16, DType::f64),
                         [](const auto &info) { return to_string(info.param); });

TEST_P(SmallKernels, ComputesTheSameBitsAtEveryLengthAndTouchesNothingElse) {
    const TargetLookup host = find_target("host");
    if (!host.target) GTEST_SKIP() << host.error;
    const bool has_levels = host.target->architecture == Architecture::x86;
    for (const std::string level : {has_levels ? "x86-64-avx2" : "host", "host"}) {
        const std::vector<KernelKey> keys = keys_of(level, GetParam());
        const LoadedKernels fast(compile_all(keys, false), *find_target(level).target, "actn");
        const LoadedKernels small(compile_all(keys, true), *find_target(level).target, "actn");
        for (size_t i = 0; i < keys.size(); ++i) {
            for (size_t n = 0; n <= longest; ++n) {
                for (const bool in_place : {false, true}) {
                    const Answer expected = call(fast.function(i), keys[i], n, in_place);
                    const Answer answer = call(small.function(i), keys[i], n, in_place);
                    EXPECT_EQ(expected.status, ACTINIDE_OK);
                    EXPECT_EQ(answer.status, expected.status);
                    EXPECT_EQ(answer.memory.bytes, expected.memory.bytes) << to_string(keys[i]) << ", n = " << n;
                }
            }
        }
    }
}

void expect_room_for_arrays(const Activation &activation, Pass pass) {
    if (!why_unsupported(activation, pass).empty()) return;
    const Signature arguments = signature(activation, pass, DType::f32);
    if (arguments.pattern != Pattern::elementwise) return;
    for (const auto role : {Argument::Role::input, Argument::Role::output}) {
        const auto count = std::count_if(arguments.arguments.begin(), arguments.arguments.end(),
                                         [&](const Argument &each) { return each.role == role; });
        EXPECT_LE(count, ACTINIDE_MAX_PACKED_ARRAYS) << arguments.function;
    }
}

/// The runtime copies the last elements of all of them.
TEST(ForSize, FindsRoomForTheArraysOfEveryKernel) {
    for (const Activation &activation : catalogue()) {
        const Activation *residual = find_activation(activation.name + "_residual");
        for (const Pass pass : all_passes()) {
            expect_room_for_arrays(activation, pass);
            if (residual != nullptr) expect_room_for_arrays(*residual, pass);
        }
    }
}

/// The bars of small devices: what one kernel adds to a program, its checks included.
TEST(ForSize, KeepsToFewBytesOnArm) {
    const Target arm = *find_target("aarch64-neon").target;
    const std::vector<CompiledKernel> kernels = compile_all({{find_activation("relu"), Pass::forward, DType::f32, arm},
                                                             {find_activation("elu"), Pass::forward, DType::f32, arm}},
                                                            true);
    EXPECT_LT(kernels[0].bytes, 200U);
    EXPECT_LT(kernels[1].bytes, 600U);
}

}  // namespace
}  // namespace actinide
