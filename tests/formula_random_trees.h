// Random formulas for tests: every operation, every function of the registry, reproducible from the seed.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "generators/formula/formula.h"
#include "generators/math/function.h"

namespace actinide::testing {

class RandomTrees {
public:
    explicit RandomTrees(unsigned seed) : random_(seed) {}

    Formula number(int depth) {
        if (depth <= 1) return leaf();
        switch (below(8)) {
            case 0:
                return number(depth - 1) + number(depth - 1);
            case 1:
                return number(depth - 1) - number(depth - 1);
            case 2:
                return number(depth - 1) * number(depth - 1);
            case 3:
                return number(depth - 1) / number(depth - 1);
            case 4:
                return -number(depth - 1);
            case 5:
                return where(condition(depth - 1), number(depth - 1), number(depth - 1));
            case 6:
                return function_call(depth);
            default:
                return leaf();
        }
    }

    Formula condition(int depth) {
        if (depth > 2 && below(4) == 0) return condition(depth - 1) && condition(depth - 1);
        if (depth > 2 && below(4) == 0) return condition(depth - 1) || condition(depth - 1);
        const Formula a = number(depth - 1);
        const Formula b = number(depth - 1);
        switch (below(4)) {
            case 0:
                return a < b;
            case 1:
                return a <= b;
            case 2:
                return a > b;
            default:
                return a >= b;
        }
    }

    /// A double in (-2, 2).
    double value() { return std::uniform_real_distribution<double>(-2, 2)(random_); }

private:
    std::mt19937 random_;

    int below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }

    Formula leaf() {
        static const std::vector<std::string> constants = {"0",         "1",    "2",  "10",    "0.5",
                                                           "-0.044715", "1e-6", "-3", "2.5e30"};
        static const std::vector<std::string> names = {"x", "alpha", "a", "negative_slope", "_b2"};
        if (below(2) == 0) return constant(constants[below(static_cast<int>(constants.size()))]);
        return variable(names[below(static_cast<int>(names.size()))]);
    }

    Formula function_call(int depth) {
        const auto &all = math::functions();
        const math::Function &function = *all[below(static_cast<int>(all.size()))];
        std::vector<Formula> arguments;
        for (size_t i = 0; i < function.arguments.size(); ++i) arguments.push_back(number(depth - 1));
        return call(function, std::move(arguments));
    }
};

}  // namespace actinide::testing
