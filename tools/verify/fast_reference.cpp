#include "tools/verify/fast_reference.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "generators/formula/exact.h"
#include "generators/formula/parse.h"
#include "generators/math/function.h"

namespace actinide {
namespace {

constexpr double unit_roundoff = 0x1p-53;
/// More than what underflow can take, and no subnormal, which costs a hundred cycles; far below what a float shows.
constexpr double least = 0x1p-1000;
constexpr double unknown = std::numeric_limits<double>::infinity();

/// Few enough that what a formula computes for them stays in the first-level cache, nearly.
constexpr size_t block_elements = 1024;

using Truth = std::vector<char>;

class BlockEvaluator {
public:
    BlockEvaluator(std::span<const double> inputs, const std::string &name, const std::map<std::string, double> &fixed)
        : inputs_(inputs), name_(name), fixed_(fixed), count_(inputs.size()) {}

    /// Each node once, however often the formula mentions it.
    const Approximation &value(const Formula &formula) {
        const auto known = values_.find(formula.node());
        if (known != values_.end()) return known->second;
        Approximation computed = compute(formula);
        for (double &error : computed.errors) {
            if (std::isnan(error)) error = unknown;
        }
        return values_.emplace(formula.node(), std::move(computed)).first->second;
    }

    std::vector<double> largest_terms(const Formula &formula) {
        const std::vector<Formula> &operands = formula.operands();
        switch (formula.operation()) {
            case Operation::add:
            case Operation::subtract:
                return combined(operands[0], operands[1], [](double a, double b) { return std::fmax(a, b); });
            case Operation::multiply:
                return combined(operands[0], operands[1], [](double a, double b) { return a * b; });
            case Operation::divide: {
                std::vector<double> terms = largest_terms(operands[0]);
                const Approximation &divisor = value(operands[1]);
                for (size_t i = 0; i < count_; ++i) terms[i] /= std::fabs(divisor.values[i]);
                return terms;
            }
            case Operation::negate:
                return largest_terms(operands[0]);
            case Operation::where: {
                Truth is_certain(count_, 1);
                const Truth holds = truth(operands[0], is_certain);
                std::vector<double> terms = largest_terms(operands[1]);
                const std::vector<double> others = largest_terms(operands[2]);
                for (size_t i = 0; i < count_; ++i) terms[i] = holds[i] != 0 ? terms[i] : others[i];
                return terms;
            }
            default:
                break;
        }
        std::vector<double> sizes = value(formula).values;
        for (double &size : sizes) size = std::fabs(size);
        return sizes;
    }

private:
    std::span<const double> inputs_;
    const std::string &name_;
    const std::map<std::string, double> &fixed_;
    size_t count_;
    std::unordered_map<const Formula::Node *, Approximation> values_;

    template <typename Combine>
    std::vector<double> combined(const Formula &a, const Formula &b, const Combine &combine) {
        std::vector<double> terms = largest_terms(a);
        const std::vector<double> others = largest_terms(b);
        for (size_t i = 0; i < count_; ++i) terms[i] = combine(terms[i], others[i]);
        return terms;
    }

    Approximation compute(const Formula &formula) {
        const std::vector<Formula> &operands = formula.operands();
        switch (formula.operation()) {
            case Operation::constant:
                return of_constant(formula);
            case Operation::variable:
                return of_variable(formula.text());
            case Operation::negate:
                return of_negation(value(operands[0]));
            case Operation::rounded:
                return of_rounding(value(operands[0]));
            case Operation::add:
                return of_sum(value(operands[0]), value(operands[1]));
            case Operation::subtract:
                return of_sum(value(operands[0]), of_negation(value(operands[1])));
            case Operation::multiply:
                return of_product(value(operands[0]), value(operands[1]));
            case Operation::divide:
                return of_quotient(value(operands[0]), value(operands[1]));
            case Operation::where:
                return of_choice(operands);
            case Operation::call:
                return of_call(formula);
            default:
                break;
        }
        assert(!"a condition is not a number");
        return {};
    }

    Approximation filled(double value, double error) const {
        return {std::vector<double>(count_, value), std::vector<double>(count_, error)};
    }

    Approximation of_constant(const Formula &formula) const {
        const math::Real exact = exact_value(formula, {}, float64_format);
        const double nearest = exact.to_double();
        const bool is_exact = mpfr_cmp_d(exact.get(), nearest) == 0;
        return filled(nearest, is_exact ? 0 : unit_roundoff * std::fabs(nearest));
    }

    Approximation of_variable(const std::string &name) const {
        if (name != name_) return filled(fixed_.at(name), 0);
        return {{inputs_.begin(), inputs_.end()}, std::vector<double>(count_, 0.0)};
    }

