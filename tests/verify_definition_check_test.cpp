// links: actinide_verify
// What is found out about definitions while they are built.
#include <gtest/gtest.h>

#include <cmath>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/definition_text.h"
#include "generators/formula/parse.h"
#include "tools/verify/definition_check.h"

namespace actinide {
namespace {

Formula parsed(const std::string &text) {
    return parse(text).formula.value();
}

GradientCheck checked(const std::string &formula, const std::string &gradient) {
    return check_gradient(parsed(formula), parsed(gradient), "x", {});
}

TEST(GradientCheck, FindsEveryGradientOfTheCatalogueRight) {
    for (const Activation &activation : catalogue()) {
        const GradientCheck check = check_gradients(activation);
        EXPECT_FALSE(check.mismatch.has_value()) << activation.name;
        EXPECT_GT(check.points, 100U) << activation.name;
    }
}

TEST(GradientCheck, NamesAPointWhereAGradientIsWrong) {
    for (const char *wrong : {"2 * x + 1e-20", "x", "where(x > 3, 0, 2 * x)", "2 * x * tanh(30)", "2 * abs(x)"}) {
        const GradientCheck check = checked("x^2", wrong);
        ASSERT_TRUE(check.mismatch.has_value()) << wrong;
        EXPECT_EQ(check.mismatch->variable, "x");
        EXPECT_DOUBLE_EQ(check.mismatch->expected, 2 * check.mismatch->x);
    }
    EXPECT_FALSE(checked("x^2", "2 * x").mismatch.has_value());
}

TEST(GradientCheck, IsNotMisledByCancellationKinksAndOverflow) {
    for (const char *text :
         {"log(1 + exp(x))", "(x + 1e200) - 1e200", "exp(exp(x))", "max(x, 0.5, -x)", "sqrt(x)",
          "where(x > 1, x^64, log(x))", "sin(1e6 * x)", "sin(exp(0.5 / x))", "sech2(sech2(x))", "1 / x"}) {
        const Formula formula = parsed(text);
        Activation activation = parse_definition(std::string("f(x) = ") + text).activation.value();
        const GradientCheck check = check_gradients(activation);
        EXPECT_FALSE(check.mismatch.has_value()) << text;
        EXPECT_GT(check.points, 50U) << text;
    }
}

DefinitionSamples sampled(const Activation &activation, DType dtype) {
    std::vector<KernelKey> keys;
    for (const Pass pass : {Pass::forward, Pass::backward}) {
        keys.push_back({&activation, pass, dtype, *find_target("cuda").target});
    }
    return sample_definitions(keys, {});
}

TEST(DefinitionSamples, MeasureOnThisMachineWhatIsBuiltForOthers) {
    const Activation own = parse_definition("f(x) = x / 2").activation.value();
    const DefinitionSamples samples = sampled(own, DType::f32);
    ASSERT_EQ(samples.kernels.size(), 2U);
    EXPECT_EQ(samples.kernels[0].evidence.max_ulp, 0.5);
    EXPECT_TRUE(samples.kernels[0].weak_spots.empty());
    EXPECT_NE(find_sample(samples, {&own, Pass::backward, DType::f32, *find_target("aarch64-neon").target}), nullptr);
    EXPECT_EQ(find_sample(samples, {&own, Pass::forward, DType::f64, *find_target("cuda").target}), nullptr);
    EXPECT_TRUE(
        sample_definitions({{find_activation("elu"), Pass::forward, DType::f32, *find_target("cuda").target}}, {})
            .kernels.empty());
}

TEST(DefinitionSamples, NameTheInputsWhereDigitsAreLost) {
    const Activation own = parse_definition("f(x) = exp(x) - 1").activation.value();
    const DefinitionSamples samples = sampled(own, DType::f32);
    ASSERT_EQ(samples.kernels.size(), 2U);
    ASSERT_EQ(samples.kernels[0].weak_spots.size(), 1U);
    const WeakSpot &spot = samples.kernels[0].weak_spots[0];
    EXPECT_LT(std::fabs(spot.x), 1e-6);
    EXPECT_EQ(spot.exact, static_cast<float>(std::expm1(spot.x)));
    EXPECT_GT(spot.ulp, 1e6);
    EXPECT_TRUE(samples.kernels[1].weak_spots.empty());
}

TEST(DefinitionSamples, NameTheInputsWhereNumbersBecomeNone) {
    const Activation own = parse_definition("f(x) = x * exp(x) / (1 + exp(x))").activation.value();
    const DefinitionSamples samples = sampled(own, DType::bf16);
    ASSERT_EQ(samples.kernels.size(), 2U);
    ASSERT_FALSE(samples.kernels[0].weak_spots.empty());
    const WeakSpot &spot = samples.kernels[0].weak_spots[0];
    EXPECT_FALSE(std::isfinite(spot.ours));
    EXPECT_TRUE(std::isfinite(spot.exact));
    EXPECT_GT(spot.x, 80);
    EXPECT_LT(spot.x, 90);  // where exp(x) leaves the type
}

}  // namespace
}  // namespace actinide
