// links: actinide_formula actinide_schedules kernels_table
// Gradients of learned parameters against sums in MPFR, for every shape that memory can have.
#include <gtest/gtest.h>

#include "generators/formula/evaluate.h"
#include "tests/kernels_cases.h"
#include "tests/kernels_reference.h"

namespace actinide::kernels {
namespace {

constexpr int sum_bits = 400;  // floats' products, summed without a rounding that could count
const double allowed_relative = std::ldexp(1.0, -45);

/// The exact sum over one channel, and how far from it the contract allows to be.
struct Sum {
    float exact = 0;
    math::Real value{0.0, sum_bits};
    double allowed = 0;
};

class ParameterGradient : public testing::TestWithParam<KernelCase> {
protected:
    const KernelCase &kernel() const { return GetParam(); }
    Numbers numbers_{31};

    Arrays random_call(const Sizes &sizes) {
        const kernel_entry &entry = *kernel().entry;
        Arrays arrays{{}, default_parameters(entry), sizes};
        for (int i = 0; i < entry.input_count; ++i) {
            std::vector<float> values(length_of(entry, entry.inputs[i], sizes));
            for (float &value : values) value = numbers_.of_exponent(-9, 2);
            arrays.inputs.push_back(std::move(values));
        }
        for (size_t channel = 0; channel < sizes[1]; ++channel) {
            while (!accepts(kernel(), parameters_of(arrays, channel))) draw_learned(arrays, channel);
        }
        return arrays;
    }

    void draw_learned(Arrays &arrays, size_t channel) {
        for (size_t i = 0; i < arrays.inputs.size(); ++i) {
            if (kernel().entry->inputs[i].is_per_channel != 0) arrays.inputs[i][channel] = numbers_.of_exponent(-9, 2);
        }
    }

    Inputs parameters_of(const Arrays &arrays, size_t channel) const {
        Inputs values;
        for (size_t i = 0; i < arrays.inputs.size(); ++i) {
            const kernel_array &input = kernel().entry->inputs[i];
            if (input.is_per_channel != 0) values[input.name] = arrays.inputs[i][channel];
        }
        for (int i = 0; i < kernel().entry->parameter_count; ++i) {
            values[kernel().entry->parameters[i].name] = arrays.parameters[static_cast<size_t>(i)];
        }
        return values;
    }

    Inputs values_at(const Arrays &arrays, size_t element) const {
        const auto [outer, channels, inner] = arrays.sizes;
        Inputs values = parameters_of(arrays, element / inner % channels);
        for (size_t i = 0; i < arrays.inputs.size(); ++i) {
            const kernel_array &input = kernel().entry->inputs[i];
            if (input.is_per_channel == 0) values[input.name] = arrays.inputs[i][element];
        }
        return values;
    }

    /// Derivative in the parameter that `output` is the gradient of, as it is computed.
    Formula derivative_of(size_t output) const {
        for (const Parameter &parameter : kernel().activation->parameters) {
            if ("d" + parameter.name == kernel().outputs[output].output) {
                return computed_derivative(*kernel().activation, parameter);
            }
        }
        ADD_FAILURE() << "no parameter for " << kernel().outputs[output].output;
        return 0;
    }

    /// One sum per channel: 1 ULP, 2^-45 of the terms' magnitudes, and what the derivative itself rounds.
    std::vector<Sum> exact_sums(const Arrays &arrays, size_t output) const {
        const auto [outer, channels, inner] = arrays.sizes;
        const Formula term = kernel().outputs[output].exact;
        const Formula slope = derivative_of(output);
        std::vector<Sum> sums(channels);
        for (size_t element = 0; element < outer * channels * inner; ++element) {
            const Inputs at = values_at(arrays, element);
            const math::Real value = exact_value(term, at, float32_format);
            Sum &sum = sums[element / inner % channels];
            mpfr_add(sum.value.get(), sum.value.get(), value.get(), MPFR_RNDN);
            sum.allowed += std::abs(value.to_double()) * allowed_relative;
            sum.allowed += ErrorBound(at).of(slope).error * std::abs(at.at("dy"));
        }
        for (Sum &sum : sums) {
            sum.exact = sum.value.to_float();
            sum.allowed += ulp_of(sum.value.to_double());
        }
        return sums;
    }

    /// MPFR's functions are slow, and how many elements are added up is the runtime's business, not the formula's.
    bool is_too_slow(const Sizes &sizes) const {
        constexpr size_t few_elements = 2200;
        return !functions_called(kernel().activation->forward).empty() && sizes[0] * sizes[1] * sizes[2] > few_elements;
    }

