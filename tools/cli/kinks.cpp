#include "tools/cli/kinks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "generators/formula/differentiate.h"
#include "generators/formula/evaluate.h"
#include "generators/formula/print.h"

namespace actinide::cli {
namespace {

constexpr int precision = 256;  // far beyond what six printed digits of a slope need
constexpr float infinity = std::numeric_limits<float>::infinity();

Values default_values(const Activation &activation) {
    Values values;
    for (const Parameter &parameter : activation.parameters) {
        values.emplace(parameter.name, math::Real(parameter.default_value, precision));
    }
    return values;
}

double value_at(const Formula &formula, const Activation &activation, double input) {
    Values values = default_values(activation);
    for (const Input &each : activation.inputs) {
        values.insert_or_assign(each.name, math::Real(each.held_at.value_or(input), precision));
    }
    return evaluate(formula, values, precision).to_double();
}

bool is_input(const Formula &formula, const Activation &activation) {
    return formula.operation() == Operation::variable && formula.text() == main_input(activation).name;
}

/// The constant that a comparison compares the main input itself with.
std::optional<float> border_of_input(const Activation &activation, const Formula &comparison) {
    const std::vector<Formula> &sides = comparison.operands();
    const bool is_first = is_input(sides[0], activation);
    const Formula &border = sides[is_first ? 1 : 0];
    if ((!is_first && !is_input(sides[1], activation)) || mentions_an_input(border, activation)) return std::nullopt;
    return evaluate(border, default_values(activation), precision).to_float();
}

/// The float at which a condition turns that holds at one of the two and not at the other.
float find_turn(const Activation &activation, const Formula &comparison, float low, float high) {
    const Formula holds = where(comparison, 1, 0);
    const double at_low = value_at(holds, activation, low);
    while (std::nextafter(low, high) < high) {
        const float middle = std::midpoint(low, high);
        (value_at(holds, activation, middle) == at_low ? low : high) = middle;
    }
    // Of two neighbours the one where both sides are more nearly equal.
    const Formula gap = comparison.operands()[0] - comparison.operands()[1];
    const bool is_low = std::fabs(value_at(gap, activation, low)) <= std::fabs(value_at(gap, activation, high));
    return is_low ? low : high;
}

std::vector<float> find_turns(const Activation &activation, const Formula &comparison) {
    constexpr int farthest = 64;
    constexpr int steps_per_unit = 8;
    constexpr size_t most = 8;  // more are a wave's
    std::vector<float> turns;
    if (!mentions(comparison, main_input(activation).name)) return turns;
    const Formula holds = where(comparison, 1, 0);
    float low = -farthest;
    double at_low = value_at(holds, activation, low);
    for (int step = 1 - farthest * steps_per_unit; step <= farthest * steps_per_unit; ++step) {
        const float high = static_cast<float>(step) / steps_per_unit;
        const double at_high = value_at(holds, activation, high);
        if (at_high != at_low) turns.push_back(find_turn(activation, comparison, low, high));
        low = high;
        at_low = at_high;
        if (turns.size() > most) return {};
    }
    return turns;
}

std::vector<Kink> kinks_of(const Activation &activation, const Formula &comparison, const Formula &slope) {
    std::vector<float> turns;
    if (const std::optional<float> border = border_of_input(activation, comparison)) {
        turns.push_back(*border);
    } else {
        turns = find_turns(activation, comparison);
    }
    std::vector<Kink> kinks;
    kinks.reserve(turns.size());
    for (const float x : turns) {
        kinks.push_back({.condition = print(comparison),
                         .x = x,
                         .below = value_at(slope, activation, std::nextafter(x, -infinity)),
                         .at = value_at(slope, activation, x),
                         .above = value_at(slope, activation, std::nextafter(x, infinity))});
    }
    if (kinks.empty()) kinks.push_back({.condition = print(comparison), .x = std::nullopt});
    return kinks;
}

}  // namespace

std::vector<Kink> find_kinks(const Activation &activation) {
    std::vector<Kink> kinks;
    const Formula slope = derivative(activation);
    for (const Formula &comparison : comparisons(activation.forward)) {
        for (Kink &kink : kinks_of(activation, comparison, slope)) kinks.push_back(std::move(kink));
    }
    return kinks;
}

bool changes_slope(const Kink &kink) {
    if (!kink.x) return false;
    const double size = std::max({std::fabs(kink.below), std::fabs(kink.at), std::fabs(kink.above)});
    const double change = std::max(std::fabs(kink.below - kink.at), std::fabs(kink.above - kink.at));
    constexpr double six_digits = 1e-6;
    return change > six_digits * size;
}

}  // namespace actinide::cli
