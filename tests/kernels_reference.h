// What a kernel may answer at one point: the exact value, and how far roundings can lead away from it.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "generators/formula/exact.h"
#include "generators/formula/formula.h"
#include "generators/math/function.h"
#include "generators/math/real.h"
#include "tests/kernels_numbers.h"

namespace actinide::kernels {

/// A value in double, and the most by which the same formula in strict f32 can differ from the formula's exact value.
struct Bounded {
    double value = 0;
    double error = 0;
};

/// One unit in the last place of a float of this size.
inline double ulp_of(double value) {
    constexpr int smallest_exponent = -126;
    if (!(std::abs(value) < std::numeric_limits<double>::infinity())) return 0;
    int exponent = smallest_exponent;
    if (value != 0) exponent = std::max(std::ilogb(value), smallest_exponent);
    return std::ldexp(1.0, exponent - 23);
}

/// Running error analysis: every operation of the tree rounds once (an fma rounds less often), every function errs by
/// what generators/math promises of it, and errors of operands grow as calculus has it. Where an intermediate
/// result may leave the floats, nothing is promised.
class ErrorBound {
public:
    explicit ErrorBound(const Inputs &inputs) : inputs_(inputs) {}

    Bounded of(const Formula &formula) const {
        const auto &operands = formula.operands();
        switch (formula.operation()) {
            case Operation::constant:
                return of_constant(formula);
            case Operation::variable:
                return {inputs_.at(formula.text()), 0};
            case Operation::negate: {
                const Bounded operand = of(operands[0]);
                return {-operand.value, operand.error};
            }
            case Operation::add:
            case Operation::subtract: {
                const Bounded a = of(operands[0]);
                const Bounded b = of(operands[1]);
                const double sign = formula.operation() == Operation::add ? 1 : -1;
                return rounded(a.value + sign * b.value, a.error + b.error);
            }
            case Operation::multiply: {
                const Bounded a = of(operands[0]);
                const Bounded b = of(operands[1]);
                return rounded(a.value * b.value, product_error(a, b));
            }
            case Operation::divide: {
                const Bounded a = of(operands[0]);
                const Bounded b = of(operands[1]);
                const double least = std::abs(b.value) - b.error;
                if (b.error > 0 && !(least > 0)) return lost(a.value / b.value);
                const double error =
                    a.error == 0 && b.error == 0 ? 0 : (a.error + std::abs(a.value / b.value) * b.error) / least;
                return rounded(a.value / b.value, error);
            }
            case Operation::rounded:
                return of_rounding(formula);
            case Operation::where:
                return of(holds(operands[0]) ? operands[1] : operands[2]);
            case Operation::call:
                return of_call(formula);
            default:
                return {};
        }
    }

    /// Exactly: where a side of a comparison was rounded, MPFR decides.
    bool holds(const Formula &condition) const {
        const auto &operands = condition.operands();
        if (condition.operation() == Operation::both) return holds(operands[0]) && holds(operands[1]);
        if (condition.operation() == Operation::either) return holds(operands[0]) || holds(operands[1]);
        const Bounded a = of(operands[0]);
        const Bounded b = of(operands[1]);
        if (a.error != 0 || b.error != 0) return exact_to_float(where(condition, 1, 0), inputs_) == 1;
        switch (condition.operation()) {
            case Operation::less:
                return a.value < b.value;
            case Operation::less_equal:
                return a.value <= b.value;
            case Operation::greater:
                return a.value > b.value;
            default:
                return a.value >= b.value;
        }
    }

private:
    const Inputs &inputs_;

    static Bounded lost(double value) { return {value, std::numeric_limits<double>::infinity()}; }

    static Bounded rounded(double value, double error) {
        if (!std::isfinite(error)) return lost(value);
        // Exact infinities and NaN stay what they are.
        if (!std::isfinite(value)) return error == 0 ? Bounded{value, 0} : lost(value);
        const double largest = std::numeric_limits<float>::max();
        if (std::abs(value) + error > largest) return lost(value);
        return {value, error + ulp_of(std::abs(value) + error) / 2};
    }

    /// An exact infinity times what may as well be zero is anything.
    static double product_error(const Bounded &a, const Bounded &b) {
        if (a.error == 0 && b.error == 0) return 0;
        if (!std::isfinite(a.value) || !std::isfinite(b.value)) {
            const Bounded &uncertain = a.error == 0 ? b : a;
            const bool may_be_zero = std::abs(uncertain.value) <= uncertain.error;
            return may_be_zero ? std::numeric_limits<double>::infinity() : 0;
        }
        return std::abs(a.value) * b.error + std::abs(b.value) * a.error + a.error * b.error;
    }

