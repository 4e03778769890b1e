// What formula text has and the tree has not: powers, min, max and pi, written with what the tree has.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generators/formula/formula.h"

namespace actinide {

/// Powers go so far; a product of more factors is better written another way.
constexpr int largest_exponent = 64;

/// base^exponent as products, a quotient and a square root: base^3 is base * base * base, base^-0.5 is 1 / sqrt(base).
/// Nothing where the exponent is not a whole number or a half, or is beyond 64.
std::optional<Formula> power(const Formula &base, double exponent);

/// `formula` as base^count of equal factors: 1 where it is no such product.
struct EqualFactors {
    Formula base;
    int count = 1;
};
EqualFactors equal_factors(const Formula &formula);

/// The larger of a and b as a `where` that gives NaN for a NaN x. At a tie, where only the slope can tell, an argument
/// without x wins, as in PyTorch's relu, relu6 and hardtanh: maximum(x, 0) has the slope 0 at 0. Of two arguments with
/// x the first wins.
Formula maximum(const Formula &a, const Formula &b);
/// The smaller one, likewise.
Formula minimum(const Formula &a, const Formula &b);

/// pi, to more digits than any reference looks at.
const Formula &pi();

}  // namespace actinide
