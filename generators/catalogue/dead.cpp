#include "generators/catalogue/dead.h"

#include "generators/formula/print.h"

namespace actinide {

namespace {

Formula negated(const Formula &condition) {
    const std::vector<Formula> &operands = condition.operands();
    switch (condition.operation()) {
        case Operation::less:
            return operands[0] >= operands[1];
        case Operation::less_equal:
            return operands[0] > operands[1];
        case Operation::greater:
            return operands[0] <= operands[1];
        case Operation::greater_equal:
            return operands[0] < operands[1];
        case Operation::both:
            return negated(operands[0]) || negated(operands[1]);
        default:
            return negated(operands[0]) && negated(operands[1]);
    }
}

/// Where an indicator, constants 1 and 0 under any number of `where`, is 1. Nothing where it never is.
std::optional<Formula> where_it_is_1(const Formula &indicator) {
    if (indicator.operation() != Operation::where) {
        return is_constant(indicator, 0) ? std::nullopt : std::optional(Formula(0) < 1);
    }
    const Formula &condition = indicator.operands()[0];
    const Formula &if_true = indicator.operands()[1];
    const std::optional<Formula> below = where_it_is_1(if_true);
    const std::optional<Formula> beside = where_it_is_1(indicator.operands()[2]);
    if (is_constant(if_true, 1)) return beside ? condition || *beside : condition;
    const Formula otherwise = negated(condition);
    const bool is_all_beside = is_constant(indicator.operands()[2], 1);
    const auto narrowed = [&] { return is_all_beside ? otherwise : otherwise && *beside; };
    if (!below) return beside ? std::optional(narrowed()) : std::nullopt;
    return beside ? (condition && *below) || narrowed() : condition && *below;
}

}  // namespace

std::optional<Formula> dead_condition(const Activation &activation) {
    return activation.dead_when ? activation.dead_when : where_it_is_1(dead_indicator(activation));
}

std::string dead_text(const Activation &activation) {
    const std::optional<Formula> condition = dead_condition(activation);
    if (!condition) return "none";
    const std::string where_it_is = print(*condition);
    if (!activation.dead_when) return where_it_is + ", where the slope is 0";
    return where_it_is + (count_gradients(activation) > 1 ? ", where hardly any gradient comes through to either input"
                                                          : ", where the slope is below about 1 % of its largest");
}

}  // namespace actinide
