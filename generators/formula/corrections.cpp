#include "generators/formula/corrections.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <random>
#include <unordered_map>

#include "generators/formula/evaluate.h"
#include "generators/formula/print.h"
#include "generators/math/real.h"

namespace actinide {
namespace {

using math::Real;

constexpr int precision = 256;
/// What cancellation leaves of numbers near 1, and more than any two terms of a formula are apart.
constexpr long noise_exponent = -160;

class Corrections {
public:
    /// Nothing where all of the formula is nothing.
    std::optional<Formula> kept(const Formula &formula) {
        const auto known = kept_.find(formula.node());
        if (known != kept_.end()) return known->second;
        std::optional<Formula> result = is_nothing(formula) ? std::nullopt : kept_parts(formula);
        kept_.emplace(formula.node(), result);
        return result;
    }

private:
    std::unordered_map<const Formula::Node *, std::optional<Formula>> kept_;
    std::unordered_map<const Formula::Node *, bool> nothing_;
    std::unordered_map<const Formula::Node *, Real> values_;
    std::unordered_map<std::string, Real> drawn_;
    /// The same numbers in every run. NOLINTNEXTLINE(bugprone-random-generator-seed,cert-msc32-c,cert-msc51-cpp)
    std::mt19937_64 random_{20261126};

    bool is_nothing(const Formula &formula) {
        if (is_condition(formula) || formula.operands().empty()) return false;
        const auto known = nothing_.find(formula.node());
        if (known != nothing_.end()) return known->second;
        const bool result = mpfr_zero_p(value_of(formula).get()) != 0 || comes_of_nothing(formula);
        nothing_.emplace(formula.node(), result);
        return result;
    }

    bool comes_of_nothing(const Formula &formula) {
        const std::vector<Formula> &operands = formula.operands();
        switch (formula.operation()) {
            case Operation::add:
            case Operation::subtract:
                return (is_nothing(operands[0]) && is_nothing(operands[1])) || cancels(formula);
            case Operation::multiply:
                return is_nothing(operands[0]) || is_nothing(operands[1]);
            case Operation::divide:
            case Operation::negate:
                return is_nothing(operands[0]);
            default:
                return false;
        }
    }

    /// Whether a sum is what its terms' roundings leave.
    bool cancels(const Formula &sum) {
        long largest = std::numeric_limits<long>::min();
        for (const Formula &term : sum.operands()) {
            const Real &value = value_of(term);
            if (mpfr_zero_p(value.get()) == 0) largest = std::max<long>(largest, mpfr_get_exp(value.get()));
        }
        return mpfr_get_exp(value_of(sum).get()) < largest + noise_exponent;
    }

    std::optional<Formula> kept_parts(const Formula &formula) {
        if (is_condition(formula) || variables(formula).empty()) return formula;
        std::vector<Formula> operands;
        std::vector<bool> vanished;
        for (const Formula &operand : formula.operands()) {
            const std::optional<Formula> part = is_condition(operand) ? std::optional(operand) : kept(operand);
            vanished.push_back(!part);
            operands.push_back(part.value_or(Formula(0)));
        }
        // A product or quotient with a part that is nothing would be nothing itself.
        if (formula.operation() == Operation::add || formula.operation() == Operation::subtract) {
            if (vanished[1]) return operands[0];
            if (vanished[0]) return formula.operation() == Operation::add ? operands[1] : -operands[1];
        }
        if (formula.operation() == Operation::divide && variables(operands[1]).empty()) {
            return operands[0] * (Formula(1) / operands[1]);
        }
        return with_operands(formula, std::move(operands));
    }

    const Real &value_of(const Formula &formula) {
        const auto known = values_.find(formula.node());
        if (known != values_.end()) return known->second;
        return values_.emplace(formula.node(), new_value_of(formula)).first->second;
    }

    Real new_value_of(const Formula &formula) {
        const std::vector<Formula> &operands = formula.operands();
        switch (formula.operation()) {
            case Operation::variable:
            case Operation::call:
                return drawn(formula);
            case Operation::where: {
                const bool is_nothing_anyhow = (is_nothing(operands[1]) || is_constant(operands[1], 0)) &&
                                               (is_nothing(operands[2]) || is_constant(operands[2], 0));
                return is_nothing_anyhow ? Real(0, precision) : drawn(formula);
            }
            default:
                return value_from_operands(formula);
        }
    }

    Real value_from_operands(const Formula &formula) {
        std::vector<Formula> operands;
        Values values;
        for (const Formula &operand : formula.operands()) {
            const std::string name = std::to_string(operands.size());
            operands.push_back(variable(name));
            values.emplace(name, value_of(operand));
        }
        return evaluate(with_operands(formula, std::move(operands)), values, precision);
    }

    /// From 1 to 2, the same wherever the formula stands.
    Real drawn(const Formula &formula) {
        const std::string text = print(formula);
        const auto known = drawn_.find(text);
        if (known != drawn_.end()) return known->second;
        Real number(precision);
        mpfr_set_ui_2exp(number.get(), random_(), -64, MPFR_RNDN);
        mpfr_add_ui(number.get(), number.get(), 1, MPFR_RNDN);
        return drawn_.emplace(text, number).first->second;
    }
};

}  // namespace

Formula without_corrections(const Formula &formula) {
    return Corrections().kept(formula).value_or(Formula(0));
}

}  // namespace actinide
