#include "generators/formula/shorthand.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace actinide {

namespace {

Formula whole_power(const Formula &base, int exponent) {
    if (exponent == 1) return base;
    if (exponent % 2 != 0) return whole_power(base, exponent - 1) * base;
    const Formula root = whole_power(base, exponent / 2);
    return root * root;
}

bool is_surely_nan(const Formula &formula);

bool is_surely_false(const Formula &condition) {
    const Formula &a = condition.operands()[0];
    const Formula &b = condition.operands()[1];
    switch (condition.operation()) {
        case Operation::both:
            return is_surely_false(a) || is_surely_false(b);
        case Operation::either:
            return is_surely_false(a) && is_surely_false(b);
        default:
            return is_surely_nan(a) || is_surely_nan(b);
    }
}

/// Whether a NaN x makes it NaN, as all arithmetic and all functions pass a NaN on.
bool is_surely_nan(const Formula &formula) {
    if (formula.operation() == Operation::variable) return formula.text() == "x";
    const std::vector<Formula> &operands = formula.operands();
    if (formula.operation() == Operation::where) {
        return is_surely_nan(operands[2]) && (is_surely_false(operands[0]) || is_surely_nan(operands[1]));
    }
    return std::any_of(operands.begin(), operands.end(), is_surely_nan);
}

/// Where `winner` is the larger one (or the smaller one), with an x on the left: x <= 0 reads better than 0 >= x.
Formula wins(const Formula &winner, const Formula &loser, bool larger, bool at_ties) {
    const bool winner_comes_first = mentions(winner, "x") || !mentions(loser, "x");
    const Formula &left = winner_comes_first ? winner : loser;
    const Formula &right = winner_comes_first ? loser : winner;
    if (larger == winner_comes_first) return at_ties ? left >= right : left > right;
    return at_ties ? left <= right : left < right;
}

/// What a failed comparison leaves is an argument that a NaN reaches.
Formula chosen(const Formula &a, const Formula &b, bool larger) {
    const bool a_wins_ties = mentions(b, "x") || !mentions(a, "x");
    const bool b_comes_last = is_surely_nan(b) || !is_surely_nan(a);
    if (b_comes_last) return where(wins(a, b, larger, a_wins_ties), a, b);
    return where(wins(b, a, larger, !a_wins_ties), b, a);
}

}  // namespace

std::optional<Formula> power(const Formula &base, double exponent) {
    const double halves = 2 * exponent;
    if (!(std::fabs(exponent) <= largest_exponent) || halves != std::trunc(halves)) return std::nullopt;
    const int size = std::abs(static_cast<int>(halves));
    if (size == 0) return Formula(1);
    Formula result = size % 2 != 0 ? call("sqrt", {base}) : whole_power(base, size / 2);
    if (size % 2 != 0 && size > 1) result = whole_power(base, size / 2) * result;
    return exponent < 0 ? 1 / result : result;
}

EqualFactors equal_factors(const Formula &formula) {
    if (formula.operation() != Operation::multiply) return {formula, 1};
    const EqualFactors left = equal_factors(formula.operands()[0]);
    const EqualFactors right = equal_factors(formula.operands()[1]);
    if (!equal(left.base, right.base)) return {formula, 1};
    return {left.base, left.count + right.count};
}

Formula maximum(const Formula &a, const Formula &b) {
    return chosen(a, b, true);
}

Formula minimum(const Formula &a, const Formula &b) {
    return chosen(a, b, false);
}

const Formula &pi() {
    static const Formula value = constant("3.14159265358979323846264338327950288419716939937510582097494459");
    return value;
}

}  // namespace actinide
