// What many timings of one thing say, and whether two sets of them differ.
#pragma once

#include <string>
#include <vector>

namespace actinide {

struct Spread {
    double median = 0;
    double lower_quartile = 0;
    double upper_quartile = 0;
    double minimum = 0;

    /// Between the quartiles, as a share of the median.
    double relative_width() const { return median > 0 ? (upper_quartile - lower_quartile) / median : 0; }
};

/// Quantiles between two samples are interpolated. Precondition: there are samples.
Spread spread_of(std::vector<double> samples);

/// How likely the ranks of two sets are at least as far apart as these where both come from one distribution: Mann and
/// Whitney's U, two-sided, by the normal approximation with its corrections for ties and continuity. 1 if a set is
/// empty.
double mann_whitney(const std::vector<double> &a, const std::vector<double> &b);

/// At most `count` of the samples, evenly taken in the order in which they were measured.
std::vector<double> thinned(const std::vector<double> &samples, size_t count);

enum class Change { none, faster, slower, unclear };  ///< unclear: too few samples for any

/// A difference is one if it is beyond chance, and if median and fastest sample both differ by more than what another
/// layout in memory or another clock makes from run to run.
Change judge(const Spread &old_spread, const std::vector<double> &old_samples, const Spread &new_spread,
             const std::vector<double> &new_samples);

/// "faster by 12 %", "no difference beyond the noise", "slower by 30 %"; per cent of the old median.
std::string change_text(Change change, double old_median, double new_median);

}  // namespace actinide