    /// One operation of exact numbers gives the nearest float.
    Bounded of_rounding(const Formula &formula) const {
        const Formula &operation = formula.operands()[0];
        const bool is_of_exact = std::all_of(operation.operands().begin(), operation.operands().end(),
                                             [&](const Formula &operand) { return of(operand).error == 0; });
        return is_of_exact ? Bounded{exact_to_float(formula, inputs_), 0} : of(operation);
    }

    static Bounded of_constant(const Formula &formula) {
        const double value = math::Real(formula.text(), 53).to_double();
        const bool is_float = static_cast<double>(static_cast<float>(value)) == value;
        return {value, is_float ? 0 : ulp_of(value) / 2};
    }

    static double evaluate(const math::Function &function, double argument) {
        return function.evaluate({math::Real(argument, 53)}, 53).to_double();
    }

    /// Functions of activations are monotone over a short way; over a long one a sine takes all its values.
    static const std::vector<double> &shares_of_error(double error) {
        static const std::vector<double> ends = {-1, 1};
        static const std::vector<double> everywhere = [] {
            constexpr int parts = 50;
            std::vector<double> shares;
            for (int i = -parts; i <= parts; ++i) shares.push_back(static_cast<double>(i) / parts);
            return shares;
        }();
        constexpr double short_way = 0.1;
        return error < short_way ? ends : everywhere;
    }

    Bounded of_call(const Formula &formula) const {
        const math::Function &function = *formula.function();
        const Bounded argument = of(formula.operands()[0]);
        const double value = evaluate(function, argument.value);
        // An overflow is no exact infinity.
        const bool is_exact = argument.error == 0 && !std::isfinite(argument.value);
        if (!std::isfinite(value)) return is_exact || std::isnan(value) ? Bounded{value, 0} : lost(value);
        if (!std::isfinite(argument.error) || std::abs(value) > std::numeric_limits<float>::max()) return lost(value);
        constexpr double half_turn = 3;
        const bool turns = function.name == "sin" || function.name == "cos";
        if (turns && argument.error > half_turn) return {value, 2};
        double error = std::max(1.0, math::choose_form(function, 32, math::usual_ulp).ulp) * ulp_of(value);
        if (argument.error > 0) {
            double moved = 0;
            for (const double share : shares_of_error(argument.error)) {
                const double other = evaluate(function, argument.value + share * argument.error);
                moved = std::max(moved, std::abs(other - value));
            }
            error += moved;
        }
        return {value, error};
    }
};

/// The formula of real numbers, so that an ErrorBound counts what its roundings lose.
inline Formula without_roundings(const Formula &formula) {
    std::vector<Formula> operands;
    for (const Formula &operand : formula.operands()) operands.push_back(without_roundings(operand));
    return formula.operation() == Operation::rounded ? operands.front() : with_operands(formula, std::move(operands));
}

/// The branch of nested `where`s that `inputs` select.
inline Formula selected_branch(const Formula &formula, const Inputs &inputs) {
    if (formula.operation() != Operation::where) return formula;
    const bool is_first = ErrorBound(inputs).holds(formula.operands()[0]);
    return selected_branch(formula.operands()[is_first ? 1 : 2], inputs);
}

/// Floats in the order of their values: consecutive integers are neighbours.
inline int64_t order_of(float value) {
    const uint32_t bits = bits_of(value);
    const auto magnitude = static_cast<int64_t>(bits & 0x7fffffffu);
    return bits >> 31 != 0 ? -magnitude : magnitude;
}
inline float float_at(int64_t order) {
    return order < 0 ? float_of(static_cast<uint32_t>(-order) | 0x80000000u) : float_of(static_cast<uint32_t>(order));
}

/// Values of `name` at which a condition of the formula changes, each with its next floats on both sides. Found by the
/// condition itself: a scan over all magnitudes, then bisection.
inline std::vector<float> kinks(const Formula &formula, const std::string &name, const Inputs &inputs) {
    constexpr int64_t infinity = 0x7f800000;
    constexpr int64_t step = infinity / 509;
    constexpr int64_t neighbours = 3;
    std::vector<float> found;
    for (const Formula &condition : conditions(formula)) {
        if (!mentions(condition, name)) continue;
        const auto holds_at = [&](int64_t order) {
            Inputs at = inputs;
            at[name] = float_at(order);
            return ErrorBound(at).holds(condition);
        };
        for (int64_t low = -infinity; low < infinity; low += step) {
            int64_t below = low;
            int64_t above = std::min(low + step, infinity);
            const bool holds_below = holds_at(below);
            if (holds_below == holds_at(above)) continue;
            while (above - below > 1) {
                const int64_t middle = below + (above - below) / 2;
                (holds_at(middle) == holds_below ? below : above) = middle;
            }
            for (int64_t order = below - neighbours; order <= above + neighbours; ++order) {
                found.push_back(float_at(order));
            }
        }
    }
    return found;
}

}  // namespace actinide::kernels
