// links: actinide_formula
#include <gtest/gtest.h>

#include <algorithm>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/signature.h"
#include "generators/formula/print.h"

namespace actinide {
namespace {

using Role = Argument::Role;

const Activation &activation(const std::string &name) {
    return *find_activation(name);
}

/// "elu_forward_f32(in x, out y, size n, parameter alpha)"; arrays of one value per channel are marked with [].
std::string declaration(const std::string &name, Pass pass) {
    static const std::map<Role, std::string> roles = {
        {Role::input, "in "}, {Role::output, "out "}, {Role::size, "size "}, {Role::parameter, "parameter "}};
    const Signature found = signature(activation(name), pass, DType::f32);
    std::string text = found.function + "(";
    for (const Argument &argument : found.arguments) {
        if (text.back() != '(') text += ", ";
        text += roles.at(argument.role) + argument.name + (argument.per_channel ? "[]" : "");
    }
    return text + ")";
}

TEST(Signature, FollowsTheOrderOfTheCAbi) {
    EXPECT_EQ(declaration("relu", Pass::forward), "relu_forward_f32(in x, out y, size n)");
    EXPECT_EQ(declaration("elu", Pass::forward), "elu_forward_f32(in x, out y, size n, parameter alpha)");
    EXPECT_EQ(declaration("elu", Pass::backward), "elu_backward_f32(in x, in dy, out dx, size n, parameter alpha)");
    EXPECT_EQ(declaration("elu", Pass::backward_from_output),
              "elu_backward_from_output_f32(in y, in dy, out dx, size n, parameter alpha)");
    EXPECT_EQ(declaration("prelu", Pass::forward),
              "prelu_forward_f32(in x, in weight[], out y, size outer, size channels, size inner)");
    EXPECT_EQ(
        declaration("prelu", Pass::backward),
        "prelu_backward_f32(in x, in weight[], in dy, out dx, out dweight[], size outer, size channels, size inner)");
}

TEST(Signature, TheGradientFromTheOutputAsksMoreOfParameters) {
    const auto asked = [](Pass pass) { return print(*signature(activation("elu"), pass, DType::f32).valid_when); };
    EXPECT_EQ(asked(Pass::forward), "finite(alpha)");
    EXPECT_EQ(asked(Pass::backward), "finite(alpha)");
    EXPECT_EQ(asked(Pass::backward_from_output), "finite(alpha) && alpha >= 0");
    EXPECT_FALSE(signature(activation("relu"), Pass::forward, DType::f32).valid_when.has_value());
}

TEST(Signature, SaysWhatIsExpectedOfALearnedParameter) {
    Activation learned = activation("prelu");
    learned.valid_when = variable("weight") > 0;
    const std::string meaning = signature(learned, Pass::forward, DType::f32).arguments.at(1).meaning;
    EXPECT_NE(meaning.find("meant for weight > 0, which is not checked"), std::string::npos) << meaning;
}

TEST(Signature, ChecksWhatTheDefinitionAsksOfScalarsInEveryPass) {
    Activation restricted = activation("elu");
    restricted.valid_when = finite(variable("alpha")) && variable("weight") > 0 && variable("alpha") < 9;
    restricted.parameters.push_back({.name = "weight", .meaning = "slope", .learned = true});
    const auto checked = [&](Pass pass) { return print(*signature(restricted, pass, DType::f32).valid_when); };
    EXPECT_EQ(checked(Pass::forward), "finite(alpha) && alpha < 9");
    EXPECT_EQ(checked(Pass::backward), "finite(alpha) && alpha < 9");
    restricted.parameters.pop_back();
    restricted.valid_when = finite(variable("alpha"));
    EXPECT_EQ(checked(Pass::backward_from_output), "finite(alpha) && alpha >= 0");
}

TEST(Signature, DescribesEveryArgument) {
    for (const Activation &each : catalogue()) {
        for (const Pass pass : all_passes()) {
            if (!why_unsupported(each, pass).empty()) continue;
            for (const Argument &argument : signature(each, pass, DType::f32).arguments) {
                EXPECT_FALSE(argument.meaning.empty()) << each.name << " " << argument.name;
            }
        }
    }
}

TEST(Signature, TheLearnedWeightHasNoGradientFromTheOutput) {
    EXPECT_EQ(why_unsupported(activation("prelu"), Pass::backward_from_output),
              "the sign of y does not tell the sign of x, because weight may be negative");
    EXPECT_EQ(why_unsupported(activation("prelu"), Pass::backward), "");
    EXPECT_EQ(why_unsupported(activation("relu"), Pass::backward_from_output), "");
}

TEST(Signature, AnActivationWithALearnedParameterNeverHasAGradientFromTheOutput) {
    Activation learned = activation("elu");
    learned.parameters.front().learned = true;
    EXPECT_FALSE(why_unsupported(learned, Pass::backward_from_output).empty());
    EXPECT_EQ(signature(learned, Pass::forward, DType::f32).pattern, Pattern::channelwise);
}

std::string formulas(const std::string &name, Pass pass) {
    std::string text;
    for (const OutputFormula &output : output_formulas(activation(name), pass)) {
        if (!text.empty()) text += "; ";
        text += output.output + (output.summed_over_channel ? " sums " : " = ") + print(output.computed);
    }
    return text;
}

TEST(OutputFormulas, StandForEachOutputPerElement) {
    EXPECT_EQ(formulas("relu", Pass::forward), "y = where(x <= 0, 0, x)");
    EXPECT_EQ(formulas("relu", Pass::backward), "dx = where(x <= 0, 0, dy)");
    EXPECT_EQ(formulas("relu", Pass::backward_from_output), "dx = where(y <= 0, 0, dy)");
    EXPECT_EQ(formulas("leaky_relu", Pass::backward), "dx = where(x > 0, dy, negative_slope * dy)");
    EXPECT_EQ(formulas("elu", Pass::backward), "dx = where(x > 0, dy, alpha * exp_below_zero(x) * dy)");
    EXPECT_EQ(formulas("elu", Pass::backward_from_output), "dx = where(y > 0, dy, (y + alpha) * dy)");
    EXPECT_EQ(formulas("prelu", Pass::backward),
              "dx = where(x > 0, dy, weight * dy); dweight sums where(x > 0, 0, x * dy)");
}

TEST(OutputFormulas, UseTheComputedFormsWhereThereAreSome) {
    Activation activation_with_forms = activation("relu");
    activation_with_forms.computed_as = x + 1;
    activation_with_forms.derivative_computed_as = x + 2;
    const OutputFormula forward = output_formulas(activation_with_forms, Pass::forward).front();
    const OutputFormula backward = output_formulas(activation_with_forms, Pass::backward).front();
    EXPECT_EQ(print(forward.computed), "x + 1");
    EXPECT_EQ(print(forward.exact), "where(x <= 0, 0, x)");
    EXPECT_EQ(print(backward.computed), "(x + 2) * dy");
    EXPECT_EQ(print(backward.exact), "where(x <= 0, 0, dy)");
}

TEST(Names, OfPassesAndTypesReadBack) {
    for (const Pass pass : all_passes()) EXPECT_EQ(pass_from_name(to_string(pass)), pass);
    for (const DType dtype : all_dtypes()) EXPECT_EQ(dtype_from_name(to_string(dtype)), dtype);
    EXPECT_FALSE(pass_from_name("forwards").has_value());
    EXPECT_FALSE(dtype_from_name("f33").has_value());
    EXPECT_EQ(bytes_per_element(DType::f32), 4u);
}

}  // namespace
}  // namespace actinide
