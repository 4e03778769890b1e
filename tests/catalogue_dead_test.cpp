// links: actinide_formula
// Which outputs a definition calls dead: those that pass hardly any gradient on.
#include <gtest/gtest.h>

#include "generators/catalogue/dead.h"
#include "generators/catalogue/definition_text.h"
#include "tests/catalogue_cases.h"

namespace actinide {
namespace {

constexpr int precision = 200;

class Dead : public ::testing::TestWithParam<Activation> {
protected:
    /// The main input takes this value, everything else its default.
    Values values_at(double input) const {
        Values values;
        for (const Input &each : GetParam().inputs) {
            values.emplace(each.name, math::Real(each.held_at.value_or(input), precision));
        }
        for (const Parameter &parameter : GetParam().parameters) {
            values.emplace(parameter.name, math::Real(parameter.default_value, precision));
        }
        return values;
    }
    double slope(const Input &of, double input) const {
        return std::fabs(evaluate(derivative(GetParam(), of), values_at(input), precision).to_double());
    }
    bool is_dead(double input) const {
        return evaluate(dead_indicator(GetParam()), values_at(input), precision).to_double() == 1;
    }
    double largest_slope(const Input &of) const {
        double largest = 0;
        for (const double input : inputs()) largest = std::max(largest, slope(of, input));
        return largest;
    }

    static constexpr double from = -12, to = 12, step = 1.0 / 64;

    static std::vector<double> inputs() {
        std::vector<double> all(static_cast<size_t>((to - from) / step));
        for (size_t i = 0; i < all.size(); ++i) all[i] = from + step * static_cast<double>(i);
        return all;
    }
};

std::vector<Activation> those_that_die_slowly() {
    std::vector<Activation> chosen;
    for (const Activation &activation : catalogue()) {
        if (activation.dead_when) chosen.push_back(activation);
    }
    return chosen;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Dead, ::testing::ValuesIn(those_that_die_slowly()),
                         [](const auto &info) { return info.param.name; });

TEST_P(Dead, OutputsPassAboutOnePercentOfTheGradientOrLess) {
    for (const Input &of : GetParam().inputs) {
        if (!of.has_gradient) continue;
        const double most = 0.013 * largest_slope(of);
        int seen = 0;
        for (const double input : inputs()) {
            if (!is_dead(input)) continue;
            ++seen;
            EXPECT_LE(slope(of, input), most) << "d/d" << of.name << " at " << input;
        }
        EXPECT_GT(seen, 0);
    }
}

TEST_P(Dead, OutputsBeginWhereTheSlopeFallsBelowAboutOnePercent) {
    const Input &of = main_input(GetParam());
    const double least = 0.003 * largest_slope(of);
    if (slope(of, to) == 0 || slope(of, from) == 0) GTEST_SKIP() << "the slope jumps to 0";
    for (const double input : inputs()) {
        if (is_dead(input) == is_dead(input + step)) continue;
        EXPECT_GE(std::max(slope(of, input), slope(of, input + step)), least) << "near " << input;
    }
}

TEST(DeadCondition, SaysWhatTheIndicatorSays) {
    for (const Activation &activation : catalogue()) {
        testing::RandomCases random(3);
        const std::optional<Formula> condition = dead_condition(activation);
        const Formula indicator = dead_indicator(activation);
        EXPECT_EQ(condition.has_value(), !is_constant(indicator, 0)) << activation.name;
        EXPECT_EQ(dead_text(activation) == "none", !condition.has_value()) << activation.name;
        for (int i = 0; i < 200 && condition; ++i) {
            const Values values = testing::exactly(random.draw(activation));
            EXPECT_EQ(testing::holds(condition, values), evaluate(indicator, values, precision).to_double() == 1)
                << activation.name << ": " << print(*condition);
        }
    }
}

TEST(DeadCondition, ReadsAsOneCondition) {
    EXPECT_EQ(dead_text(*find_activation("relu6")), "x <= 0 || x >= 6, where the slope is 0");
    EXPECT_EQ(dead_text(*find_activation("sine")), "none");
    EXPECT_EQ(dead_text(*find_activation("elu")), "x < -5, where the slope is below about 1 % of its largest");
    EXPECT_EQ(dead_text(*find_activation("gelu_residual")),
              "rounded(x + residual) < -3, where the slope is below about 1 % of its largest");
    EXPECT_EQ(dead_text(*find_activation("reglu")),
              "gate <= 0, where hardly any gradient comes through to either input");
    const DefinitionResult own = parse_definition("f(x) = where(x > 0, x, where(x > -1, -x, 2))");
    EXPECT_EQ(dead_text(*own.activation), "x <= 0 && x <= -1, where the slope is 0");
}

}  // namespace
}  // namespace actinide
