// The correctly rounded reading of a formula, and the distance from it.
#pragma once

#include <map>
#include <string>

#include "generators/formula/formula.h"

namespace actinide {

/// Inputs and parameters of a kernel; every float is one exactly.
using Inputs = std::map<std::string, double>;

/// The real value of `formula`, rounded once to f32 (nearest even, subnormals, overflow and signed zeros included).
/// Raises the precision until two evaluations agree, to about 2000 bits at most (Ziv's strategy).
float exact_to_float(const Formula &formula, const Inputs &inputs);

/// |ours - exact| in units of f32's last place at the exact value (2^-149 for subnormals and zero).
/// NaN for NaN counts as 0 and NaN for a number as infinity. Zeros of either sign are equal. An exact value past the
/// largest float is met by an infinity of its sign; otherwise an infinite `ours` counts as 2^128.
double ulp_distance(float ours, const Formula &formula, const Inputs &inputs);

}  // namespace actinide
