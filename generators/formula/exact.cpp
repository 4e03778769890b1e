#include "generators/formula/exact.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "generators/formula/evaluate.h"

namespace actinide {

namespace {

using math::Real;

constexpr int first_precision = 100;
constexpr int highest_precision = 2000;
/// Two evaluations agree when they differ by less than this part of the value, 24 bits of a float and 26 to spare.
constexpr int agreement_bits = 50;

bool are_close(const Real &a, const Real &b) {
    Real difference(b.precision());
    mpfr_sub(difference.get(), a.get(), b.get(), MPFR_RNDN);
    if (mpfr_regular_p(difference.get()) == 0) return true;  // equal, or decided by the infinities and NaN alone
    return mpfr_regular_p(b.get()) != 0 && mpfr_get_exp(difference.get()) <= mpfr_get_exp(b.get()) - agreement_bits;
}

bool have_same_bits(float a, float b) {
    return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b) || (std::isnan(a) && std::isnan(b));
}

/// The value, accurate enough that rounding it to f32 gives the exact value's rounding.
Real settle(const Formula &formula, const Inputs &inputs) {
    Values values;
    for (const auto &[name, value] : inputs) values.emplace(name, Real(value, std::numeric_limits<double>::digits));

    Evaluation rough = evaluate_watchfully(formula, values, first_precision);
    for (int precision = first_precision * 3 / 2; precision <= highest_precision; precision *= 2) {
        Evaluation fine = evaluate_watchfully(formula, values, precision);
        const bool agree = !rough.lost_digits && !fine.lost_digits && are_close(rough.value, fine.value) &&
                           have_same_bits(rough.value.to_float(), fine.value.to_float());
        rough = std::move(fine);
        if (agree) break;
    }
    return std::move(rough.value);
}

/// The exponent of the last bit of a float next to `exact`.
long last_place(const Real &exact) {
    constexpr long smallest = std::numeric_limits<float>::min_exponent - std::numeric_limits<float>::digits;
    constexpr long largest = std::numeric_limits<float>::max_exponent - std::numeric_limits<float>::digits;
    if (mpfr_regular_p(exact.get()) == 0) return smallest;
    return std::clamp<long>(mpfr_get_exp(exact.get()) - std::numeric_limits<float>::digits, smallest, largest);
}

/// An infinity stands for the first power of two that floats do not reach.
double with_overflow_as_number(float value) {
    return std::isinf(value) ? std::copysign(std::ldexp(1.0, std::numeric_limits<float>::max_exponent), value) : value;
}

}  // namespace

float exact_to_float(const Formula &formula, const Inputs &inputs) {
    return settle(formula, inputs).to_float();
}

double ulp_distance(float ours, const Formula &formula, const Inputs &inputs) {
    const Real exact = settle(formula, inputs);
    if (std::isnan(ours) && exact.is_nan()) return 0;
    if (std::isnan(ours) || exact.is_nan()) return std::numeric_limits<double>::infinity();
    if (std::isinf(ours) && have_same_bits(ours, exact.to_float())) return 0;

    Real distance(exact.precision());
    mpfr_sub_d(distance.get(), exact.get(), with_overflow_as_number(ours), MPFR_RNDN);
    mpfr_abs(distance.get(), distance.get(), MPFR_RNDN);
    mpfr_mul_2si(distance.get(), distance.get(), -last_place(exact), MPFR_RNDN);
    return distance.to_double();
}

}  // namespace actinide
