#include "tools/verify/statistics.h"

namespace actinide {

void ErrorStatistics::merge(const ErrorStatistics &other) {
    count += other.count;
    const bool is_worse = other.max_ulp > max_ulp || (other.max_ulp == max_ulp && other.worst_input < worst_input);
    if (other.max_ulp > 0 && is_worse) {
        max_ulp = other.max_ulp;
        worst_input = other.worst_input;
        worst_output = other.worst_output;
    }
    sum_ulp += other.sum_ulp;
    for (size_t i = 0; i < histogram.size(); ++i) histogram[i] += other.histogram[i];
    not_correctly_rounded += other.not_correctly_rounded;
    wrong_zero_signs += other.wrong_zero_signs;
    order_breaks += other.order_breaks;
    oddness_breaks += other.oddness_breaks;
    in_doubt += other.in_doubt;
}

}  // namespace actinide
