// The natural logarithm for Float(32) and Float(64), and the parts of it that log1p shares.
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function log_function;

/// log(1 + f) + k ln2 for f from -1/4 to 1/2, or +inf. `exponent` is k << 23 (52), unsigned with wrapping.
Halide::Expr log_of_parts(const Halide::Expr &f, const Halide::Expr &exponent);

/// `result`, or a NaN where `a` is negative.
Halide::Expr nan_if_negative(const Halide::Expr &result, const Halide::Expr &a);

/// log(a).
/// Method: a = 2^k (1 + f) with f from -1/4 to 1/2, taken from the bits of a scaled into the middle of the exponents;
/// log(1 + f) = f + f^2 q with q of degree 9 (19 in Float(64); Remez iteration, see coefficients/log.py), plus k ln2.
/// The reduction by bits follows N. Juffa's logf; here a power of 2 multiplies, so that NaN and +inf pass by
/// themselves. Cost: 27 operations, 12 of them fma; per element 0.43 ns with AVX2 and 0.23 ns with AVX-512, on an
/// AVX-512 Xeon. Bound: 0.929 ULP over all 2^32 inputs; 73.0 million of them are not rounded to nearest. NaN and
/// negative numbers give NaN, either 0 gives -inf, +inf stays; subnormal arguments are as exact as others. In
/// Float(64): 0.95 ULP (sampled, 2.8 million), ln2 in two parts, 22 fma, 1.88 ns with AVX2 and 0.89 ns with AVX-512.
/// Tried: q of degree 8, one operation less: 0.92 ULP, but its last coefficient is negative and +inf then takes two
/// operations. q of degree 7: 1.04 ULP at best, after 3000 random steps. f from -1/3 to 1/3: equally exact, and log1p
/// could not share q.
Halide::Expr log(const Halide::Expr &a);

}  // namespace actinide::math
