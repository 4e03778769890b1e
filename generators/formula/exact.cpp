#include "generators/formula/exact.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "generators/formula/evaluate.h"
#include "generators/formula/print.h"

namespace actinide {

namespace {

using math::Real;

constexpr int first_precision = 100;
constexpr int highest_precision = 2400;
/// Two evaluations agree when they differ by less than this beyond the format's digits.
constexpr int spare_bits = 26;

bool are_close(const Real &a, const Real &b, int bits) {
    Real difference(b.precision());
    mpfr_sub(difference.get(), a.get(), b.get(), MPFR_RNDN);
    if (mpfr_regular_p(difference.get()) == 0) return true;  // equal, or decided by the infinities and NaN alone
    return mpfr_regular_p(b.get()) != 0 && mpfr_get_exp(difference.get()) <= mpfr_get_exp(b.get()) - bits;
}

bool have_same_bits(double a, double b) {
    return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

/// The exponent of the last bit of a number of the format next to `exact`.
long last_place(const Real &exact, const FloatFormat &format) {
    const long lowest = format.lowest_place();
    const long highest = format.max_exponent - format.digits;
    if (mpfr_regular_p(exact.get()) == 0) return lowest;
    return std::clamp<long>(mpfr_get_exp(exact.get()) - format.digits, lowest, highest);
}

/// An infinity stands for the first power of two that the format does not reach.
double with_overflow_as_number(double value, const FloatFormat &format) {
    return std::isinf(value) ? std::copysign(std::ldexp(1.0, format.max_exponent), value) : value;
}

Real value_at(const Formula &formula, const Values &values, const FloatFormat &format) {
    Evaluation rough = evaluate_watchfully(formula, values, first_precision);
    for (int precision = first_precision * 3 / 2; precision <= highest_precision; precision *= 2) {
        Evaluation fine = evaluate_watchfully(formula, values, precision);
        const bool agree = !rough.lost_digits && !fine.lost_digits &&
                           are_close(rough.value, fine.value, format.digits + spare_bits) &&
                           have_same_bits(rounded(rough.value, format), rounded(fine.value, format));
        rough = std::move(fine);
        if (agree) break;
    }
    return std::move(rough.value);
}

/// Beyond 2^28 a NaN may be what infinities and overflows have made of a limit: e^(2^30) overflows even in MPFR.
constexpr int large_exponent = 28;

/// The name of the largest input if it is that large and all others are numbers other than 0: of a product with 0 or of
/// two infinities there is no limit.
std::string large_input(const Inputs &inputs) {
    std::string largest;
    for (const auto &[name, value] : inputs) {
        if (largest.empty() || std::fabs(value) > std::fabs(inputs.at(largest))) largest = name;
    }
    for (const auto &[name, value] : inputs) {
        if (name != largest && (value == 0 || !std::isfinite(value))) return "";
    }
    return !largest.empty() && std::fabs(inputs.at(largest)) >= std::ldexp(1.0, large_exponent) ? largest : "";
}

/// What the formula is where the input `name` is from 2^exponent to twice that, with its sign, if all agree: two alone
/// may be the same by chance, as a wave that overflows has but two values.
Real limit_near(int exponent, const std::string &name, const Formula &formula, Values values,
                const FloatFormat &format) {
    constexpr long sixteenths = 16;
    Real &input = values.at(name);
    const long sign = mpfr_signbit(input.get()) != 0 ? -1 : 1;
    mpfr_set_si_2exp(input.get(), sign, exponent, MPFR_RNDN);
    Real nearest = value_at(formula, values, format);
    for (long more = 1; more <= sixteenths; ++more) {
        mpfr_set_si_2exp(input.get(), sign * (sixteenths + more), exponent - 4, MPFR_RNDN);
        const Real farther = value_at(formula, values, format);
        if (!have_same_bits(rounded(nearest, format), rounded(farther, format))) return Real(first_precision);
    }
    return nearest;
}

bool has_rounding(const Formula &formula) {
    return formula.operation() == Operation::rounded ||
           std::any_of(formula.operands().begin(), formula.operands().end(), has_rounding);
}

/// The formula with a variable for each rounded(a), whose value joins the inputs: a float like any other input.
Formula with_rounded_inputs(const Formula &formula, Inputs &inputs, const FloatFormat &arithmetic) {
    if (!has_rounding(formula)) return formula;
    std::vector<Formula> operands;
    for (const Formula &operand : formula.operands()) {
        operands.push_back(with_rounded_inputs(operand, inputs, arithmetic));
    }
    if (formula.operation() != Operation::rounded) return with_operands(formula, std::move(operands));
    const std::string name = print(formula);
    inputs[name] = exact_to(arithmetic, operands.front(), inputs);
    return variable(name);
}

Inputs mentioned_inputs(const Formula &formula, const Inputs &inputs) {
    Inputs mentioned;
    for (const std::string &name : variables(formula)) mentioned.emplace(name, inputs.at(name));
    return mentioned;
}

}  // namespace

Real exact_value(const Formula &formula, const Inputs &inputs, const FloatFormat &format) {
    if (has_rounding(formula)) {
        const FloatFormat &arithmetic = format.digits > float32_format.digits ? float64_format : float32_format;
        Inputs with_rounded = inputs;
        const Formula of_rounded = with_rounded_inputs(formula, with_rounded, arithmetic);
        return exact_value(of_rounded, mentioned_inputs(of_rounded, with_rounded), format);
    }
    Values values;
    for (const auto &[name, value] : inputs) values.emplace(name, Real(value, std::numeric_limits<double>::digits));
    Real value = value_at(formula, values, format);
    if (!value.is_nan()) return value;
    const std::string name = large_input(inputs);
    if (name.empty()) return value;
    // Far beyond every format, where what grows overflows it; then where MPFR's own exponents do not overflow.
    Real limit = limit_near(2000, name, formula, values, format);
    return limit.is_nan() ? limit_near(large_exponent, name, formula, values, format) : limit;
}

double exact_to(const FloatFormat &format, const Formula &formula, const Inputs &inputs) {
    return rounded(exact_value(formula, inputs, format), format);
}

float exact_to_float(const Formula &formula, const Inputs &inputs) {
    return static_cast<float>(exact_to(float32_format, formula, inputs));
}

double largest_term(const Formula &formula, const Inputs &inputs) {
    const std::vector<Formula> &operands = formula.operands();
    const auto of = [&](size_t i) { return largest_term(operands[i], inputs); };
    switch (formula.operation()) {
        case Operation::add:
        case Operation::subtract:
            return std::fmax(of(0), of(1));
        case Operation::multiply:
            return of(0) * of(1);
        case Operation::divide:
            return of(0) / std::fabs(exact_to(float64_format, operands[1], inputs));
        case Operation::negate:
            return of(0);
        case Operation::where:
            return exact_to(float64_format, where(operands[0], 1, 0), inputs) == 1 ? of(1) : of(2);
        default:
            return std::fabs(exact_to(float64_format, formula, inputs));
    }
}

double ulp_distance(double ours, const Real &exact, const FloatFormat &format, double largest_term) {
    if (std::isnan(ours) && exact.is_nan()) return 0;
    if (std::isnan(ours) || exact.is_nan()) return std::numeric_limits<double>::infinity();
    if (std::isinf(ours) && have_same_bits(ours, rounded(exact, format))) return 0;

    Real distance(exact.precision());
    mpfr_sub_d(distance.get(), exact.get(), with_overflow_as_number(ours, format), MPFR_RNDN);
    mpfr_abs(distance.get(), distance.get(), MPFR_RNDN);
    const double unit_of = std::isfinite(largest_term) ? largest_term : 0;
    const long place = std::max(last_place(exact, format), last_place(Real(unit_of, 53), format));
    mpfr_mul_2si(distance.get(), distance.get(), -place, MPFR_RNDN);
    return distance.to_double();
}

double ulp_distance(float ours, const Formula &formula, const Inputs &inputs) {
    return ulp_distance(static_cast<double>(ours), exact_value(formula, inputs, float32_format), float32_format);
}

}  // namespace actinide
