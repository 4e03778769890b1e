// Constants and products that single floats cannot hold.
#pragma once

#include "generators/formula/formula.h"

namespace actinide {

/// A real constant as the sum of a float and what that lacks, so that c v = high v + low v rounds nearly once.
struct SplitConstant {
    Formula high;
    Formula low;

    Formula times(const Formula &v) const { return high * v + low * v; }
};

/// What the float product `product` = a b lost when it was rounded, exactly; as real numbers nothing at all.
inline Formula lost_in_product(const Formula &product, const Formula &a, const Formula &b) {
    return a * b - product;
}

/// What `sum` = a + b lost, whichever is larger (Knuth's 2Sum; The Art of Computer Programming 2, 4.2.2).
inline Formula lost_in_sum(const Formula &sum, const Formula &a, const Formula &b) {
    const Formula of_b = sum - a;
    return (a - (sum - of_b)) + (b - of_b);
}

/// `a` kept between two constants; NaN stays NaN.
inline Formula within(const Formula &low, const Formula &a, const Formula &high) {
    const Formula at_most = where(a > high, high, a);
    return where(at_most < low, low, at_most);
}

/// 2^64 and its reciprocal: what the functions called upscaled_… have more, and what takes it back.
inline Formula upscale() {
    return constant("18446744073709551616");
}
inline Formula downscale() {
    return constant("5.42101086242752217003726400434970855712890625e-20");
}

}  // namespace actinide
