// links: actinide_formula
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "generators/formula/differentiate.h"
#include "tests/catalogue_cases.h"
#include "tests/formula_realize.h"

namespace actinide {
namespace {

constexpr int size = 512;

class Autodiff : public ::testing::TestWithParam<Activation> {};

INSTANTIATE_TEST_SUITE_P(Catalogue, Autodiff, ::testing::ValuesIn(catalogue()),
                         [](const auto &info) { return info.param.name; });

/// One array per variable; random x is never at a kink.
testing::Arrays random_arrays(const Activation &activation) {
    testing::RandomCases random(21);
    testing::Arrays arrays;
    for (int i = 0; i < size; ++i) {
        for (const auto &[name, value] : random.draw(activation)) arrays[name].push_back(static_cast<float>(value));
    }
    return arrays;
}

/// Halide's own reverse mode over the forward formula: the adjoint of `name`, element by element.
std::vector<float> adjoint_by_halide(const Activation &activation, const std::string &name, testing::Arrays arrays) {
    const Halide::Var i;
    auto inputs = testing::buffers(arrays);
    Halide::Func forward;
    forward(i) = lower_for_autodiff(activation.forward, testing::bindings_at(inputs, i));
    Halide::Func gradient;
    gradient(i) = inputs.at("dy")(i);
    const Halide::Derivative adjoints = Halide::propagate_adjoints(forward, gradient, Halide::Region{{0, size}});
    return testing::realize(adjoints(inputs.at(name)), size);
}

std::vector<float> by_the_tree(const Activation &activation, const std::string &name, testing::Arrays arrays) {
    const Halide::Var i;
    auto inputs = testing::buffers(arrays);
    const Formula formula = multiply_into_branches(differentiate(activation.forward, name), dy);
    Halide::Func output;
    output(i) = lower_for_autodiff(formula, testing::bindings_at(inputs, i));
    return testing::realize(output, size);
}

TEST_P(Autodiff, OfHalideAgreesWithTheTreesDerivativeAwayFromKinks) {
    const Activation &activation = GetParam();
    const testing::Arrays arrays = random_arrays(activation);
    std::vector<std::string> names;
    for (const Input &input : activation.inputs) names.push_back(input.name);
    for (const Parameter &parameter : activation.parameters) names.push_back(parameter.name);
    for (const std::string &name : names) {
        const std::vector<float> expected = adjoint_by_halide(activation, name, arrays);
        const std::vector<float> actual = by_the_tree(activation, name, arrays);
        ASSERT_EQ(expected.size(), actual.size());
        int compared = 0;
        for (int i = 0; i < size; ++i) {
            // Halide's adjoint of a quotient squares the divisor, which overflows long before the quotient is 0.
            if (!std::isfinite(expected[i]) || !std::isfinite(actual[i])) continue;
            ++compared;
            const float at = arrays.at(main_input(activation).name)[i];
            const float size = std::max(1.0f, std::abs(at));
            const float tolerance = 1e-5f * std::abs(expected[i]) + 1e-6f * size;
            ASSERT_NEAR(actual[i], expected[i], tolerance) << "d" << name << " at " << at;
        }
        EXPECT_GT(compared, size / 2) << "d" << name;
    }
}

}  // namespace
}  // namespace actinide
