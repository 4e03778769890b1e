// Formulas for results so coarse that a few roundings of the arithmetic do not show in them.
#pragma once

#include "generators/formula/formula.h"

namespace actinide {

/// The formula without the terms and factors that are nothing at all in real numbers, such as (a - (a + b)) + b, which
/// bring back what rounding has lost, and with a product instead of a quotient by a constant; equal to `formula` as a
/// real number. Conditions stay as they are, so that no switch moves.
/// Method: each part is computed once, to 256 bits, with numbers drawn for variables and calls; what is 0 there up to
/// rounding is 0 everywhere, but for a chance of about 2^-60. Source: Schwartz 1980, Zippel 1979.
Formula without_corrections(const Formula &formula);

}  // namespace actinide
