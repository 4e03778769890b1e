#include "tools/verify/comparison.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "generators/formula/exact.h"

namespace actinide {
namespace {

/// How far from its real value a reference may be, in ULP of the kernel's type, without MPFR being asked.
constexpr double tolerated_ulp = 1e-6;

/// 2^exponent for exponents of normal doubles.
double power_of_two(int exponent) {
    return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
}

/// The exponent of the format's last place at a number; that of the largest number for what is beyond.
int last_place(double number, const FloatFormat &format) {
    const int exponent = static_cast<int>(std::bit_cast<uint64_t>(number) >> 52 & 0x7ff) - 1022;
    return std::clamp(exponent - format.digits, format.lowest_place(), format.max_exponent - format.digits);
}

/// `number` in the format, nearest even; overflow gives the first power of two beyond.
double nearest(double number, const FloatFormat &format) {
    const int place = last_place(number, format);
    constexpr double to_integers = 0x1.8p52;
    const double scaled = number * power_of_two(-place);
    const double largest_scaled = power_of_two(format.digits);
    if (!(std::fabs(scaled) < largest_scaled)) return std::copysign(power_of_two(format.max_exponent), number);
    return std::copysign((scaled + to_integers) - to_integers, number) * power_of_two(place);
}

/// What is right at one input, and how far ours is from it.
struct Judgement {
    double ulp;
    double right;  ///< the correctly rounded result
    bool is_correct;
};

class Comparison {
public:
    Comparison(const FastReference &reference, DType dtype, const ErrorFloor &floor)
        : reference_(reference), dtype_(dtype), format_(format_of(dtype)), floor_(floor) {}

    /// `bits_of_input(i)` names the worst input.
    template <typename InputBits>
    ErrorStatistics run(std::span<const double> inputs, const void *outputs, bool are_neighbours,
                        const InputBits &bits_of_input) {
        std::vector<double> ours(inputs.size());
        decode(dtype_, outputs, ours);
        const Approximation exact = reference_.evaluate(inputs);
        double right_before = 0;
        for (size_t i = 0; i < inputs.size(); ++i) {
            const double term = exact.largest_terms.empty() ? 0 : exact.largest_terms[i];
            const double least = std::fmax(std::isfinite(term) ? term : 0, least_at(inputs[i]));
            const Judgement judgement = judge(inputs[i], ours[i], exact.values[i], exact.errors[i], least);
            count(judgement, ours[i], bits_of_input(i), bits_at(dtype_, outputs, i));
            if (are_neighbours && i > 0) {
                const double ours_step = ours[i] - ours[i - 1];
                const double right_step = judgement.right - right_before;
                if ((ours_step > 0 && right_step < 0) || (ours_step < 0 && right_step > 0)) ++statistics_.order_breaks;
            }
            right_before = judgement.right;
        }
        return statistics_;
    }

private:
    const FastReference &reference_;
    DType dtype_;
    FloatFormat format_;
    ErrorFloor floor_;
    ErrorStatistics statistics_;

    double least_at(double input) const { return input >= floor_.low && input <= floor_.high ? floor_.least : 0; }

    /// An error counts in units of the last place of the exact value or, where that is larger, of `least`.
    Judgement judge(double input, double ours, double exact, double error, double least) {
        // Where arithmetic gives NaN of an infinity, there may be a limit.
        if (std::isinf(input) && reference_.wants_largest_terms()) return {0, ours, true};
        if (std::isnan(exact) && std::isinf(input)) return by_mpfr(input, ours, least);
        if (std::isnan(exact) && error == 0) return {std::isnan(ours) ? 0 : unknown(), exact, std::isnan(ours)};
        if (dtype_ == DType::f64) return by_mpfr(input, ours, least);
        if (std::isinf(exact) && error == 0 && ours == exact) return {0, ours, true};
        if (!std::isfinite(exact)) return by_mpfr(input, ours, least);
        if (std::isinf(ours) && overflows(exact, error) && std::signbit(ours) == std::signbit(exact))
            return {0, ours, true};
        if (!std::isfinite(ours)) return by_mpfr(input, ours, least);
        const double scale = power_of_two(-std::max(last_place(exact, format_), last_place(least, format_)));
        const double in_ulp = error * scale;
        if (!(in_ulp <= tolerated_ulp)) return by_mpfr(input, ours, least);
        const double low = nearest(exact - error, format_);
        const double high = nearest(exact + error, format_);
        if (low != high || std::fabs(low) >= power_of_two(format_.max_exponent - 1) * 2) {
            return by_mpfr(input, ours, least);
        }
        // Of a zero, low and high are one, but their signs are the error's.
        return {std::fabs(ours - exact) * scale, nearest(exact, format_), ours == low};
    }

    /// Certainly so far out that the nearest number of the format is an infinity.
    bool overflows(double exact, double error) const {
        return std::fabs(exact) - error >= power_of_two(format_.max_exponent);
    }

    Judgement by_mpfr(double input, double ours, double least) {
        ++statistics_.in_doubt;
        const math::Real exact = exact_value(reference_.formula(), reference_.at(input), format_);
        const double right = rounded(exact, format_);
        const bool is_correct = ours == right || (std::isnan(ours) && std::isnan(right));
        return {ulp_distance(ours, exact, format_, least), right, is_correct};
    }

    static double unknown() { return std::numeric_limits<double>::infinity(); }

    void count(const Judgement &judgement, double ours, uint64_t input_bits, uint64_t output_bits) {
        ++statistics_.count;
        if (!judgement.is_correct) ++statistics_.not_correctly_rounded;
        const bool are_zeros = judgement.right == 0 && ours == 0;
        if (are_zeros && std::signbit(judgement.right) != std::signbit(ours)) ++statistics_.wrong_zero_signs;
        size_t rank = 0;
        while (rank < histogram_ends.size() && judgement.ulp > histogram_ends[rank]) ++rank;
        ++statistics_.histogram[rank];
        statistics_.sum_ulp += judgement.ulp;
        if (judgement.ulp > statistics_.max_ulp) {
            statistics_.max_ulp = judgement.ulp;
            statistics_.worst_input = input_bits;
            statistics_.worst_output = output_bits;
        }
    }
};

}  // namespace

ErrorFloor error_floor(const Activation &activation, Pass pass) {
    const std::optional<Interval> &zero = activation.derivative_zero;
    if (plain_pass(pass) == Pass::forward || !zero) return {};
    return {.low = zero->low, .high = zero->high, .least = cancelled_size};
}

ErrorStatistics compare(const FastReference &reference, DType dtype, std::span<const double> inputs,
                        const void *outputs, uint64_t first_input_bits, const ErrorFloor &floor) {
    return Comparison(reference, dtype, floor).run(inputs, outputs, true, [&](size_t i) {
        return first_input_bits + i;
    });
}

ErrorStatistics compare_scattered(const FastReference &reference, DType dtype, std::span<const double> inputs,
                                  const void *outputs, const void *input_elements, const ErrorFloor &floor) {
    return Comparison(reference, dtype, floor).run(inputs, outputs, false, [&](size_t i) {
        return bits_at(dtype, input_elements, i);
    });
}

}  // namespace actinide
