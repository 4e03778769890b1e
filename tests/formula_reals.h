// Comparing exact values in tests.
#pragma once

#include <limits>
#include <map>
#include <string>

#include "generators/formula/evaluate.h"

namespace actinide::testing {

inline Values exactly(const std::map<std::string, double> &values) {
    Values reals;
    for (const auto &[name, value] : values) reals.emplace(name, math::Real(value, 53));
    return reals;
}

/// -log2 |a - b| / |b|: about the number of bits that agree. Equal values, and NaN for NaN, agree in all of them.
inline double agreeing_bits(const math::Real &a, const math::Real &b) {
    if (a.is_nan() || b.is_nan()) return a.is_nan() && b.is_nan() ? std::numeric_limits<double>::infinity() : 0;
    if (mpfr_equal_p(a.get(), b.get()) != 0) return std::numeric_limits<double>::infinity();
    if (mpfr_regular_p(a.get()) == 0 || mpfr_regular_p(b.get()) == 0) return 0;
    math::Real difference(b.precision());
    mpfr_sub(difference.get(), a.get(), b.get(), MPFR_RNDN);
    return static_cast<double>(mpfr_get_exp(b.get()) - mpfr_get_exp(difference.get()));
}

/// (f(x + h) - f(x - h)) / 2h with h = 2^-step_bits; right to about 2 step_bits bits below the third derivative.
inline math::Real central_difference(const Formula &formula, const std::string &name, const Values &values,
                                     int step_bits, int precision) {
    const auto shifted = [&](int sign) {
        math::Real step(sign, precision);
        mpfr_mul_2si(step.get(), step.get(), -step_bits, MPFR_RNDN);
        math::Real argument(precision);
        mpfr_add(argument.get(), values.at(name).get(), step.get(), MPFR_RNDN);
        Values moved = values;
        moved.at(name) = argument;
        return evaluate(formula, moved, precision);
    };
    math::Real difference(precision);
    mpfr_sub(difference.get(), shifted(1).get(), shifted(-1).get(), MPFR_RNDN);
    mpfr_mul_2si(difference.get(), difference.get(), step_bits - 1, MPFR_RNDN);
    return difference;
}

}  // namespace actinide::testing
