// e^a up to 0, and 1 above, for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function exp_below_zero_function;

/// e^min(a, 0): exp for arguments that are never above 0, or whose result above 0 nobody reads.
/// Method: as exp, but one power of 2 carries a fixed 2^64 (2^512) that is taken away at the end.
/// Cost: 15 operations, 9 of them fma (20 and 14 in Float(64)); per element 0.23 ns with AVX2, no less than exp as its
/// multiplications use the same ports, and 0.14 ns with AVX-512 instead of 0.17 (0.65 and 0.40), on an AVX-512 Xeon.
/// Bound: 0.892 ULP over all 2^32 inputs; 5.3 million of them are not rounded to nearest. In Float(64) 0.85 ULP,
/// sampled on 2.25 million. NaN stays NaN; -inf gives 0, anything above 0 gives 1; subnormal results round once more.
/// Tried: 2^k + 2^k r slope, equally long and no better.
Halide::Expr exp_below_zero(const Halide::Expr &a);

/// The same by fast_exp's reduction and polynomial, for 16-bit results, in Float(32). Cost: 13 operations, 7 of them
/// fma.
Halide::Expr fast_exp_below_zero(const Halide::Expr &a);

}  // namespace actinide::math
