// links: actinide_verify actinide_formula actinide_schedules kernels_table
// Every kernel at every level against the exact reference: random inputs of all magnitudes, special values, kinks.
#include <gtest/gtest.h>

#include <sstream>

#include "generators/formula/print.h"
#include "tests/kernels_cases.h"
#include "tests/kernels_reference.h"
#include "tools/verify/comparison.h"

namespace actinide::kernels {
namespace {

/// With default parameters and a gradient of 1, where a reference in double decides nearly all.
constexpr size_t usual_points = 20000;
/// With any gradient, and with random parameters in all: each costs an evaluation in MPFR.
constexpr size_t unusual_points = 4000;

/// Points that share their parameters.
struct Batch {
    std::string what;
    Arrays arrays;
    bool is_usual;  ///< default parameters, and a gradient of 1: the published bound holds
};

class Accuracy : public testing::TestWithParam<KernelCase> {
protected:
    const KernelCase &kernel() const { return GetParam(); }
    Numbers numbers_{11};
    Formula own_derivative_ = own_derivative();

    /// What the parameters are called and are by default; learned ones too.
    Inputs default_values() const {
        Inputs values;
        for (const Parameter &parameter : kernel().activation->parameters) {
            values[parameter.name] = static_cast<float>(parameter.default_value);
        }
        for (const Input &input : kernel().activation->inputs) {
            if (input.held_at) values[input.name] = static_cast<float>(*input.held_at);
        }
        return values;
    }

    /// Around the usual, or anywhere; only what the kernel accepts.
    Inputs random_values() {
        for (;;) {
            Inputs values;
            for (const Parameter &parameter : kernel().activation->parameters) {
                values[parameter.name] =
                    numbers_.next() % 4 == 0 ? numbers_.of_exponent(-60, 60) : numbers_.between(-3, 3);
            }
            for (const Input &input : kernel().activation->inputs) {
                if (input.held_at) values[input.name] = numbers_.between(-3, 3);
            }
            if (accepts(kernel(), values)) return values;
        }
    }

    /// Further inputs are held in a usual batch and anything in others.
    Batch make_batch(const std::string &what, const Inputs &parameters, const std::vector<float> &x,
                     const std::vector<float> &dy, bool is_usual) {
        const kernel_entry &entry = *kernel().entry;
        Batch batch{what, {{}, default_parameters(entry), one_row(kernel(), x.size())}, is_usual};
        for (int i = 0; i < entry.input_count; ++i) {
            const std::string name = entry.inputs[i].name;
            if (name == kernel().saved()) {
                batch.arrays.inputs.push_back(x);
            } else if (name == "dy") {
                batch.arrays.inputs.push_back(dy);
            } else if (entry.inputs[i].is_per_channel != 0) {
                batch.arrays.inputs.push_back({static_cast<float>(parameters.at(name))});
            } else if (is_usual) {
                batch.arrays.inputs.emplace_back(x.size(), entry.inputs[i].usual_value);
            } else {
                batch.arrays.inputs.push_back(random_array(x.size()));
            }
        }
        for (int i = 0; i < entry.parameter_count; ++i) {
            batch.arrays.parameters[static_cast<size_t>(i)] =
                static_cast<float>(parameters.at(entry.parameters[i].name));
        }
        return batch;
    }

    std::vector<float> random_array(size_t size) {
        std::vector<float> values(size);
        for (float &value : values) value = numbers_.any_magnitude();
        return values;
    }

    /// Special values and kinks, each with every special gradient.
    void append_specials(const Inputs &parameters, std::vector<float> &x, std::vector<float> &dy) const {
        std::vector<float> points = special_values();
        for (const float kink : kinks(kernel().outputs.front().exact, kernel().saved(), parameters)) {
            points.push_back(kink);
        }
        for (const float point : points) {
            for (const float gradient : special_values()) {
                x.push_back(point);
                dy.push_back(kernel().is_backward() ? gradient : 1.0f);
                if (!kernel().is_backward()) break;
            }
        }
    }

    std::vector<Batch> all_batches() {
        std::vector<Batch> batches;
        const Inputs usual = default_values();
        std::vector<float> x = random_array(usual_points);
        std::vector<float> dy;
        append_specials(usual, x, dy);
        batches.push_back(make_batch("default parameters", usual, x, std::vector<float>(x.size(), 1.0f), true));
        if (kernel().is_backward()) {
            x = random_array(unusual_points);
            dy = random_array(unusual_points);
            append_specials(usual, x, dy);
            batches.push_back(make_batch("default parameters, any gradient", usual, x, dy, false));
        }
        constexpr size_t sets = 20;
        for (size_t set = 0; set < sets; ++set) {
            const Inputs values = random_values();
            x = random_array(unusual_points / sets);
            dy = random_array(x.size());
            if (set == 0) append_specials(values, x, dy);
            batches.push_back(make_batch("random parameters", values, x, dy, false));
        }
        return batches;
    }