    /// Not a number for certain where an operand is that; infinities minus infinities are for MPFR.
    static double doubt_of_nan(const Approximation &a, const Approximation &b, size_t i) {
        const bool is_certain =
            (std::isnan(a.values[i]) && a.errors[i] == 0) || (std::isnan(b.values[i]) && b.errors[i] == 0);
        return is_certain ? 0.0 : unknown;
    }

    static bool are_exact(const Approximation &a, const Approximation &b, size_t i) {
        return a.errors[i] == 0 && b.errors[i] == 0;
    }

    /// An infinity without doubt is one, or a number that no double reaches; a moderate one does not bring it back.
    static double doubt_of_sum(double sum, const Approximation &a, const Approximation &b, size_t i) {
        if (std::isnan(sum)) return doubt_of_nan(a, b, i);
        constexpr double moderate = 0x1p1000;
        const double smaller = std::min(std::fabs(a.values[i]), std::fabs(b.values[i]));
        return are_exact(a, b, i) && (smaller <= moderate || std::isinf(smaller)) ? 0.0 : unknown;
    }

    static double doubt_of_product(double product, const Approximation &a, const Approximation &b, size_t i) {
        if (std::isnan(product)) return doubt_of_nan(a, b, i);
        const double smaller = std::min(std::fabs(a.values[i]), std::fabs(b.values[i]));
        return are_exact(a, b, i) && smaller >= 1 ? 0.0 : unknown;
    }

    /// Of an exact argument libm knows an overflow, or that it is outside the function's domain. A computed infinity is
    /// no exact argument.
    static double doubt_of_call(bool is_plain, double error_of_argument, double result, double error) {
        if (!is_plain) return unknown;
        if (std::isfinite(result)) return error;
        return error_of_argument == 0 ? 0.0 : unknown;
    }

    static Approximation of_negation(Approximation a) {
        for (double &value : a.values) value = -value;
        return a;
    }

    /// To float32; of overflow, and where the error reaches two floats, MPFR has to tell.
    static Approximation of_rounding(Approximation a) {
        for (size_t i = 0; i < a.values.size(); ++i) {
            const auto low = static_cast<float>(a.values[i] - a.errors[i]);
            const auto high = static_cast<float>(a.values[i] + a.errors[i]);
            if (std::isnan(a.values[i]) || std::isinf(a.values[i])) continue;
            a.errors[i] = low == high && std::isfinite(low) ? 0.0 : unknown;
            a.values[i] = low;
        }
        return a;
    }

    Approximation of_sum(Approximation a, const Approximation &b) const {
        for (size_t i = 0; i < count_; ++i) {
            const double sum = a.values[i] + b.values[i];
            const double part = sum - a.values[i];
            const double residue = (a.values[i] - (sum - part)) + (b.values[i] - part);
            const double error = a.errors[i] + b.errors[i] + (residue == 0 ? 0.0 : unit_roundoff * std::fabs(sum));
            a.errors[i] = std::isfinite(sum) ? error : doubt_of_sum(sum, a, b, i);
            a.values[i] = sum;
        }
        return a;
    }

    Approximation of_product(Approximation a, const Approximation &b) const {
        for (size_t i = 0; i < count_; ++i) {
            const double product = a.values[i] * b.values[i];
            const double carried = (a.errors[i] == 0 ? 0.0 : a.errors[i] * (std::fabs(b.values[i]) + b.errors[i])) +
                                   (b.errors[i] == 0 ? 0.0 : b.errors[i] * std::fabs(a.values[i]));
            const bool is_exact = std::fma(a.values[i], b.values[i], -product) == 0 && std::fabs(product) > 0x1p-960;
            const bool is_zero = a.values[i] == 0 || b.values[i] == 0;
            const double error = carried + (is_exact || is_zero ? 0.0 : unit_roundoff * std::fabs(product) + least);
            a.errors[i] = std::isfinite(product) ? error : doubt_of_product(product, a, b, i);
            a.values[i] = product;
        }
        return a;
    }

    Approximation of_quotient(Approximation a, const Approximation &b) const {
        for (size_t i = 0; i < count_; ++i) {
            const double quotient = a.values[i] / b.values[i];
            const double room = std::fabs(b.values[i]) - b.errors[i];
            const double carried =
                a.errors[i] == 0 && b.errors[i] == 0 ? 0.0 : (a.errors[i] + std::fabs(quotient) * b.errors[i]) / room;
            const bool is_exact = std::fma(quotient, b.values[i], -a.values[i]) == 0;
            const double error = room > 0 || b.errors[i] == 0
                                     ? carried + (is_exact ? 0.0 : unit_roundoff * std::fabs(quotient) + least)
                                     : unknown;
            a.errors[i] = std::isnan(quotient) ? doubt_of_nan(a, b, i) : error;
            // What stands for infinity may be a number that no double reaches.
            if (std::isinf(b.values[i])) a.errors[i] += std::fabs(a.values[i]) * 0x1p-1000 + least;
            a.values[i] = quotient;
        }
        return a;
    }

