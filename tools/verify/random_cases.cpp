#include "tools/verify/random_cases.h"

#include <cmath>
#include <random>

#include "generators/formula/exact.h"
#include "tools/verify/number_format.h"

namespace actinide {
namespace {

bool holds(const std::optional<Formula> &condition, const Inputs &values) {
    return !condition || exact_to(float64_format, where(*condition, 1, 0), values) == 1;
}

std::map<std::string, double> draw_parameters(const KernelKey &key, std::mt19937_64 &random) {
    const std::optional<Formula> of_pass = signature(*key.activation, key.pass, key.dtype).valid_when;
    const std::optional<Formula> &of_all = key.activation->valid_when;  // about learned parameters too
    std::uniform_real_distribution<double> factor(-2, 3);
    for (int tries = 0; tries < 1000; ++tries) {
        std::map<std::string, double> values;
        for (const Input &input : key.activation->inputs) {
            if (input.held_at) values[input.name] = static_cast<float>(factor(random));
        }
        for (const Parameter &parameter : key.activation->parameters) {
            const double base = parameter.default_value == 0 ? 1 : parameter.default_value;
            values[parameter.name] = static_cast<float>(base * factor(random));
        }
        if (holds(of_pass, values) && holds(of_all, values)) return values;
    }
    return {};
}

}  // namespace

std::vector<uint64_t> random_inputs(DType dtype, uint64_t count, uint64_t seed) {
    std::mt19937_64 random(seed);
    const unsigned width = 8 * static_cast<unsigned>(bytes_per_element(dtype));
    std::uniform_real_distribution<double> exponent(-30, 8);
    std::vector<uint64_t> inputs(count);
    for (uint64_t &bits : inputs) {
        const uint64_t any = random();
        if ((any & 1) != 0) {
            bits = random() >> (64 - width);
        } else {
            bits = encoded(dtype, (any & 2) != 0 ? std::exp2(exponent(random)) : -std::exp2(exponent(random)));
        }
    }
    return inputs;
}

std::vector<std::map<std::string, double>> random_parameters(const KernelKey &key, uint64_t count) {
    std::mt19937_64 random(7);
    std::vector<std::map<std::string, double>> sets(count);
    for (auto &set : sets) set = draw_parameters(key, random);
    return sets;
}

}  // namespace actinide
