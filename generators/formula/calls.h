// The function calls of formulas: what they cost, told apart and made one where they are one.
#pragma once

#include <string>
#include <vector>

#include "generators/formula/formula.h"

namespace actinide {

/// The same text for formulas that differ in the order of terms or factors only: of a + b and b + a, and of x * (y * z)
/// and z * x * y.
std::string text_without_order(const Formula &formula);

/// The formula with one spelling for every call: where exp(a * x) and exp(x * a) both stand, the first one stands
/// twice. Kernels compute equal calls once.
Formula share_calls(const Formula &formula);

/// Every transcendental call in the formulas, once; sqrt is none.
std::vector<Formula> transcendental_calls(const std::vector<Formula> &formulas);

}  // namespace actinide