    Approximation of_choice(const std::vector<Formula> &operands) {
        Truth is_certain(count_, 1);
        const Truth holds = truth(operands[0], is_certain);
        Approximation chosen = value(operands[1]);
        const Approximation &other = value(operands[2]);
        for (size_t i = 0; i < count_; ++i) {
            if (holds[i] == 0) {
                chosen.values[i] = other.values[i];
                chosen.errors[i] = other.errors[i];
            }
            if (is_certain[i] == 0) chosen.errors[i] = unknown;
        }
        return chosen;
    }

    Truth truth(const Formula &condition, Truth &is_certain) {
        const std::vector<Formula> &operands = condition.operands();
        if (condition.operation() == Operation::both || condition.operation() == Operation::either) {
            Truth a = truth(operands[0], is_certain);
            const Truth b = truth(operands[1], is_certain);
            const bool both = condition.operation() == Operation::both;
            for (size_t i = 0; i < count_; ++i) a[i] = static_cast<char>(both ? a[i] & b[i] : a[i] | b[i]);
            return a;
        }
        const Approximation &a = value(operands[0]);
        const Approximation &b = value(operands[1]);
        Truth holds(count_);
        for (size_t i = 0; i < count_; ++i) {
            holds[i] = static_cast<char>(compare(condition.operation(), a.values[i], b.values[i]));
            const double doubt = a.errors[i] + b.errors[i];
            // Two infinities may stand for numbers that differ.
            if (std::isinf(a.values[i]) && a.values[i] == b.values[i]) is_certain[i] = 0;
            if (doubt > 0 && !(std::fabs(a.values[i] - b.values[i]) > doubt)) is_certain[i] = 0;
        }
        return holds;
    }

    static bool compare(Operation operation, double a, double b) {
        switch (operation) {
            case Operation::less:
                return a < b;
            case Operation::less_equal:
                return a <= b;
            case Operation::greater:
                return a > b;
            default:
                return a >= b;
        }
    }

    Approximation of_call(const Formula &formula) {
        const math::Function &function = *formula.function();
        if (function.arguments.size() != 1 || function.in_double.function == nullptr) return filled(0, unknown);
        Approximation a = value(formula.operands()[0]);
        const bool is_input = formula.operands()[0].operation() == Operation::variable;
        std::vector<double> carried(count_, 0.0);
        if (std::any_of(a.errors.begin(), a.errors.end(), [](double error) { return error > 0; })) {
            carried = carried_by_derivative(function, a);
        }
        for (size_t i = 0; i < count_; ++i) {
            const double result = not_vanished(function.in_double.function(a.values[i]), a.values[i]);
            const double own = 2 * unit_roundoff * function.in_double.ulp * std::fabs(result) + least;
            a.errors[i] = doubt_of_call(is_input || !std::isinf(a.values[i]), a.errors[i], result, carried[i] + own);
            a.values[i] = result;
        }
        return a;
    }

    /// Where a function of a large argument gives 0, a number has underflown, whose sign decides that of sums.
    static double not_vanished(double result, double argument) {
        if (result != 0 || !(std::fabs(argument) > 1) || std::isinf(argument)) return result;
        return std::copysign(std::numeric_limits<double>::denorm_min(), result);
    }

    std::vector<double> carried_by_derivative(const math::Function &function, const Approximation &a) const {
        const Formula derivative = *parse(function.derivatives[0]).formula;
        const Approximation slope = BlockEvaluator(a.values, function.arguments[0], {}).value(derivative);
        std::vector<double> carried(count_);
        for (size_t i = 0; i < count_; ++i) {
            carried[i] = a.errors[i] == 0 ? 0.0 : 2 * a.errors[i] * (std::fabs(slope.values[i]) + slope.errors[i]);
        }
        return carried;
    }
};

}  // namespace

Approximation FastReference::evaluate(std::span<const double> inputs) const {
    Approximation result;
    result.values.reserve(inputs.size());
    result.errors.reserve(inputs.size());
    for (size_t first = 0; first < inputs.size(); first += block_elements) {
        const auto block = inputs.subspan(first, std::min(block_elements, inputs.size() - first));
        BlockEvaluator evaluator(block, name_, fixed_);
        const Approximation &found = evaluator.value(formula_);
        result.values.insert(result.values.end(), found.values.begin(), found.values.end());
        result.errors.insert(result.errors.end(), found.errors.begin(), found.errors.end());
        if (!wants_largest_terms_) continue;
        const std::vector<double> terms = evaluator.largest_terms(formula_);
        result.largest_terms.insert(result.largest_terms.end(), terms.begin(), terms.end());
    }
    return result;
}

std::map<std::string, double> FastReference::at(double input) const {
    std::map<std::string, double> inputs = fixed_;
    inputs[name_] = input;
    return inputs;
}

}  // namespace actinide