    Inputs values_at(const Batch &batch, size_t point) const {
        Inputs values;
        for (size_t i = 0; i < batch.arrays.inputs.size(); ++i) {
            const std::vector<float> &array = batch.arrays.inputs[i];
            values[kernel().entry->inputs[i].name] = array[array.size() == 1 ? 0 : point];
        }
        for (int i = 0; i < kernel().entry->parameter_count; ++i) {
            values[kernel().entry->parameters[i].name] = batch.arrays.parameters[static_cast<size_t>(i)];
        }
        return values;
    }

    /// dx / dy as the pass takes it.
    Formula own_derivative() const {
        if (!kernel().is_backward()) return 1;
        return kernel().pass == Pass::backward ? derivative(*kernel().activation)
                                               : *kernel().activation->from_output.derivative;
    }

    void expect_usual_bound(const Batch &batch, const std::vector<float> &ours, const std::string &level) const;
    void expect_derived_bound(const Batch &batch, size_t point, const OutputFormula &output, float ours,
                              const std::string &level) const;

    std::vector<OutputFormula> outputs_per_element() const {
        std::vector<OutputFormula> found;
        for (const OutputFormula &output : kernel().outputs) {
            if (!output.summed_over_channel) found.push_back(output);
        }
        return found;
    }
    size_t main_output() const { return kernel().index_of(kernel().outputs.front()); }
};

class ForwardAccuracy : public Accuracy {};
class GradientGate : public Accuracy {};

bool is_backward(const KernelCase &each) {
    return each.is_backward();
}
bool is_forward(const KernelCase &each) {
    return !each.is_backward();
}
INSTANTIATE_TEST_SUITE_P(Catalogue, Accuracy, testing::ValuesIn(all_kernel_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Catalogue, ForwardAccuracy, testing::ValuesIn(kernel_cases_with(is_forward)), name_of);
INSTANTIATE_TEST_SUITE_P(Catalogue, GradientGate, testing::ValuesIn(kernel_cases_with(is_backward)), name_of);

std::string describe(float ours, const Inputs &inputs, const Formula &formula, const std::string &what) {
    std::ostringstream text;
    text << std::hexfloat << what << ": " << ours << " (bits " << std::hex << bits_of(ours) << ") instead of "
         << exact_to_float(formula, inputs) << ", " << std::defaultfloat << ulp_distance(ours, formula, inputs)
         << " ULP away, at";
    for (const auto &[name, value] : inputs) {
        text << " " << name << " = " << std::hexfloat << value << " (bits " << std::hex
             << bits_of(static_cast<float>(value)) << ")";
    }
    return text.str();
}

/// Where a derivative is literally 0 or 1, dx is +0 or dy, whatever dy is.
std::optional<float> literal_result(const Formula &derivative, const Inputs &inputs) {
    const Formula branch = selected_branch(derivative, inputs);
    if (is_constant(branch, 0)) return 0.0f;
    if (is_constant(branch, 1)) return static_cast<float>(inputs.at("dy"));
    return std::nullopt;
}

/// The exact value, where an infinite x meets a gradient of 0 or infinity that of the product of the limit with it.
math::Real exact_product(const Formula &formula, const Inputs &inputs) {
    math::Real value = exact_value(formula, inputs, float32_format);
    if (!value.is_nan() || !inputs.contains("dy")) return value;
    Inputs with_one = inputs;
    with_one["dy"] = 1;
    math::Real slope = exact_value(formula, with_one, float32_format);
    mpfr_mul_d(slope.get(), slope.get(), inputs.at("dy"), MPFR_RNDN);
    return slope;
}

/// Bounds are computed in double, and far out forms leave out what no float shows.
constexpr double last_digits = 1e-6;

/// How many ULP of the exact value the result may be away; infinity where nothing is promised.
double allowed_ulp(const Formula &computed, double exact, const Inputs &inputs) {
    const Bounded bound = ErrorBound(inputs).of(computed);
    // Just below a power of 2 the unit is half as large, whatever `exact` was rounded to.
    return bound.error == 0 ? 0 : bound.error / ulp_of(std::nextafter(exact, 0));
}

void Accuracy::expect_usual_bound(const Batch &batch, const std::vector<float> &ours, const std::string &level) const {
    const Formula &exact = kernel().outputs.front().exact;
    const std::vector<float> &varied = batch.arrays.inputs[kernel().index_of_input(kernel().saved())];
    const FastReference reference(exact, kernel().saved(), values_at(batch, 0), kernel().activation->terms_may_cancel);
    const std::vector<double> inputs(varied.begin(), varied.end());
    const ErrorStatistics found = compare_scattered(reference, DType::f32, inputs, ours.data(), varied.data(),
                                                    error_floor(*kernel().activation, kernel().pass));
    const double bound = kernel().is_backward() ? kernel().activation->gradient_ulp : kernel().activation->forward_ulp;
    const float worst = float_of(static_cast<uint32_t>(found.worst_input));
    EXPECT_LE(found.max_ulp, bound) << describe(float_of(static_cast<uint32_t>(found.worst_output)),
                                                reference.at(worst), exact, level + ", " + batch.what);
    if (kernel().activation->terms_may_cancel) return;
    EXPECT_EQ(found.wrong_zero_signs, 0u) << level << ", " << batch.what;
}

void Accuracy::expect_derived_bound(const Batch &batch, size_t point, const OutputFormula &output, float ours,
                                    const std::string &level) const {
    const Inputs inputs = values_at(batch, point);
    // No promise: sums of infinities whose signs the parameters decide.
    if (kernel().activation->terms_may_cancel && std::isinf(inputs.at(kernel().saved()))) return;
    const math::Real exact = exact_product(output.exact, inputs);
    const double right = rounded(exact, float32_format);
    const double allowed = allowed_ulp(output.computed, exact.to_double(), inputs);
    if (!std::isfinite(allowed)) return;
    const bool is_wrong_zero =
        !kernel().activation->terms_may_cancel && ours == 0 && right == 0 && std::signbit(right) != std::signbit(ours);
    const bool is_right =
        ulp_distance(static_cast<double>(ours), exact, float32_format) <= allowed + last_digits && !is_wrong_zero;
    ASSERT_TRUE(is_right) << describe(ours, inputs, output.exact, level + ", " + batch.what) << ", allowed " << allowed;
}

TEST_P(Accuracy, StaysWithinItsBoundOfTheExactReference) {
    for (const Batch &batch : all_batches()) {
        Outputs checked;
        for (const std::string &level : machine_levels()) {
            const LevelInUse in_use(level);
            int status = 0;
            const Outputs ours = run_plainly(*kernel().entry, batch.arrays, status);
            ASSERT_EQ(status, ACTN_OK);
            if (batch.is_usual) {
                expect_usual_bound(batch, ours[main_output()], level);
                continue;
            }
            for (const OutputFormula &output : outputs_per_element()) {
                const size_t index = kernel().index_of(output);
                for (size_t i = 0; i < ours[index].size() && !HasFatalFailure(); ++i) {
                    const float result = ours[index][i];
                    // The reference is slow, and levels agree.
                    if (!checked.empty() && canonical_bits(checked[index][i]) == canonical_bits(result)) continue;
                    const bool is_main = index == main_output() && kernel().is_backward();
                    if (is_main && literal_result(own_derivative_, values_at(batch, i))) continue;
                    expect_derived_bound(batch, i, output, result, level);
                }
            }
            if (checked.empty()) checked = ours;
        }
    }
}

TEST_P(GradientGate, IsShutOrOpenWhereTheDerivativeIsLiterallyZeroOrOne) {
    for (const Batch &batch : all_batches()) {
        if (batch.is_usual) continue;
        for (const std::string &level : machine_levels()) {
            const LevelInUse in_use(level);
            int status = 0;
            const std::vector<float> ours = run_plainly(*kernel().entry, batch.arrays, status)[main_output()];
            for (size_t i = 0; i < ours.size(); ++i) {
                const Inputs inputs = values_at(batch, i);
                const std::optional<float> expected = literal_result(own_derivative_, inputs);
                if (!expected) continue;
                ASSERT_EQ(canonical_bits(ours[i]), canonical_bits(*expected))
                    << describe(ours[i], inputs, kernel().outputs.front().exact, level + ", " + batch.what);
            }
        }
    }
}

TEST_P(ForwardAccuracy, GivesNanForNan) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const size_t n = 67;
    const Batch batch = make_batch("NaN", default_values(), std::vector<float>(n, nan), {}, true);
    for (const std::string &level : machine_levels()) {
        const LevelInUse in_use(level);
        int status = 0;
        const std::vector<float> ours = run_plainly(*kernel().entry, batch.arrays, status).front();
        for (const float y : ours) ASSERT_TRUE(std::isnan(y)) << level;
    }
}

}  // namespace
}  // namespace actinide::kernels
