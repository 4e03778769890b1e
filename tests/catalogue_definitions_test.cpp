// links: actinide_formula
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include "generators/formula/differentiate.h"
#include "generators/formula/parse.h"
#include "generators/math/function.h"
#include "tests/catalogue_cases.h"

namespace actinide {
namespace {

using math::Real;

constexpr int precision = 1000;
constexpr double bits_of_100_digits = 332;
constexpr int cases = 400;
constexpr long largest_gap = 5000;

class Definition : public ::testing::TestWithParam<Activation> {
protected:
    testing::RandomCases random{11};
};

INSTANTIATE_TEST_SUITE_P(Catalogue, Definition, ::testing::ValuesIn(testing::definitions_of_all_profiles()),
                         testing::test_name);

std::vector<Activation> definitions_where(bool (*holds)(const Activation &)) {
    std::vector<Activation> chosen;
    const std::vector<Activation> all = testing::definitions_of_all_profiles();
    std::copy_if(all.begin(), all.end(), std::back_inserter(chosen), holds);
    return chosen;
}

bool has_gradient_from_output(const Activation &activation) {
    return why_unsupported(activation, Pass::backward_from_output).empty();
}

bool restricts_gradient_from_output(const Activation &activation) {
    return has_gradient_from_output(activation) && activation.from_output.valid_when.has_value();
}

class FromTheOutput : public Definition {};
class RestrictedFromTheOutput : public Definition {};

INSTANTIATE_TEST_SUITE_P(Catalogue, FromTheOutput, ::testing::ValuesIn(definitions_where(has_gradient_from_output)),
                         testing::test_name);
INSTANTIATE_TEST_SUITE_P(Catalogue, RestrictedFromTheOutput,
                         ::testing::ValuesIn(definitions_where(restricts_gradient_from_output)), testing::test_name);

std::string describe(const std::map<std::string, double> &values) {
    std::string text;
    for (const auto &[name, value] : values) text += name + " = " + std::to_string(value) + " ";
    return text;
}

/// A number, but nothing beside the smallest of any format.
bool is_negligible(const Real &value) {
    constexpr long below_all_formats = -1100;
    return mpfr_regular_p(value.get()) != 0 && mpfr_get_exp(value.get()) < below_all_formats;
}

/// Far from zero, and where a slope has reached its limit of 1, a form may leave out what no format shows.
constexpr double far_out = 16;
constexpr double bits_beyond_doubles = 56;

void expect_equal_at_100_digits(const Formula &ours, const Formula &reference, const Activation &activation) {
    testing::RandomCases random(12);
    for (int i = 0; i < cases; ++i) {
        const auto values = random.draw(activation);
        const Values exact = testing::exactly(values);
        const Real expected = evaluate(reference, exact, precision);
        const Real actual = evaluate(ours, exact, precision);
        const bool is_far_out = std::abs(values.at(main_input(activation).name)) > far_out;
        if (is_negligible(expected) && (is_negligible(actual) || mpfr_zero_p(actual.get()) != 0)) continue;
        const Formula limit = values.contains("dy") ? variable("dy") : constant("1");
        const bool is_at_limit =
            testing::agreeing_bits(expected, evaluate(limit, exact, precision)) > bits_beyond_doubles;
        const bool may_leave_out = is_far_out || is_at_limit;
        EXPECT_GT(testing::agreeing_bits(actual, expected), may_leave_out ? bits_beyond_doubles : bits_of_100_digits)
            << print(ours) << " = " << actual.to_double() << " at " << describe(values);
    }
}

TEST_P(Definition, IsCompletelyDescribed) {
    const Activation &activation = GetParam();
    EXPECT_FALSE(activation.summary.empty());
    EXPECT_FALSE(activation.source.empty());
    for (const Parameter &parameter : activation.parameters) EXPECT_FALSE(parameter.meaning.empty()) << parameter.name;
    EXPECT_NE(activation.from_output.derivative.has_value(), !activation.from_output.why_not.empty())
        << "either a derivative from the output or the reason why there is none";
}

TEST_P(Definition, MentionsOnlyItsInputAndItsParameters) {
    const Activation &activation = GetParam();
    std::set<std::string> names;
    std::set<std::string> inputs;
    for (const Parameter &parameter : activation.parameters) names.insert(parameter.name);
    for (const Input &input : activation.inputs) inputs.insert(input.name);
    const auto expect_known = [&](const std::optional<Formula> &formula, const std::set<std::string> &arrays) {
        if (!formula) return;
        for (const std::string &name : variables(*formula)) {
            EXPECT_TRUE(arrays.contains(name) || names.contains(name)) << name;
        }
    };
    expect_known(activation.forward, inputs);
    expect_known(activation.computed_as, inputs);
    expect_known(activation.derivative_computed_as, inputs);
    for (const Input &input : activation.inputs) expect_known(input.derivative_computed_as, inputs);
    expect_known(activation.from_output.derivative, {"y"});
    expect_known(activation.from_output.computed_as, {"y"});
    expect_known(activation.from_output.valid_when, {});
    expect_known(activation.valid_when, {});
    for (const std::string &name : inputs) EXPECT_TRUE(mentions(activation.forward, name)) << name << " is unused";
    for (const std::string &name : names) EXPECT_TRUE(mentions(activation.forward, name)) << name << " is unused";
}

TEST_P(Definition, OneInputIsTheMainOne) {
    const std::vector<Input> &inputs = GetParam().inputs;
    EXPECT_EQ(std::count_if(inputs.begin(), inputs.end(), [](const Input &input) { return !input.held_at; }), 1);
    EXPECT_TRUE(main_input(GetParam()).has_gradient);
    EXPECT_FALSE(main_input(GetParam()).derivative_computed_as) << "the activation's own field is of the main input";
}

TEST_P(Definition, ParameterNamesAreFree) {
    std::set<std::string> taken = {"x", "y", "dy", "dx", "n", "outer", "channels", "inner", "stream", "where"};
    for (const Input &input : GetParam().inputs) taken.insert({input.name, "d" + input.name});
    for (const Parameter &parameter : GetParam().parameters) {
        EXPECT_EQ(taken.count(parameter.name), 0u) << parameter.name;
        EXPECT_EQ(math::find_function(parameter.name), nullptr) << parameter.name;
    }
}

TEST_P(Definition, PrintedFormulasParseBack) {
    const Activation &activation = GetParam();
    for (const Pass pass : all_passes()) {
        if (!why_unsupported(activation, pass).empty()) continue;
        for (const OutputFormula &output : output_formulas(activation, pass)) {
            const ParseResult result = parse(print(output.exact));
            ASSERT_TRUE(result.formula.has_value()) << print(output.exact);
            EXPECT_TRUE(equal(*result.formula, output.exact)) << print(output.exact);
        }
    }
}

TEST_P(Definition, DerivativesAgreeWithCentralDifferences) {
    const Activation &activation = GetParam();
    std::vector<std::string> names;
    for (const Input &input : activation.inputs) names.push_back(input.name);
    for (const Parameter &parameter : activation.parameters) names.push_back(parameter.name);
    for (const std::string &name : names) {
        const Formula derivative = differentiate(activation.forward, name);
        for (int i = 0; i < cases; ++i) {
            const auto values = random.draw(activation);
            const Values exact = testing::exactly(values);
            // Where the derivative is tiny, the values that differ agree in as many bits more.
            const Real value = evaluate(activation.forward, exact, precision);
            const Real slope = evaluate(derivative, exact, precision);
            const bool are_regular = mpfr_regular_p(value.get()) != 0 && mpfr_regular_p(slope.get()) != 0;
            const long gap = are_regular ? mpfr_get_exp(value.get()) - mpfr_get_exp(slope.get()) : 0;
            if (gap > largest_gap || is_negligible(value)) continue;
            const int enough = precision + static_cast<int>(std::max(gap, 0L));
            const Real expected = testing::central_difference(activation.forward, name, exact, 200, enough);
            EXPECT_GT(testing::agreeing_bits(evaluate(derivative, exact, precision), expected), 200)
                << "d/d" << name << " = " << print(derivative) << " at " << describe(values);
        }
    }
}

TEST_P(Definition, ComputedFormsEqualTheDefinitionAt100Digits) {
    const Activation &activation = GetParam();
    for (const Pass pass : {Pass::forward, Pass::backward}) {
        for (const OutputFormula &output : output_formulas(activation, pass)) {
            expect_equal_at_100_digits(output.computed, output.exact, activation);
        }
    }
}

TEST_P(FromTheOutput, GradientEqualsTheGradientFromTheInputAt100Digits) {
    const Activation &activation = GetParam();
    const Formula from_input = output_formulas(activation, Pass::backward).front().exact;
    const Formula from_output = output_formulas(activation, Pass::backward_from_output).front().exact;
    int compared = 0;
    for (int i = 0; i < cases; ++i) {
        const auto values = random.draw(activation);
        Values exact = testing::exactly(values);
        if (!testing::holds(activation.from_output.valid_when, exact)) continue;
        ++compared;
        exact.emplace("y", evaluate(activation.forward, exact, precision));
        EXPECT_GT(
            testing::agreeing_bits(evaluate(from_output, exact, precision), evaluate(from_input, exact, precision)),
            bits_of_100_digits)
            << describe(values);
    }
    EXPECT_GT(compared, cases / 5);
}

TEST_P(RestrictedFromTheOutput, GradientIsWrongWhereTheConditionFails) {
    const Activation &activation = GetParam();
    const Formula from_input = derivative(activation);
    int refused = 0;
    int wrong = 0;
    for (int i = 0; i < cases; ++i) {
        Values exact = testing::exactly(random.draw(activation));
        if (testing::holds(activation.from_output.valid_when, exact)) continue;
        ++refused;
        exact.emplace("y", evaluate(activation.forward, exact, precision));
        const Real ours = evaluate(*activation.from_output.derivative, exact, precision);
        if (testing::agreeing_bits(ours, evaluate(from_input, exact, precision)) < 20) ++wrong;
    }
    EXPECT_GT(refused, 0);
    EXPECT_GT(wrong, 0) << "a condition that refuses nothing wrong is needless";
}

TEST_P(Definition, NanStaysNan) {
    const Activation &activation = GetParam();
    auto values = random.draw(activation);
    values[main_input(activation).name] = std::nan("");
    EXPECT_TRUE(evaluate(activation.forward, testing::exactly(values), 100).is_nan());
}

TEST(Catalogue, NamesAndAliasesAreUniqueInEveryProfile) {
    for (const Profile profile : all_profiles()) {
        std::set<std::string> names;
        for (const Activation &activation : catalogue(profile)) {
            EXPECT_TRUE(names.insert(activation.name).second) << activation.name;
            EXPECT_EQ(find_activation(activation.name, profile), &activation);
            for (const std::string &alias : activation.aliases) {
                EXPECT_TRUE(names.insert(alias).second) << alias;
                EXPECT_EQ(find_activation(alias, profile), &activation);
            }
        }
    }
    EXPECT_EQ(find_activation("no such activation"), nullptr);
    EXPECT_EQ(find_activation(""), nullptr);
}

TEST(Catalogue, ConsistsOfTheFamiliesThatAreNamedAfterTheirFiles) {
    size_t next = 0;
    for (const Family &family : families()) {
        const std::string file = std::string(ACTINIDE_SOURCE_DIR) + "/generators/catalogue/" + family.name + ".cpp";
        EXPECT_TRUE(std::filesystem::exists(file)) << file;
        EXPECT_FALSE(family.summary.empty());
        for (const Activation *member : family.members) {
            ASSERT_LT(next, catalogue().size());
            EXPECT_EQ(member, &catalogue()[next++]) << family.name;
        }
    }
    EXPECT_EQ(next, catalogue().size());
}

TEST(Catalogue, NamesAreOfSmallLettersDigitsAndUnderscores) {
    for (const Activation &activation : catalogue()) {
        EXPECT_EQ(activation.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos);
        EXPECT_FALSE(activation.name.empty());
    }
}

}  // namespace
}  // namespace actinide