    void expect_sums(const Arrays &arrays) {
        if (is_too_slow(arrays.sizes)) return;
        int status = 0;
        for (size_t output = 0; output < kernel().outputs.size(); ++output) {
            if (!kernel().outputs[output].summed_over_channel) continue;
            const std::vector<Sum> sums = exact_sums(arrays, output);
            for (const std::string &level : machine_levels()) {
                const LevelInUse in_use(level);
                const std::vector<float> ours =
                    run_plainly(*kernel().entry, arrays, status)[kernel().index_of(kernel().outputs[output])];
                ASSERT_EQ(status, ACTN_OK);
                for (size_t channel = 0; channel < sums.size(); ++channel) {
                    math::Real distance(sums[channel].value);
                    mpfr_sub_d(distance.get(), distance.get(), ours[channel], MPFR_RNDN);
                    ASSERT_LE(std::abs(distance.to_double()), sums[channel].allowed)
                        << level << ", channel " << channel << ": " << ours[channel] << " instead of "
                        << sums[channel].exact;
                }
            }
        }
    }
};

bool sums_over_channels(const KernelCase &each) {
    return each.has_parameter_gradient();
}
INSTANTIATE_TEST_SUITE_P(Catalogue, ParameterGradient, testing::ValuesIn(kernel_cases_with(sums_over_channels)),
                         name_of);

TEST_P(ParameterGradient, IsTheExactSumWithChannelsOutside) {
    for (const Sizes &sizes : {Sizes{1, 2, 2}, Sizes{2, 3, 35}, Sizes{4, 5, 2049}, Sizes{1, 1, 2100}, Sizes{70, 2, 130},
                               Sizes{3, 130, 17}, Sizes{1, 2, 32769}}) {
        expect_sums(random_call(sizes));
    }
}

TEST_P(ParameterGradient, IsTheExactSumWithChannelsLast) {
    for (const Sizes &sizes : {Sizes{1, 2, 1}, Sizes{130, 7, 1}, Sizes{257, 65, 1}, Sizes{8193, 3, 1}, Sizes{3, 513, 1},
                               Sizes{17, 1030, 1}}) {
        expect_sums(random_call(sizes));
    }
}

TEST_P(ParameterGradient, IsTheExactSumOfOneChannel) {
    for (const Sizes &sizes :
         {Sizes{1, 1, 1}, Sizes{1, 1, 15}, Sizes{5, 1, 1}, Sizes{3, 1, 4099}, Sizes{1, 1, 140001}}) {
        expect_sums(random_call(sizes));
    }
}

TEST_P(ParameterGradient, KeepsItsDigitsWhereTheTermsCancel) {
    for (const Sizes &sizes :
         {Sizes{1, 1, 20000}, Sizes{3, 4, 700}, Sizes{3, 4, 90}, Sizes{300, 5, 1}, Sizes{3000, 5, 1}}) {
        Arrays arrays = random_call(sizes);
        let_terms_cancel(*kernel().entry, arrays);
        expect_sums(arrays);
    }
}

TEST_P(ParameterGradient, IsTheSameAtEveryLevelToTheBit) {
    for (const Sizes &sizes : {Sizes{3, 5, 3119}, Sizes{1039, 63, 1}, Sizes{1, 1, 300007}}) {
        Arrays arrays = random_call(sizes);
        let_terms_cancel(*kernel().entry, arrays);
        std::vector<Outputs> results;
        for (const std::string &level : machine_levels()) {
            const LevelInUse in_use(level);
            int status = 0;
            results.push_back(run_plainly(*kernel().entry, arrays, status));
        }
        for (const Outputs &result : results) {
            for (size_t output = 0; output < result.size(); ++output) {
                EXPECT_EQ(std::memcmp(result[output].data(), results[0][output].data(),
                                      result[output].size() * sizeof(float)),
                          0);
            }
        }
    }
}

TEST_P(ParameterGradient, LeavesNanToItsOwnChannel) {
    for (const Sizes &sizes : {Sizes{3, 4, 50}, Sizes{150, 4, 1}}) {
        Arrays arrays = random_call(sizes);
        const auto [outer, channels, inner] = sizes;
        const size_t element = (outer / 2 * channels + 2) * inner;  // of channel 2
        for (size_t i = 0; i < arrays.inputs.size(); ++i) {
            if (kernel().entry->inputs[i].is_per_channel) continue;
            arrays.inputs[i][element] = std::numeric_limits<float>::quiet_NaN();
        }
        for (const std::string &level : machine_levels()) {
            const LevelInUse in_use(level);
            int status = 0;
            const Outputs ours = run_plainly(*kernel().entry, arrays, status);
            for (size_t output = 0; output < ours.size(); ++output) {
                if (!kernel().outputs[output].summed_over_channel) continue;
                // A gate that NaN leaves shut lets nothing through.
                const bool lets_nan_through =
                    std::isnan(exact_to_float(kernel().outputs[output].exact, values_at(arrays, element)));
                for (size_t channel = 0; channel < channels; ++channel) {
                    EXPECT_EQ(std::isnan(ours[output][channel]), lets_nan_through && channel == 2)
                        << kernel().outputs[output].output;
                }
            }
        }
    }
}

}  // namespace
}  // namespace actinide::kernels
