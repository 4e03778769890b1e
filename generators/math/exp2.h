// 2^a for Float(32) and Float(64).
#pragma once

#include <Halide.h>

#include "generators/math/function.h"

namespace actinide::math {

extern const Function exp2_function;

/// 2^a.
/// Method: a = k + r, exactly, 2^r = 1 + r p with p of degree 5 (10 in Float(64); Remez iteration, see
/// coefficients/exp2.py), then times 2^k as a product of two powers of 2, as in exp. Cost: 16 operations, 6 of them
/// fma; per element 0.21 ns with AVX2 and 0.16 ns with AVX-512, on an AVX-512 Xeon. Bound, over all 2^32 inputs: 0.879
/// ULP up to 0, 0.791 ULP above; 9.1 million of them are not rounded to nearest. Integers give powers of 2 exactly. NaN
/// stays NaN; -inf gives 0, overflow +inf; subnormal results round once more. In Float(64): 0.84 ULP (sampled, 2.8
/// million), 11 fma, 0.70 ns with AVX2 and 0.45 ns with AVX-512. Tried: p of degree 4, one operation less: the
/// polynomial alone is off by 1.5 * 2^-24.
Halide::Expr exp2(const Halide::Expr &a);

}  // namespace actinide::math
