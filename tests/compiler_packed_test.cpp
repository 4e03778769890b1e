// links: actinide_compiler
// Masks and pairs: which activations have them, what their bits say, and what calls of them refuse.
#include <gtest/gtest.h>

#include <random>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/definition_text.h"
#include "runtime/status.h"
#include "tools/compiler/loaded_kernels.h"

namespace actinide {
namespace {

const char *const three_slopes = "three(x, low=0.25) = where(x > 2, 1 + x, where(x > -1, 3 / 2 * x, low * x))";

Activation own(const std::string &definition) {
    return *parse_definition(definition).activation;
}

/// One kernel of float32, with its parameters at their defaults.
class PackedKernel {
public:
    PackedKernel(const Activation &activation, Pass pass, const CompileOptions &options = {}) {
        const CompileResult compiled =
            compile({{&activation, pass, DType::f32, *find_target("x86-64").target}}, options, nullptr);
        if (compiled.error) throw std::runtime_error(compiled.error->message);
        loaded_ = std::make_unique<LoadedKernels>(compiled.kernels, *find_target("x86-64").target, "actn");
        for (const Parameter &parameter : activation.parameters) parameters_.push_back(parameter.default_value);
    }

    int32_t operator()(std::vector<const void *> inputs, std::vector<void *> outputs, std::vector<size_t> sizes) const {
        return loaded_->function(0)(inputs.data(), outputs.data(), sizes.data(), parameters_.data());
    }

private:
    std::unique_ptr<LoadedKernels> loaded_;
    std::vector<double> parameters_;
};

std::vector<float> some_numbers(size_t n) {
    std::mt19937 random(11);
    std::normal_distribution<float> normal(0, 2);
    std::vector<float> values(n);
    for (float &value : values) value = normal(random);
    return values;
}

TEST(Mask, ExistsWhereTheDerivativeIsOneOfFewSlopes) {
    for (const char *name : {"relu", "relu6", "leaky_relu", "hardtanh", "hardsigmoid", "hardshrink", "softshrink",
                             "shrink", "threshold", "fatrelu", "sparse_sigmoid", "relu_residual"}) {
        EXPECT_EQ(why_unsupported(*find_activation(name), Pass::forward_mask), "") << name;
        EXPECT_EQ(why_unsupported(*find_activation(name), Pass::backward_from_mask), "") << name;
    }
    for (const char *name : {"gelu", "elu", "prelu", "rrelu_training", "hardswish", "relu_bias", "swiglu"}) {
        EXPECT_NE(why_unsupported(*find_activation(name), Pass::forward_mask), "") << name;
    }
}

TEST(Mask, HasABitSetWhereReluPasses) {
    const PackedKernel forward(*find_activation("relu"), Pass::forward_mask);
    std::vector<float> x(11, -1), y(11);
    for (const size_t i : {0U, 3U, 8U, 10U}) x[i] = 2;
    std::vector<uint8_t> mask(2);
    ASSERT_EQ(forward({x.data()}, {y.data(), mask.data()}, {11, 2}), ACTINIDE_OK);
    EXPECT_EQ(mask, (std::vector<uint8_t>{0b00001001, 0b00000101}));
}

TEST(Mask, HasTwoBitsWhereThereAreThreeSlopes) {
    const Activation three = own(three_slopes);
    const std::optional<Slopes> slopes = find_slopes(three);
    ASSERT_TRUE(slopes);
    EXPECT_EQ(index_bits(*slopes), 2);
    EXPECT_TRUE(is_constant(slopes->values.back(), 1));
    constexpr size_t n = 77;
    const PackedKernel forward(three, Pass::forward_mask);
    const PackedKernel backward(three, Pass::backward);
    const PackedKernel from_mask(three, Pass::backward_from_mask);
    const std::vector<float> x = some_numbers(n);
    std::vector<float> y(n), dx(n), expected(n);
    const std::vector<float> dy(n, 3);
    std::vector<uint8_t> mask((n + 3) / 4);
    ASSERT_EQ(forward({x.data()}, {y.data(), mask.data()}, {n, mask.size()}), ACTINIDE_OK);
    for (size_t i = 0; i < n; ++i) {
        const unsigned index = mask[i / 4] >> (2 * (i % 4)) & 3U;
        ASSERT_EQ(index == 2, x[i] > 2) << x[i];
    }
    EXPECT_EQ(mask.back() >> 2 * (n % 4), 0);
    ASSERT_EQ(from_mask({mask.data(), dy.data()}, {dx.data()}, {n, mask.size()}), ACTINIDE_OK);
    ASSERT_EQ(backward({x.data(), dy.data()}, {expected.data()}, {n}), ACTINIDE_OK);
    EXPECT_EQ(dx, expected);
}

TEST(Mask, GoesOnWhereACallIsCutIntoPieces) {
    constexpr size_t n = 300;
    CompileOptions short_pieces;
    short_pieces.split = 70;  // no multiple of a block
    const std::vector<float> x = some_numbers(n);
    std::vector<std::vector<uint8_t>> masks;
    for (const CompileOptions &options : {CompileOptions{}, short_pieces}) {
        const PackedKernel forward(*find_activation("softshrink"), Pass::forward_mask, options);
        std::vector<float> y(n);
        std::vector<uint8_t> mask((n + 7) / 8);
        ASSERT_EQ(forward({x.data()}, {y.data(), mask.data()}, {n, mask.size()}), ACTINIDE_OK);
        masks.push_back(mask);
    }
    EXPECT_EQ(masks[0], masks[1]);
}

TEST(Mask, RefusesOneThatIsTooShortOrLiesOverAnArray) {
    const PackedKernel forward(*find_activation("relu"), Pass::forward_mask);
    std::vector<float> x(40), y(40);
    std::vector<uint8_t> mask(8);
    EXPECT_EQ(forward({x.data()}, {y.data(), mask.data()}, {40, 5}), ACTINIDE_OK);
    EXPECT_EQ(forward({x.data()}, {y.data(), mask.data()}, {40, 4}), ACTINIDE_INVALID_SHAPE);
    EXPECT_EQ(forward({x.data()}, {y.data(), mask.data() + 1}, {40, 5}), ACTINIDE_OK) << "bytes need no alignment";
    EXPECT_EQ(forward({x.data()}, {y.data(), nullptr}, {40, 5}), ACTINIDE_INVALID_POINTER);
    EXPECT_EQ(forward({x.data()}, {y.data(), y.data()}, {40, 5}), ACTINIDE_OVERLAP);
    EXPECT_EQ(forward({x.data()}, {y.data(), x.data()}, {40, 5}), ACTINIDE_OVERLAP);
    EXPECT_EQ(forward({x.data()}, {reinterpret_cast<char *>(y.data()) + 1, mask.data()}, {39, 5}), ACTINIDE_MISALIGNED);
    EXPECT_EQ(forward({x.data()}, {y.data(), mask.data()}, {SIZE_MAX / 4, SIZE_MAX}), ACTINIDE_SIZE_OVERFLOW);
    EXPECT_EQ(forward({nullptr}, {nullptr, nullptr}, {0, 0}), ACTINIDE_OK);
}

TEST(Mask, ChecksParametersAsTheBackwardDoes) {
    const Activation &hardsigmoid = *find_activation("hardsigmoid");
    EXPECT_EQ(signature(hardsigmoid, Pass::backward_from_mask, DType::f32).valid_when.has_value(),
              signature(hardsigmoid, Pass::backward, DType::f32).valid_when.has_value());
}

TEST(Pairs, ExistForGatesWithoutBias) {
    for (const Activation &activation : catalogue()) {
        const bool is_gate =
            activation.inputs.size() == 2 && activation.inputs[0].has_gradient && activation.inputs[1].has_gradient;
        EXPECT_EQ(why_unsupported(activation, Pass::forward_pairs).empty(), is_gate) << activation.name;
    }
    EXPECT_NE(why_unsupported(*find_activation("swiglu_bias"), Pass::backward_pairs), "");
    EXPECT_NE(why_unsupported(*find_activation("silu_residual"), Pass::backward_pairs), "");
}

TEST(Pairs, RefuseAnOddWidthAndOutputsOverOtherArrays) {
    const PackedKernel forward(*find_activation("swiglu"), Pass::forward_pairs);
    const PackedKernel backward(*find_activation("swiglu"), Pass::backward_pairs);
    std::vector<float> pairs(20), y(10), dy(10);
    EXPECT_EQ(forward({pairs.data()}, {y.data()}, {20}), ACTINIDE_OK);
    EXPECT_EQ(forward({pairs.data()}, {y.data()}, {19}), ACTINIDE_INVALID_SHAPE);
    EXPECT_EQ(forward({pairs.data()}, {pairs.data()}, {20}), ACTINIDE_OVERLAP);
    EXPECT_EQ(backward({pairs.data(), dy.data()}, {pairs.data()}, {20}), ACTINIDE_OK);
    EXPECT_EQ(backward({pairs.data(), pairs.data()}, {pairs.data()}, {20}), ACTINIDE_OVERLAP);
    EXPECT_EQ(backward({pairs.data(), dy.data()}, {pairs.data() + 2}, {18}), ACTINIDE_OVERLAP);
    EXPECT_EQ(forward({nullptr}, {nullptr}, {0}), ACTINIDE_OK);
}

TEST(PackedKernels, AreNoMatterForAutoschedulers) {
    CompileOptions options;
    options.autoscheduler = "Adams2019";
    std::vector<KernelKey> keys;
    for (const char *target : {"x86-64-avx2", "aarch64-neon"}) {
        keys.push_back({find_activation("relu"), Pass::backward_from_mask, DType::f32, *find_target(target).target});
        keys.push_back({find_activation("gelu"), Pass::forward_table, DType::s8, *find_target(target).target});
    }
    const CompileResult compiled = compile(keys, options, nullptr);
    EXPECT_FALSE(compiled.error) << compiled.error->message;
}

TEST(PackedKernels, ExistForEveryTypeAndTarget) {
    std::vector<KernelKey> keys;
    const Activation three = own(three_slopes);
    for (const char *name : {"x86-64", "aarch64-neon", "cuda"}) {
        Target target = *find_target(name).target;
        if (target.folder.empty()) target.folder = find_target("x86-64").target->folder;
        for (const DType dtype : all_dtypes()) {
            for (const Pass pass : {Pass::forward_mask, Pass::backward_from_mask}) {
                keys.push_back({find_activation("softshrink"), pass, dtype, target});
                keys.push_back({&three, pass, dtype, target});
            }
            for (const Pass pass : {Pass::forward_pairs, Pass::backward_pairs}) {
                keys.push_back({find_activation("geglu"), pass, dtype, target});
            }
        }
    }
    const CompileResult compiled = compile(keys, {}, nullptr);
    ASSERT_FALSE(compiled.error) << compiled.error->message;
    EXPECT_EQ(compiled.kernels.front().symbol, "actn_softshrink_forward_mask_f32");
}

}  // namespace
}  // namespace actinide
