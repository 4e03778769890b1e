#include "tools/tune/winner.h"

#include <algorithm>
#include <cmath>

#include "tools/bench/samples.h"

namespace actinide {
namespace {

constexpr double least_gain = 1.03;
/// Of a difference that is none.
constexpr double chance = 0.001;

double ratio_at(const std::vector<std::vector<double>> &of_size, size_t i) {
    return spread_of(of_size.front()).median / spread_of(of_size[i]).median;
}

bool is_beyond_chance(const std::vector<double> &a, const std::vector<double> &b) {
    const bool is_model = a.size() == 1 && b.size() == 1;
    return is_model || mann_whitney(a, b) < chance;
}

}  // namespace

double speedup_of(const TrialTimes &times, size_t i) {
    double logarithms = 0;
    for (const auto &of_size : times) logarithms += std::log(ratio_at(of_size, i));
    return std::exp(logarithms / static_cast<double>(times.size()));
}

bool beats_the_first(const TrialTimes &times, size_t i) {
    if (speedup_of(times, i) < least_gain) return false;
    bool is_faster = false;
    for (const auto &of_size : times) {
        if (!is_beyond_chance(of_size.front(), of_size[i])) continue;
        if (ratio_at(of_size, i) < 1 / least_gain) return false;
        is_faster |= ratio_at(of_size, i) >= least_gain;
    }
    return is_faster;
}

std::vector<size_t> fastest(const TrialTimes &times, size_t count) {
    std::vector<size_t> order;
    for (size_t i = 1; i < times.front().size(); ++i) {
        if (speedup_of(times, i) > 1) order.push_back(i);
    }
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        return std::pair(speedup_of(times, b), a) < std::pair(speedup_of(times, a), b);
    });
    order.resize(std::min(order.size(), count));
    return order;
}

}  // namespace actinide
