// What roundings lose, as formulas: nothing at all in real numbers, exact in floats.
#pragma once

#include "generators/formula/formula.h"

namespace actinide {

/// What the float sum larger + smaller lost when it was rounded to `sum`, exactly; as real numbers nothing at all.
/// Where that is 0 it is +0, so that its product with a zero keeps the zero's sign. Source: Dekker, A floating-point
/// technique for extending the available precision, 1971 (Fast2Sum).
inline Formula lost_in(const Formula &sum, const Formula &larger, const Formula &smaller) {
    return (larger - sum) + smaller;
}

/// Likewise of a + b where nobody knows which is larger.
/// Source: Knuth, The Art of Computer Programming, volume 2, section 4.2.2 (2Sum).
inline Formula lost_in_any(const Formula &sum, const Formula &a, const Formula &b) {
    const Formula b_in_sum = sum - a;
    return (a - (sum - b_in_sum)) + (b - b_in_sum);
}

/// What the float product a * b lost; exact where it is not below the normal numbers.
inline Formula lost_in_product(const Formula &a, const Formula &b) {
    return a * b - a * b;
}

/// numerator / divisor for a small integer, without a division: a float and what it lacks of the quotient. Their sum is
/// as well rounded as the division.
struct Quotient {
    Formula nearest;
    Formula lacking;
};
inline Quotient divided_by(int divisor, const Formula &numerator, const Formula &lost_in_numerator = 0) {
    const Formula reciprocal = Formula(1) / divisor;
    const Formula quotient = numerator * reciprocal;
    const Formula remainder = -quotient * divisor + numerator;  // a float holds it
    const Formula rest = is_constant(lost_in_numerator, 0) ? remainder : remainder + lost_in_numerator;
    return {quotient, reciprocal * rest};
}

}  // namespace actinide
