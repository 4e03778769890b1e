// links: actinide_formula actinide_schedules kernels_table
// Every kernel at every level against the exact reference: random inputs of all magnitudes, special values, kinks.
#include <gtest/gtest.h>

#include <sstream>

#include "generators/formula/print.h"
#include "tests/kernels_cases.h"
#include "tests/kernels_reference.h"

namespace actinide::kernels {
namespace {

constexpr size_t random_points = 100000;

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

    static constexpr size_t batch_points_ = random_points / 5;

    /// What the parameters are called and are by default; learned ones too.
    Inputs default_values() const {
        Inputs values;
        for (const Parameter &parameter : kernel().activation->parameters) {
            values[parameter.name] = static_cast<float>(parameter.default_value);
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
            if (accepts(kernel(), values)) return values;
        }
    }

    Batch make_batch(const std::string &what, const Inputs &parameters, const std::vector<float> &x,
                     const std::vector<float> &dy, bool is_usual) const {
        const kernel_entry &entry = *kernel().entry;
        Batch batch{what, {{}, default_parameters(entry), one_row(kernel(), x.size())}, is_usual};
        for (int i = 0; i < entry.input_count; ++i) {
            const std::string name = entry.inputs[i].name;
            if (name == kernel().saved()) {
                batch.arrays.inputs.push_back(x);
            } else if (name == "dy") {
                batch.arrays.inputs.push_back(dy);
            } else {
                batch.arrays.inputs.push_back({static_cast<float>(parameters.at(name))});
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
        std::vector<float> x = random_array(3 * batch_points_);
        std::vector<float> dy;
        append_specials(usual, x, dy);
        batches.push_back(make_batch("default parameters", usual, x, std::vector<float>(x.size(), 1.0f), true));
        if (kernel().is_backward()) {
            x = random_array(batch_points_);
            dy = random_array(batch_points_);
            append_specials(usual, x, dy);
            batches.push_back(make_batch("default parameters, any gradient", usual, x, dy, false));
        }
        constexpr size_t sets = 20;
        for (size_t set = 0; set < sets; ++set) {
            const Inputs values = random_values();
            x = random_array(2 * batch_points_ / sets);
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

    Formula own_derivative() const {
        return kernel().pass == Pass::backward ? derivative(*kernel().activation)
                                               : *kernel().activation->from_output.derivative;
    }
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

/// How many ULP of the exact value the result may be away; infinity where nothing is promised.
double allowed_ulp(const Formula &computed, const Formula &exact, const Inputs &inputs) {
    const Bounded bound = ErrorBound(inputs).of(computed);
    return bound.error == 0 ? 0 : bound.error / ulp_of(exact_to_float(exact, inputs));
}

/// Where a definition says that its derivative cancels, an error counts in larger units.
double distance_at_defaults(float ours, const KernelCase &kernel, const Inputs &inputs) {
    const std::optional<Interval> &zero = kernel.activation->derivative_zero;
    const double input = inputs.at(kernel.saved());
    const bool cancels = kernel.is_backward() && zero && input >= zero->low && input <= zero->high;
    const math::Real exact = exact_value(kernel.outputs.front().exact, inputs, float32_format);
    return ulp_distance(static_cast<double>(ours), exact, float32_format, cancels ? cancelled_size : 0);
}

bool is_zero_of_another_sign(float ours, const Formula &formula, const Inputs &inputs) {
    if (ours != 0) return false;
    const float exact = exact_to_float(formula, inputs);
    return exact == 0 && std::signbit(exact) != std::signbit(ours);
}

TEST_P(Accuracy, StaysWithinItsBoundOfTheExactReference) {
    const OutputFormula &output = kernel().outputs.front();
    const double usual_bound =
        kernel().is_backward() ? kernel().activation->gradient_ulp : kernel().activation->forward_ulp;
    double worst = 0;
    for (const Batch &batch : all_batches()) {
        std::vector<float> checked;
        for (const std::string &level : machine_levels()) {
            const LevelInUse in_use(level);
            int status = 0;
            const std::vector<float> ours = run_plainly(*kernel().entry, batch.arrays, status).front();
            ASSERT_EQ(status, ACTN_OK);
            for (size_t i = 0; i < ours.size(); ++i) {
                // The reference is slow, and levels agree.
                if (!checked.empty() && canonical_bits(checked[i]) == canonical_bits(ours[i])) continue;
                const Inputs inputs = values_at(batch, i);
                if (kernel().is_backward() && literal_result(own_derivative(), inputs)) continue;
                const double distance = batch.is_usual ? distance_at_defaults(ours[i], kernel(), inputs)
                                                       : ulp_distance(ours[i], output.exact, inputs);
                const double allowed =
                    batch.is_usual ? usual_bound : allowed_ulp(output.computed, output.exact, inputs);
                if (batch.is_usual) worst = std::max(worst, distance);
                ASSERT_TRUE(distance <= allowed || !std::isfinite(allowed))
                    << describe(ours[i], inputs, output.exact, level + ", " + batch.what) << ", allowed " << allowed;
                ASSERT_FALSE(std::isfinite(allowed) && is_zero_of_another_sign(ours[i], output.exact, inputs))
                    << describe(ours[i], inputs, output.exact, level + ", " + batch.what);
            }
            if (checked.empty()) checked = ours;
        }
    }
    RecordProperty("worst_ulp", std::to_string(worst));
}

TEST_P(GradientGate, IsShutOrOpenWhereTheDerivativeIsLiterallyZeroOrOne) {
    for (const Batch &batch : all_batches()) {
        if (batch.is_usual) continue;
        for (const std::string &level : machine_levels()) {
            const LevelInUse in_use(level);
            int status = 0;
            const std::vector<float> ours = run_plainly(*kernel().entry, batch.arrays, status).front();
            for (size_t i = 0; i < ours.size(); ++i) {
                const Inputs inputs = values_at(batch, i);
                const std::optional<float> expected = literal_result(own_derivative(), inputs);
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
