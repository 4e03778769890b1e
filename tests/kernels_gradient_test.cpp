// links: actinide_formula actinide_schedules kernels_table
// Kernels' gradients against central differences of the exact forward formula: no rule of differentiation takes part.
#include <gtest/gtest.h>

#include <algorithm>

#include "generators/formula/evaluate.h"
#include "tests/kernels_cases.h"
#include "tests/kernels_reference.h"

namespace actinide::kernels {
namespace {

using math::Real;

constexpr int difference_bits = 300;
/// So small that the curvature's part of the difference is far below a float's last place.
constexpr int step_exponent = -60;

Values exactly(const Inputs &inputs) {
    Values values;
    for (const auto &[name, value] : inputs) values.emplace(name, Real(value, difference_bits));
    return values;
}

/// (f(v + h) - f(v - h)) / 2h in the variable `name`.
double central_difference(const Formula &formula, const Inputs &inputs, const std::string &name) {
    const auto value_at = [&](double sign) {
        Values values = exactly(inputs);
        Real &moved = values.at(name);
        mpfr_add_d(moved.get(), moved.get(), std::ldexp(sign, step_exponent), MPFR_RNDN);
        return evaluate(formula, values, difference_bits);
    };
    Real difference = value_at(1);
    mpfr_sub(difference.get(), difference.get(), value_at(-1).get(), MPFR_RNDN);
    mpfr_mul_2si(difference.get(), difference.get(), -step_exponent - 1, MPFR_RNDN);
    return difference.to_double();
}

/// Whether no condition of the formula switches within a few steps.
bool is_away_from_kinks(const Formula &formula, Inputs inputs, const std::string &name) {
    Inputs other = inputs;
    inputs[name] -= std::ldexp(1.0, step_exponent + 2);
    other[name] += std::ldexp(1.0, step_exponent + 2);
    const std::vector<Formula> all = conditions(formula);
    return std::all_of(all.begin(), all.end(), [&](const Formula &condition) {
        return ErrorBound(inputs).holds(condition) == ErrorBound(other).holds(condition);
    });
}

class Gradient : public testing::TestWithParam<KernelCase> {
protected:
    const KernelCase &kernel() const { return GetParam(); }
    Numbers numbers_{41};

    Inputs random_point() {
        for (;;) {
            Inputs values;
            for (const Input &input : kernel().activation->inputs) values[input.name] = numbers_.of_exponent(-20, 5);
            for (const Parameter &parameter : kernel().activation->parameters) {
                const auto usual = static_cast<float>(parameter.default_value);
                values[parameter.name] = numbers_.next() % 2 == 0 ? usual : numbers_.between(-3, 3);
            }
            if (accepts(kernel(), values) && is_away_from_all_kinks(values)) return values;
        }
    }

    bool is_away_from_all_kinks(const Inputs &values) const {
        const std::vector<Input> &inputs = kernel().activation->inputs;
        return std::all_of(inputs.begin(), inputs.end(), [&](const Input &input) {
            return is_away_from_kinks(kernel().activation->forward, values, input.name);
        });
    }

    /// All outputs of the kernel for one element with a gradient of 1.
    std::vector<float> run_at(const Inputs &values) const {
        const kernel_entry &entry = *kernel().entry;
        Arrays arrays{{}, std::vector<float>(KERNEL_MAX_PARAMETERS), one_row(kernel(), 1)};
        for (int i = 0; i < entry.input_count; ++i) {
            arrays.inputs.push_back({static_cast<float>(values.at(entry.inputs[i].name))});
        }
        for (int i = 0; i < entry.parameter_count; ++i) {
            arrays.parameters[static_cast<size_t>(i)] = static_cast<float>(values.at(entry.parameters[i].name));
        }
        int status = 0;
        std::vector<float> results;
        for (const std::vector<float> &output : run_plainly(entry, arrays, status)) results.push_back(output.at(0));
        EXPECT_EQ(status, ACTN_OK);
        return results;
    }

    /// What roundings may add; taken from the output, the rounding of y moves the gradient too.
    double allowed(const OutputFormula &output, const Inputs &values, double expected) const {
        const Formula computed = without_roundings(output.computed);
        double error = ErrorBound(values).of(computed).error + std::abs(expected) * 1e-12;
        if (kernel().pass != Pass::backward_from_output) return error;
        const auto y = static_cast<float>(values.at("y"));
        for (const float neighbour : {std::nextafter(y, -INFINITY), std::nextafter(y, INFINITY)}) {
            Inputs moved = values;
            moved["y"] = neighbour;
            const Bounded bound = ErrorBound(moved).of(computed);
            error = std::max({error, bound.error, std::abs(bound.value - expected)});
        }
        return error + ulp_of(expected);
    }
};

bool is_backward(const KernelCase &each) {
    return each.is_backward();
}
INSTANTIATE_TEST_SUITE_P(Catalogue, Gradient, testing::ValuesIn(kernel_cases_with(is_backward)), name_of);

TEST_P(Gradient, IsTheSlopeOfTheForwardFormula) {
    constexpr int points = 1000;
    for (int point = 0; point < points; ++point) {
        Inputs values = random_point();
        values["y"] = exact_to_float(kernel().activation->forward, values);
        values["dy"] = 1;
        for (const OutputFormula &output : kernel().outputs) {
            if (output.summed_over_channel) continue;
            const std::string input = output.output.substr(1);
            const double expected = central_difference(kernel().activation->forward, values, input);
            if (std::abs(expected) > std::numeric_limits<float>::max()) continue;
            for (const std::string &level : machine_levels()) {
                const LevelInUse in_use(level);
                ASSERT_NEAR(run_at(values)[kernel().index_of(output)], expected, allowed(output, values, expected))
                    << level << ", " << input << " = " << values.at(input);
            }
        }
    }
}

TEST_P(Gradient, InALearnedParameterIsItsSlopeToo) {
    constexpr int points = 500;
    for (const Parameter &parameter : kernel().activation->parameters) {
        if (!parameter.learned) continue;
        const size_t output = kernel().index_of({"d" + parameter.name, 0, 0});
        for (int point = 0; point < points; ++point) {
            Inputs values = random_point();
            values["dy"] = 1;
            const double expected = central_difference(kernel().activation->forward, values, parameter.name);
            const Bounded computed =
                ErrorBound(values).of(without_roundings(computed_derivative(*kernel().activation, parameter)));
            ASSERT_NEAR(run_at(values).at(output), expected, ulp_of(expected) + computed.error)
                << parameter.name << " at " << kernel().saved() << " = " << values.at(kernel().saved());
        }
    }
}

}  // namespace
}  // namespace actinide::kernels
