// The square root for Float(32) and Float(64).
#pragma once

#include "generators/math/function.h"

namespace actinide::math {

/// The square root: one instruction, correctly rounded on every target. Negative numbers give NaN, -0 stays -0.
extern const Function sqrt_function;

}  // namespace actinide::math
