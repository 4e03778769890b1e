// links: actinide_formula actinide_schedules kernels_table
// needs: kernels_environment kernels_environment_aarch64
// What a caller has set of the floating-point environment stays as it is, and does no more than the header says.
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "generators/formula/differentiate.h"
#include "generators/formula/exact.h"
#include "tests/kernels_cases.h"
#include "tests/package_scratch.h"

namespace actinide::kernels {
namespace {

template <typename Wanted>
bool has_node(const Formula &formula, const Wanted &is_wanted) {
    const std::vector<Formula> &operands = formula.operands();
    return is_wanted(formula) || std::any_of(operands.begin(), operands.end(),
                                             [&](const Formula &operand) { return has_node(operand, is_wanted); });
}
template <typename Wanted>
bool has_node(const Activation &activation, Pass pass, const Wanted &is_wanted) {
    const std::vector<OutputFormula> outputs = output_formulas(activation, pass);
    return std::any_of(outputs.begin(), outputs.end(),
                       [&](const OutputFormula &output) { return has_node(output.computed, is_wanted); });
}

/// Functions split their argument, and another rounding may split it elsewhere, beyond what their polynomials are for.
bool calls_function(const Activation &activation, Pass pass) {
    return has_node(activation, pass, [](const Formula &node) { return node.function() != nullptr; });
}

bool is_power_of_two(const Formula &formula) {
    int exponent = 0;
    return variables(formula).empty() && !is_condition(formula) &&
           std::frexp(std::abs(exact_to(float64_format, formula, {})), &exponent) == 0.5;
}

/// Whether any number would have to be rounded.
bool may_round(const Formula &formula) {
    const std::vector<Formula> &operands = formula.operands();
    switch (formula.operation()) {
        case Operation::add:
        case Operation::subtract:
        case Operation::call:
            return true;
        case Operation::multiply:
        case Operation::divide:
            if (is_power_of_two(formula)) return false;
            if (is_power_of_two(operands[1])) return may_round(operands[0]);
            if (formula.operation() == Operation::divide || !is_power_of_two(operands[0])) return true;
            return may_round(operands[1]);
        default:
            return std::any_of(operands.begin(), operands.end(), may_round);
    }
}

/// The formula where parameters that are 0 by default add nothing.
Formula with_usual_zeros(Formula formula, const Activation &activation) {
    for (const Parameter &parameter : activation.parameters) {
        if (parameter.default_value == 0) formula = substitute(formula, parameter.name, 0);
    }
    return simplify(formula);
}

/// Whether results of the wide types depend on the rounding mode, unless a kernel set its own. What is computed more
/// exactly than it is stored hides the mode.
bool feels_rounding(const Activation &activation, Pass pass, DType dtype) {
    const std::vector<OutputFormula> outputs = output_formulas(activation, pass);
    return bytes_per_element(dtype) > 2 &&
           std::any_of(outputs.begin(), outputs.end(), [&](const OutputFormula &output) {
               return output.summed_over_channel || may_round(with_usual_zeros(output.computed, activation));
           });
}

/// How far an element may go beyond some steps, as a share of max(|result|, 1).
double element_bound(const Activation &activation, Pass pass, DType dtype) {
    // What is flushed may have corrected the result.
    if (!calls_function(activation, pass)) return dtype == DType::f64 ? 0x1p-50 : 0x1p-20;
    return dtype == DType::f64 ? 0x1p-35 : 0x1p-14;
}

/// As a share of the sum of the terms' bounds.
double sum_bound(const Activation &activation, Pass pass, DType dtype) {
    if (calls_function(activation, pass)) return element_bound(activation, pass, dtype);
    return dtype == DType::f64 ? 0x1p-50 : 0;
}

/// With several learned parameters, terms cancel and sines turn by any numbers, and so they do of a rounded product: a
/// rounding may move anything then.
bool has_bound(const Activation &activation, Pass pass) {
    if (has_node(activation, pass, [](const Formula &node) { return node.operation() == Operation::rounded; })) {
        return false;
    }
    const auto is_learned = [](const Parameter &parameter) { return parameter.learned; };
    const auto learned = std::count_if(activation.parameters.begin(), activation.parameters.end(), is_learned);
    return learned <= 1 && !activation.terms_may_cancel;
}

/// What the program found, kernel by kernel; it judges by itself what needs no tolerance.
void expect_harmless(const std::string &command, bool takes_all_numbers) {
    const CommandResult result = run(command);
    EXPECT_EQ(result.exit_code, 0) << command << "\n" << result.output;
    std::istringstream lines(result.output);
    size_t count = 0;
    std::string name;
    std::string pass_name;
    std::string dtype_name;
    bool has_felt_rounding = false;
    double element = 0;
    double sum = 0;
    for (; lines >> name >> pass_name >> dtype_name >> has_felt_rounding >> element >> sum; ++count) {
        const Pass pass = pass_from_name(pass_name).value();
        const DType dtype = dtype_from_name(dtype_name).value();
        const Activation &activation = *find_activation(name);
        SCOPED_TRACE(testing::Message() << name << " " << pass_name << " " << dtype_name);
        if (has_bound(activation, pass)) {
            EXPECT_LE(element, element_bound(activation, pass, dtype));
            EXPECT_LE(sum, sum_bound(activation, pass, dtype));
        }
        // A few numbers may all be rounded alike.
        if (takes_all_numbers && feels_rounding(activation, pass, dtype)) EXPECT_TRUE(has_felt_rounding);
    }
    EXPECT_EQ(count, kernels_in_package()) << command << "\n" << result.output;
}

TEST(Environment, StaysAsTheCallerSetItAndBringsNoWildNumbersAtEveryLevel) {
    for (const std::string &level : machine_levels()) {
        const bool takes_all_numbers = find_target(level).target->has_fma;
        expect_harmless(std::string(ACTINIDE_KERNELS_ENVIRONMENT) + " " + level, takes_all_numbers);
    }
}

TEST(Environment, StaysAsTheCallerSetItAndBringsNoWildNumbersOnNeon) {
    if (std::string(ACTINIDE_KERNELS_ENVIRONMENT_AARCH64).empty()) {
        GTEST_SKIP() << "qemu-user or the aarch64 cross compiler is not installed";
    }
    expect_harmless(
        std::string(ACTINIDE_QEMU_AARCH64) + " -L /usr/aarch64-linux-gnu " + ACTINIDE_KERNELS_ENVIRONMENT_AARCH64,
        false);
}

}  // namespace
}  // namespace actinide::kernels
