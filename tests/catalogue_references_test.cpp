// links: actinide_formula
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "generators/formula/differentiate.h"
#include "generators/formula/exact.h"
#include "tests/catalogue_cases.h"
#include "tests/catalogue_reference_numbers.h"

namespace actinide {
namespace {

using testing::ReferenceNumbers;
using testing::ReferencePoint;

class References : public ::testing::TestWithParam<ReferenceNumbers> {};

INSTANTIATE_TEST_SUITE_P(Catalogue, References, ::testing::ValuesIn(testing::all_reference_numbers()),
                         [](const auto &info) { return info.param.activation + "_" + std::to_string(info.index); });

/// Equal but for the last places of a double, in which NumPy's functions may err.
void expect_reference(const Formula &formula, const std::map<std::string, double> &at, double expected) {
    const double ours = evaluate(formula, testing::exactly(at), 200).to_double();
    std::string place;
    for (const auto &[name, value] : at) place += " " + name + " = " + std::to_string(value);
    EXPECT_LE(std::abs(ours - expected), 4e-16 * std::abs(expected))
        << print(formula) << " at" << place << ": " << ours << " instead of " << expected;
}

TEST_P(References, AgreeWithTheDefinition) {
    const ReferenceNumbers &reference = GetParam();
    const Activation *activation = find_activation(reference.activation);
    ASSERT_NE(activation, nullptr);
    for (const ReferencePoint &point : reference.points) {
        std::map<std::string, double> at = reference.parameters;
        at[main_input(*activation).name] = point.x;
        expect_reference(activation->forward, at, point.value);
        expect_reference(derivative(*activation), at, point.gradient_in_x);
        size_t further = 0;
        for (const Input &input : activation->inputs) {
            if (!input.held_at || !input.has_gradient) continue;
            expect_reference(derivative(*activation, input), at, point.further_gradients.at(further++));
        }
        for (const Parameter &parameter : activation->parameters) {
            if (!parameter.learned) continue;
            expect_reference(derivative(*activation, parameter), at, point.further_gradients.at(further++));
        }
        EXPECT_EQ(point.further_gradients.size(), further);
    }
}

TEST(References, ExistForEveryDefinition) {
    const auto all = testing::all_reference_numbers();
    for (const Activation &activation : catalogue()) {
        const bool has_numbers = std::any_of(all.begin(), all.end(), [&](const ReferenceNumbers &reference) {
            return reference.activation == activation.name && !reference.points.empty();
        });
        EXPECT_TRUE(has_numbers) << "add numbers from elsewhere for " << activation.name
                                 << " to tests/catalogue_reference_numbers.h";
    }
}

float value(const std::string &name, const Inputs &inputs) {
    return exact_to_float(find_activation(name)->forward, inputs);
}

float slope(const std::string &name, const Inputs &inputs) {
    return exact_to_float(derivative(*find_activation(name)), inputs);
}

TEST(Relu, HasGradientZeroAtItsKinkAndKeepsNan) {
    const double nan = std::nan("");
    EXPECT_EQ(slope("relu", {{"x", 0.0}}), 0);
    EXPECT_EQ(slope("relu", {{"x", -0.0}}), 0);
    EXPECT_EQ(slope("relu", {{"x", std::ldexp(1.0, -149)}}), 1);
    EXPECT_TRUE(std::isnan(value("relu", {{"x", nan}})));
    EXPECT_FALSE(std::signbit(value("relu", {{"x", -0.0}})));
    // PyTorch's threshold_backward passes dy where x <= 0 does not hold.
    EXPECT_EQ(slope("relu", {{"x", nan}}), 1);
}

TEST(LeakyRelu, GivesTheSeedsExample) {
    const float expected[] = {-0.02f, -0.01f, 0.0f, 1.0f, 2.0f};
    for (int x = -2; x <= 2; ++x) {
        EXPECT_EQ(value("leaky_relu", {{"x", x}, {"negative_slope", 0.01f}}), expected[x + 2]) << x;
    }
}

TEST(LeakyRelu, HasTheSlopeAtItsKink) {
    EXPECT_EQ(slope("leaky_relu", {{"x", 0.0}, {"negative_slope", 0.5}}), 0.5f);
    EXPECT_EQ(slope("leaky_relu", {{"x", std::nan("")}, {"negative_slope", 0.5}}), 0.5f);
}

TEST(Prelu, HasTheWeightAtItsKink) {
    EXPECT_EQ(slope("prelu", {{"x", 0.0}, {"weight", -3.0}}), -3.0f);
    EXPECT_EQ(slope("prelu", {{"x", -0.0}, {"weight", -3.0}}), -3.0f);
}

TEST(Elu, HasAlphaAtItsKinkAndItsLimits) {
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(slope("elu", {{"x", 0.0}, {"alpha", 1.5}}), 1.5f);
    EXPECT_EQ(value("elu", {{"x", -infinity}, {"alpha", 1.5}}), -1.5f);
    EXPECT_EQ(value("elu", {{"x", infinity}, {"alpha", 1.5}}), std::numeric_limits<float>::infinity());
    EXPECT_EQ(slope("elu", {{"x", -infinity}, {"alpha", 1.5}}), 0.0f);
    EXPECT_TRUE(std::signbit(value("elu", {{"x", -0.0}, {"alpha", 1.0}})));
}

}  // namespace
}  // namespace actinide
