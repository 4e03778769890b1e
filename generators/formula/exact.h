// The correctly rounded reading of a formula, and the distance from it.
#pragma once

#include <map>
#include <string>

#include "generators/formula/float_format.h"
#include "generators/formula/formula.h"
#include "generators/formula/real_rounding.h"
#include "generators/math/real.h"

namespace actinide {

/// Inputs and parameters of a kernel; every float is one exactly.
using Inputs = std::map<std::string, double>;

/// The value of `formula`, so accurate that rounding it to `format` gives the real value's rounding. Raises the
/// precision until two evaluations agree, to 2400 bits at most (Ziv's strategy). Where an input is so large that
/// arithmetic gives NaN, as with x sigmoid(x) at minus infinity, it is the limit, if there is one. What the formula has
/// rounded is rounded as kernels of this format compute: to float64 for float64, else to float32.
math::Real exact_value(const Formula &formula, const Inputs &inputs, const FloatFormat &format);

/// The real value of `formula`, rounded once.
double exact_to(const FloatFormat &format, const Formula &formula, const Inputs &inputs);
float exact_to_float(const Formula &formula, const Inputs &inputs);

/// The size of the largest of the terms that the formula adds up, with its products multiplied out: of a + b * (c - d)
/// the largest of |a|, |b c| and |b d|, and of a sum under a `where` that of the branch taken. A sum inside a call or a
/// divisor is no term.
double largest_term(const Formula &formula, const Inputs &inputs);

/// |ours - exact| in units of the format's last place at the exact value (of the smallest subnormal below that).
/// NaN for NaN counts as 0 and NaN for a number as infinity. Zeros of either sign are equal. An exact value past the
/// largest number is met by an infinity of its sign; otherwise an infinite `ours` counts as the first power of 2
/// beyond. Where `largest_term` is larger than the exact value, the unit is its last place.
double ulp_distance(double ours, const math::Real &exact, const FloatFormat &format, double largest_term = 0);
double ulp_distance(float ours, const Formula &formula, const Inputs &inputs);

}  // namespace actinide
