// The natural logarithm for Float(32) and Float(64), and the parts of it that log1p shares.
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function log_function;

/// log(1 + f) + k ln2 for f from -1/4 to 1/2, or +inf. `exponent` is k << 23 (52), unsigned with wrapping.
Halide::Expr log_of_parts(const Halide::Expr &f, const Halide::Expr &exponent);

/// `result`, or a NaN where the sign bit of `a` is set.
Halide::Expr nan_if_negative(const Halide::Expr &result, const Halide::Expr &a);

/// log(a).
Halide::Expr log(const Halide::Expr &a);

}  // namespace actinide::math
