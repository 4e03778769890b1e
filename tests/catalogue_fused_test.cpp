// links: actinide_formula
// Fused forms: which there are, what they are called, and that they are the activation of the rounded sum.
#include <gtest/gtest.h>

#include <algorithm>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/definition_text.h"
#include "generators/catalogue/fused.h"
#include "generators/catalogue/known_activations.h"
#include "generators/catalogue/signature.h"
#include "generators/formula/exact.h"
#include "generators/formula/print.h"

namespace actinide {
namespace {

std::vector<std::string> parameters_of(const Activation &activation) {
    std::vector<std::string> names;
    for (const Parameter &parameter : activation.parameters) names.push_back(parameter.name);
    return names;
}

TEST(Fused, FormsAreFoundByTheirNames) {
    for (const Activation &activation : catalogue()) {
        for (const Fusion fusion : all_fusions()) {
            const std::string name = activation.name + "_" + to_string(fusion);
            const Activation *form = find_activation(name);
            ASSERT_EQ(form != nullptr, why_not_fused(activation, fusion).empty()) << name;
            if (form == nullptr) continue;
            EXPECT_EQ(form->name, name);
            EXPECT_EQ(find_activation(name), form) << "made twice";
            EXPECT_NE(why_not_fused(*form, fusion), "") << "fused twice";
        }
    }
    EXPECT_EQ(find_activation("no_such_thing_bias"), nullptr);
    EXPECT_EQ(find_activation("_bias"), nullptr);
}

TEST(Fused, ABiasIsNamedForItsArrayWhereItsNameIsTaken) {
    EXPECT_EQ(parameters_of(*find_activation("relu_bias")), std::vector<std::string>{"bias"});
    EXPECT_EQ(parameters_of(*find_activation("star_relu_bias")), (std::vector<std::string>{"scale", "bias", "x_bias"}));
    EXPECT_EQ(parameters_of(*find_activation("swiglu_bias")), (std::vector<std::string>{"gate_bias", "value_bias"}));
}

TEST(Fused, FormsAreOfTheSumAsFloat32RoundsIt) {
    const Activation &form = *find_activation("relu_bias_residual");
    EXPECT_EQ(print(form.forward),
              "where(rounded(rounded(x + bias) + residual) <= 0, 0, rounded(rounded(x + bias) + residual))");
    // 2^24 + 1 is no float32: it is rounded to 2^24, which the residual takes away.
    const Inputs at = {{"x", 0x1p24}, {"bias", 1.0}, {"residual", -0x1p24 + 4}};
    EXPECT_EQ(exact_to_float(form.forward, at), 4.0f);
    EXPECT_EQ(exact_to(float64_format, form.forward, at), 5.0);
}

TEST(Fused, TheGradientInXIsTheResidualsToo) {
    const std::vector<OutputFormula> outputs = output_formulas(*find_activation("silu_residual"), Pass::backward);
    ASSERT_EQ(outputs.size(), 1U);
    EXPECT_EQ(outputs.front().output, "dx");
    const std::vector<OutputFormula> of_bias = output_formulas(*find_activation("relu_bias"), Pass::backward);
    ASSERT_EQ(of_bias.size(), 2U);
    EXPECT_EQ(of_bias.back().output, "dbias");
    EXPECT_TRUE(of_bias.back().summed_over_channel);
    EXPECT_EQ(print(of_bias.back().exact), print(of_bias.front().exact));
}

TEST(Fused, FormsOfAUsersOwnDefinitionAreKnownToo) {
    KnownActivations known;
    ASSERT_NE(known.add(*parse_definition("own(x, a=2) = a * x").activation), nullptr);
    const Activation *form = known.find("own_bias");
    ASSERT_NE(form, nullptr);
    EXPECT_EQ(print(form->forward), "a * rounded(x + bias)");
    EXPECT_EQ(known.find("own_bias"), form);
    EXPECT_EQ(known.find("other_bias"), nullptr);
}

}  // namespace
}  // namespace actinide
