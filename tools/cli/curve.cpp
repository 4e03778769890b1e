#include "tools/cli/curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "generators/formula/exact.h"
#include "tools/cli/kinks.h"

namespace actinide::cli {
namespace {

constexpr size_t samples = 240;  // of the whole stretch

double value_at(const Formula &formula, const Activation &activation, double input) {
    return exact_to(float64_format, formula, inputs_at(activation, input));
}

/// Each point once, in order; only those where something can be seen.
std::vector<float> visible_kinks(const Activation &activation) {
    std::vector<float> kinks;
    for (const Kink &kink : find_kinks(activation)) {
        const bool is_known = kink.x && std::find(kinks.begin(), kinks.end(), *kink.x) != kinks.end();
        constexpr double farthest = 64;
        if (changes_slope(kink) && !is_known && std::fabs(*kink.x) < farthest)
            kinks.push_back(static_cast<float>(*kink.x));
    }
    std::sort(kinks.begin(), kinks.end());
    return kinks;
}

size_t count_turns(const Activation &activation, double half_width) {
    size_t turns = 0;
    double before = 0;
    double last = value_at(activation.forward, activation, -half_width);
    for (size_t i = 1; i <= samples; ++i) {
        const double input = half_width * (2.0 * static_cast<double>(i) / samples - 1);
        const double value = value_at(activation.forward, activation, input);
        if ((value - last) * before < 0) ++turns;
        if (value != last) before = value - last;
        last = value;
    }
    return turns;
}

double choose_half_width(const Activation &activation, const std::vector<float> &kinks) {
    double half_width = 5;
    constexpr double margin = 1.25;
    for (const double kink : kinks) half_width = std::max(half_width, margin * std::fabs(double{kink}));
    constexpr size_t most_turns = 10;
    constexpr double narrowest = 1.0 / 64;
    while (half_width > narrowest && count_turns(activation, half_width) > most_turns) half_width /= 2;
    return half_width;
}

bool differ(double a, double b, double size) {
    constexpr double visible = 1e-3;
    return std::fabs(a - b) > visible * size;
}

/// From `low` to `high`, both included.
std::vector<Point> piece(const Formula &formula, const Activation &activation, double low, double high, double step) {
    const auto count = static_cast<size_t>(std::ceil((high - low) / step)) + 1;
    std::vector<Point> points;
    for (size_t i = 0; i <= count; ++i) {
        // The last point itself: a rounded sum could lie beyond a kink.
        const double input =
            i == count ? high : low + (high - low) * static_cast<double>(i) / static_cast<double>(count);
        const double value = value_at(formula, activation, input);
        // Beyond, an axis would have no length that is a number.
        constexpr double largest_drawn = 1e300;
        if (std::isfinite(value)) points.push_back({input, std::clamp(value, -largest_drawn, largest_drawn)});
    }
    return points;
}

Curve draw(const std::string &name, const Formula &formula, const Activation &activation,
           const std::vector<float> &kinks, double half_width) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    Curve curve{.name = name, .pieces = {}, .values = {}, .limits = {}};
    const double step = 2 * half_width / samples;
    double from = -half_width;
    for (const float kink : kinks) {
        curve.pieces.push_back(piece(formula, activation, from, std::nextafter(kink, -infinity), step));
        from = std::nextafter(kink, infinity);  // kinks are known to a float
    }
    curve.pieces.push_back(piece(formula, activation, from, half_width, step));
    double size = 0;
    for (const auto &points : curve.pieces) {
        for (const Point &point : points) size = std::max(size, std::fabs(point.y));
    }
    for (size_t i = 0; i < kinks.size(); ++i) {
        const double at = value_at(formula, activation, kinks[i]);
        if (!std::isfinite(at)) continue;
        curve.values.push_back({kinks[i], at});
        const std::vector<Point> &before = curve.pieces[i];
        const std::vector<Point> &after = curve.pieces[i + 1];
        if (!before.empty() && differ(before.back().y, at, size)) curve.limits.push_back({kinks[i], before.back().y});
        if (!after.empty() && differ(after.front().y, at, size)) curve.limits.push_back({kinks[i], after.front().y});
    }
    return curve;
}

/// "gate" or "swiglu(gate), value = 1": the held inputs and the parameters behind it.
std::string function_name(const Activation &activation) {
    std::string name = fmt::format("{}({})", activation.name, main_input(activation).name);
    for (const Input &input : activation.inputs) {
        if (input.held_at) name += fmt::format(", {} = {:g}", input.name, *input.held_at);
    }
    for (const Parameter &parameter : activation.parameters) {
        name += fmt::format(", {} = {:.4g}", parameter.name, parameter.default_value);
    }
    return name;
}

}  // namespace

Curves draw_curves(const Activation &activation) {
    const std::vector<float> kinks = visible_kinks(activation);
    const double half_width = choose_half_width(activation, kinks);
    return {
        .low = -half_width,
        .high = half_width,
        .forward = draw(function_name(activation), activation.forward, activation, kinks, half_width),
        .gradient = draw("dy/d" + main_input(activation).name, derivative(activation), activation, kinks, half_width)};
}

}  // namespace actinide::cli
