// From real numbers to the numbers of a floating-point format.
#pragma once

#include "generators/formula/float_format.h"
#include "generators/math/real.h"

namespace actinide {

/// `value` rounded once to `format`: nearest even, subnormals, overflow and signed zeros included.
double rounded(const math::Real &value, const FloatFormat &format);

}  // namespace actinide
