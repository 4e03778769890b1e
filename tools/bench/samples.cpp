#include "tools/bench/samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace actinide {
namespace {

/// Of sorted samples.
double quantile(const std::vector<double> &sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<size_t>(place);
    const size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

struct Ranked {
    double sample;
    bool is_of_a;
};

}  // namespace

Spread spread_of(std::vector<double> samples) {
    std::sort(samples.begin(), samples.end());
    return {quantile(samples, 0.5), quantile(samples, 0.25), quantile(samples, 0.75), samples.front()};
}

double mann_whitney(const std::vector<double> &a, const std::vector<double> &b) {
    if (a.empty() || b.empty()) return 1;
    std::vector<Ranked> all;
    all.reserve(a.size() + b.size());
    for (const double sample : a) all.push_back({sample, true});
    for (const double sample : b) all.push_back({sample, false});
    std::sort(all.begin(), all.end(), [](const Ranked &x, const Ranked &y) { return x.sample < y.sample; });

    double rank_sum = 0;
    double ties = 0;
    for (size_t first = 0; first < all.size();) {
        size_t end = first;
        while (end < all.size() && all[end].sample == all[first].sample) ++end;
        const auto equal = static_cast<double>(end - first);
        const double rank = static_cast<double>(first) + (equal + 1) / 2;
        for (size_t i = first; i < end; ++i) rank_sum += all[i].is_of_a ? rank : 0;
        ties += equal * equal * equal - equal;
        first = end;
    }

    const auto count_a = static_cast<double>(a.size());
    const auto count_b = static_cast<double>(b.size());
    const double count = count_a + count_b;
    const double u = rank_sum - count_a * (count_a + 1) / 2;
    const double variance = count_a * count_b / 12 * (count + 1 - ties / (count * (count - 1)));
    if (variance <= 0) return 1;
    const double distance = std::max(std::abs(u - count_a * count_b / 2) - 0.5, 0.0) / std::sqrt(variance);
    return std::erfc(distance / std::sqrt(2.0));
}

std::vector<double> thinned(const std::vector<double> &samples, size_t count) {
    if (samples.size() <= count) return samples;
    std::vector<double> kept;
    kept.reserve(count);
    for (size_t i = 0; i < count; ++i) kept.push_back(samples[i * samples.size() / count]);
    return kept;
}

Change judge(const Spread &old_spread, const std::vector<double> &old_samples, const Spread &new_spread,
             const std::vector<double> &new_samples) {
    constexpr double chance = 0.001;
    constexpr size_t least_samples = 8;  // with fewer on both sides no difference would be beyond chance
    if (std::min(old_samples.size(), new_samples.size()) < least_samples) return Change::unclear;
    if (mann_whitney(old_samples, new_samples) >= chance) return Change::none;
    // The samples of one run share its layout in memory, its clock and its neighbours, so that two runs of the same
    // kernel can differ beyond any chance. What disturbs a run seldom disturbs its fastest sample.
    constexpr double from_run_to_run = 1.05;
    const auto exceeds = [](const Spread &longer, const Spread &shorter) {
        return longer.median > from_run_to_run * shorter.median && longer.minimum > from_run_to_run * shorter.minimum;
    };
    if (exceeds(new_spread, old_spread)) return Change::slower;
    return exceeds(old_spread, new_spread) ? Change::faster : Change::none;
}

std::string change_text(Change change, double old_median, double new_median) {
    const double percent = 100 * std::abs(new_median / old_median - 1);
    switch (change) {
        case Change::faster:
            return fmt::format("faster by {:.0f} %", percent);
        case Change::slower:
            return fmt::format("slower by {:.0f} %", percent);
        case Change::unclear:
            return "too few samples to tell";
        case Change::none:
            break;
    }
    return "no difference beyond the noise";
}

}  // namespace actinide
