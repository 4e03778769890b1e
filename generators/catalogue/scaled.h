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

/// a b for 2^64 b, where b alone may be subnormal: a or the product is scaled back, whichever stays in range.
inline Formula downscaled_product(const Formula &a, const Formula &upscaled_b) {
    const Formula is_large = absolute(a) > 1;
    return a * where(is_large, downscale(), 1) * upscaled_b * where(is_large, 1, downscale());
}

}  // namespace actinide
