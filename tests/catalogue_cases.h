// Random inputs and parameters that a definition allows.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/conventions.h"
#include "generators/catalogue/signature.h"
#include "generators/formula/evaluate.h"
#include "generators/formula/print.h"
#include "tests/formula_reals.h"

namespace actinide {

/// What GoogleTest prints for a parameter.
inline void PrintTo(const Activation &activation, std::ostream *out) {
    *out << text_as(activation);
}

namespace testing {

/// The catalogue, and what every profile makes of it where that is something else.
inline std::vector<Activation> definitions_of_all_profiles() {
    std::vector<Activation> all = catalogue();
    for (const Profile profile : all_profiles()) {
        for (const Activation &activation : catalogue(profile)) {
            if (!activation.differences.empty()) all.push_back(activation);
        }
    }
    return all;
}

/// "leaky_relu", "leaky_relu_as_jax".
inline std::string test_name(const ::testing::TestParamInfo<Activation> &info) {
    std::string name = text_as(info.param);
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
}

inline bool holds(const std::optional<Formula> &condition, const Values &values) {
    return !condition || evaluate(where(*condition, 1, 0), values, 100).to_double() == 1;
}

/// Draws x over many magnitudes and parameters around the usual that the definition allows; the defaults every fourth
/// time.
class RandomCases {
public:
    explicit RandomCases(unsigned seed) : random_(seed) {}

    std::map<std::string, double> draw(const Activation &activation) {
        std::map<std::string, double> values = {{"dy", uniform(-2, 2)}};
        for (const Input &each : activation.inputs) values[each.name] = input();
        do {
            const bool takes_defaults = random_() % 4 == 0;
            for (const Parameter &parameter : activation.parameters) {
                values[parameter.name] = static_cast<float>(takes_defaults ? parameter.default_value : uniform(-3, 3));
            }
        } while (!holds(activation.valid_when, exactly(values)));
        return values;
    }

private:
    std::mt19937 random_;

    double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
    double input() {
        const double magnitude = std::exp2(uniform(-40, 6));
        return static_cast<float>(random_() % 2 == 0 ? magnitude : -magnitude);
    }
};

}  // namespace testing
}  // namespace actinide
