// links: actinide_formula
// What each profile makes of the definitions. That altered definitions hold together, catalogue_definitions_test says.
#include "generators/catalogue/conventions.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "generators/catalogue/evidence.h"
#include "generators/catalogue/fused.h"
#include "generators/catalogue/known_activations.h"
#include "generators/formula/evaluate.h"
#include "generators/formula/exact.h"
#include "generators/formula/print.h"
#include "generators/math/function.h"
#include "tests/catalogue_cases.h"

namespace actinide {
namespace {

/// A slope as the framework's own differentiation gives it at defaults: JAX 0.10.2, TensorFlow 2.21.0, Keras 3.15.1 on
/// it, PyTorch 2.15.0, in float32. tests/conventions/compare.py compares much more, but needs the frameworks.
struct Slope {
    Profile profile;
    const char *activation;
    double x;
    float slope;
};

void PrintTo(const Slope &slope, std::ostream *out) {
    *out << slope.activation << " as " << to_string(slope.profile) << " at " << slope.x;
}

class KinkOf : public ::testing::TestWithParam<Slope> {};

INSTANTIATE_TEST_SUITE_P(
    Frameworks, KinkOf,
    ::testing::Values(Slope{Profile::torch, "leaky_relu", 0, 0.01F}, Slope{Profile::tensorflow, "leaky_relu", 0, 0.2F},
                      Slope{Profile::jax, "leaky_relu", 0, 1}, Slope{Profile::keras, "leaky_relu", 0, 0.2F},
                      Slope{Profile::torch, "selu", 0, 1.75809934F}, Slope{Profile::jax, "selu", 0, 1.75809934F},
                      Slope{Profile::tensorflow, "selu", 0, 1.05070102F}, Slope{Profile::keras, "selu", 0, 1.05070102F},
                      Slope{Profile::torch, "hardtanh", -1, 0}, Slope{Profile::torch, "hardtanh", 1, 0},
                      Slope{Profile::jax, "hardtanh", -1, 1}, Slope{Profile::jax, "hardtanh", 1, 1},
                      Slope{Profile::keras, "hardtanh", -1, 1}, Slope{Profile::keras, "hardtanh", 1, 1},
                      Slope{Profile::tensorflow, "hardtanh", -1, 1}, Slope{Profile::tensorflow, "hardtanh", 1, 1},
                      Slope{Profile::jax, "relu", 0, 0}, Slope{Profile::tensorflow, "relu", 0, 0},
                      Slope{Profile::keras, "relu", 0, 0}, Slope{Profile::jax, "relu6", 0, 0},
                      Slope{Profile::jax, "relu6", 6, 0}, Slope{Profile::tensorflow, "relu6", 6, 0},
                      Slope{Profile::keras, "relu6", 6, 0}, Slope{Profile::jax, "hardsigmoid", -3, 0},
                      Slope{Profile::jax, "hardsigmoid", 3, 0}, Slope{Profile::keras, "hardsigmoid", 3, 0},
                      Slope{Profile::jax, "hardswish", -3, 0}, Slope{Profile::jax, "hardswish", 3, 1},
                      Slope{Profile::keras, "hardswish", -3, 0}, Slope{Profile::keras, "hardswish", 3, 1},
                      Slope{Profile::jax, "sparse_sigmoid", -1, 0.25F}, Slope{Profile::jax, "sparse_sigmoid", 1, 0.25F},
                      Slope{Profile::keras, "sparse_sigmoid", -1, 0}, Slope{Profile::keras, "sparse_sigmoid", 1, 0},
                      Slope{Profile::keras, "prelu", 0, 0}, Slope{Profile::torch, "prelu", 0, 0.25F},
                      Slope{Profile::jax, "elu", 0, 1}, Slope{Profile::tensorflow, "elu", 0, 1},
                      Slope{Profile::jax, "celu", 0, 1}, Slope{Profile::keras, "hardshrink", 0.5, 0},
                      Slope{Profile::keras, "softshrink", 0.5, 0}, Slope{Profile::jax, "sparse_plus", -1, 0},
                      Slope{Profile::jax, "sparse_plus", 1, 1}));

TEST_P(KinkOf, IsWhatTheFrameworkGives) {
    const auto &[profile, name, at, slope] = GetParam();
    const Activation &activation = *find_activation(name, profile);
    Inputs inputs = {{"x", at}, {"dy", 1.0}};
    for (const Parameter &parameter : activation.parameters) inputs.emplace(parameter.name, parameter.default_value);
    const std::vector<OutputFormula> outputs = output_formulas(activation, Pass::backward);
    EXPECT_EQ(exact_to_float(outputs.front().exact, inputs), slope);
    EXPECT_EQ(exact_to_float(outputs.front().computed, inputs), slope);
}

double default_of(Profile profile, const std::string &activation, const std::string &parameter) {
    for (const Parameter &each : find_activation(activation, profile)->parameters) {
        if (each.name == parameter) return each.default_value;
    }
    return std::nan("");
}

TEST(Conventions, DefaultsAreTheFrameworks) {
    EXPECT_EQ(default_of(Profile::torch, "leaky_relu", "negative_slope"), 0.01);
    EXPECT_EQ(default_of(Profile::tensorflow, "leaky_relu", "negative_slope"), 0.2);
    EXPECT_EQ(default_of(Profile::keras, "leaky_relu", "negative_slope"), 0.2);
    EXPECT_EQ(default_of(Profile::jax, "leaky_relu", "negative_slope"), 0.01);
    EXPECT_EQ(default_of(Profile::onnx, "leaky_relu", "negative_slope"), 0.01);
    EXPECT_EQ(default_of(Profile::onnx, "hardsigmoid", "slope"), 0.2);
    EXPECT_EQ(default_of(Profile::onnx, "threshold", "threshold"), 1);
    EXPECT_EQ(default_of(Profile::onnx, "threshold", "value"), 0);
    EXPECT_EQ(default_of(Profile::onnx, "shrink", "bias"), 0);
    EXPECT_EQ(default_of(Profile::keras, "squareplus", "b"), 4);
    EXPECT_EQ(default_of(Profile::keras, "prelu", "weight"), 0);
    EXPECT_EQ(default_of(Profile::torch, "softplus", "threshold"), 20);
    for (const Profile profile : {Profile::tensorflow, Profile::jax, Profile::onnx, Profile::keras}) {
        EXPECT_TRUE(std::isnan(default_of(profile, "softplus", "threshold"))) << to_string(profile);
        EXPECT_EQ(default_of(profile, "elu", "alpha"), 1);
    }
}

TEST(Conventions, GeluOfJaxIsTheTanhForm) {
    const Activation &gelu = *find_activation("gelu", Profile::jax);
    const Activation &gelu_tanh = *find_activation("gelu_tanh");
    for (const Pass pass : {Pass::forward, Pass::backward}) {
        const OutputFormula ours = output_formulas(gelu, pass).front();
        EXPECT_TRUE(equal(ours.computed, output_formulas(gelu_tanh, pass).front().computed));
    }
    EXPECT_EQ(gelu.gradient_ulp, gelu_tanh.gradient_ulp);
    EXPECT_EQ(gelu.source, gelu_tanh.source);
    EXPECT_EQ(gelu.summary, gelu_tanh.summary);
    for (const Profile profile : {Profile::tensorflow, Profile::onnx, Profile::keras}) {
        EXPECT_TRUE(equal(find_activation("gelu", profile)->forward, find_activation("gelu")->forward));
    }
}

TEST(Conventions, SeluOfOnnxHasConstantsOfFloat32) {
    const Inputs at = {{"x", 1.0}};
    EXPECT_EQ(exact_to(float64_format, find_activation("selu", Profile::onnx)->forward, at), 1.05070102214813232421875);
    EXPECT_EQ(exact_to(float64_format, find_activation("selu")->forward, at), 1.0507009873554805);
}

TEST(Conventions, TorchChangesNothing) {
    for (const Activation &activation : catalogue()) {
        EXPECT_TRUE(activation.differences.empty()) << activation.name;
        EXPECT_EQ(text_as(activation), activation.name);
        for (const Convention &convention : activation.conventions) {
            EXPECT_EQ(std::count(convention.profiles.begin(), convention.profiles.end(), Profile::torch), 0);
        }
    }
}

TEST(Conventions, EveryChangeSaysWhyAndChangesSomething) {
    for (const Activation &activation : catalogue()) {
        for (Convention convention : activation.conventions) {
            EXPECT_FALSE(convention.profiles.empty()) << activation.name;
            convention.profiles = {Profile::onnx};
            Activation alone = activation;
            alone.conventions = {convention};
            const Activation altered = with_conventions(alone, Profile::onnx);
            EXPECT_EQ(altered.differences.empty(), convention.why.empty()) << activation.name;
            EXPECT_TRUE(!altered.differences.empty() || altered.aliases.size() > activation.aliases.size());
            for (const auto &[name, value] : convention.default_values) {
                const auto is_it = [&, wanted = name](const Parameter &each) { return each.name == wanted; };
                const auto &parameters = activation.parameters;
                const auto found = std::find_if(parameters.begin(), parameters.end(), is_it);
                ASSERT_NE(found, parameters.end()) << activation.name << " has no " << name;
                EXPECT_NE(found->default_value, value) << activation.name << "'s " << name << " is not changed";
            }
            EXPECT_EQ(altered.parameters.size() + convention.without.size(), activation.parameters.size());
            if (convention.formulas) EXPECT_FALSE(equal(convention.formulas->forward, activation.forward));
        }
    }
}

TEST(Conventions, WhatIsAskedOfAParameterGoesWithIt) {
    EXPECT_EQ(print(*find_activation("softplus", Profile::jax)->valid_when), "(beta < 0 || beta > 0) && finite(beta)");
}

TEST(Conventions, NamesAreReadBack) {
    for (const Profile profile : all_profiles()) {
        EXPECT_EQ(profile_from_name(to_string(profile)), profile);
        EXPECT_FALSE(meaning_of(profile).empty());
        for (const Activation &activation : catalogue(profile)) {
            const Activation *found = find_activation_as(text_as(activation));
            ASSERT_NE(found, nullptr) << text_as(activation);
            EXPECT_TRUE(equal(found->forward, activation.forward)) << text_as(activation);
            EXPECT_EQ(found->differences.size(), activation.differences.size());
        }
    }
    EXPECT_EQ(profile_from_name("caffe"), std::nullopt);
    EXPECT_EQ(find_activation_as("relu as caffe"), nullptr);
    EXPECT_EQ(find_activation_as("reluu as jax"), nullptr);
}

TEST(Conventions, AnUnchangedActivationIsTheDefinitionWhicheverProfileIsAsked) {
    EXPECT_EQ(text_as(*find_activation_as("relu as jax")), "relu");
    EXPECT_EQ(text_as(*find_activation_as("hard_tanh as jax")), "hardtanh as jax");
}

TEST(Conventions, FusedFormsAreOfTheAlteredDefinition) {
    const Activation &form = *find_activation("leaky_relu_bias", Profile::jax);
    EXPECT_EQ(print(form.forward),
              "where(rounded(x + bias) >= 0, rounded(x + bias), negative_slope * rounded(x + bias))");
    EXPECT_EQ(text_as(form), "leaky_relu_bias as jax");
    EXPECT_EQ(find_activation_as("leaky_relu_bias as jax"), &form);
    EXPECT_NE(find_activation("leaky_relu_bias"), &form);
    EXPECT_EQ(form.differences.size(), 1U);
}

TEST(Conventions, EvidenceIsOfTheDefinitionOnly) {
    for (const Activation &activation : testing::definitions_of_all_profiles()) {
        if (activation.differences.empty()) continue;
        for (const Pass pass : all_passes()) {
            if (!why_unsupported(activation, pass).empty()) continue;
            EXPECT_FALSE(find_evidence(activation, pass, DType::f32, math::usual_ulp)) << text_as(activation);
        }
    }
    const auto claim = [](const char *name, Profile profile) {
        const Activation &activation = *find_activation(name, profile);
        const auto evidence = find_evidence(activation, Pass::forward, DType::f32, math::usual_ulp);
        return accuracy_text(activation, Pass::forward, evidence);
    };
    EXPECT_EQ(claim("gelu_bias", Profile::jax), "not yet measured");
    EXPECT_EQ(claim("relu", Profile::jax), claim("relu", Profile::torch));
}

TEST(Conventions, UsersDefinitionsStandBesideAnyProfile) {
    KnownActivations known(Profile::jax);
    EXPECT_EQ(known.find("hard_tanh"), find_activation("hardtanh", Profile::jax));
    EXPECT_EQ(known.all().size(), catalogue().size());
    Activation own = *find_activation("relu");
    own.name = "mine";
    EXPECT_NE(known.add(own), nullptr);
    own.name = "hard_silu";
    EXPECT_EQ(known.add(own), nullptr) << "the profile calls hardswish so";
}

}  // namespace
}  // namespace actinide
