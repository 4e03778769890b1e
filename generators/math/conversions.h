// Between the 16-bit types, which kernels see as integers, and Float(32).
#pragma once

#include <Halide.h>

namespace actinide::math {

/// The Float(32) of a half's bits (UInt(16)); exact, NaN stays NaN. By the target's own instructions.
Halide::Expr from_float16(const Halide::Expr &bits);
/// The nearest half's bits, to even, subnormals and overflow to infinity included; NaN stays NaN.
Halide::Expr to_float16(const Halide::Expr &a);

/// Likewise for bfloat16, by integer arithmetic: Halide 21's own conversion makes infinities of 131,072 NaN, and
/// AVX-512's instruction flushes subnormals (16.7 million of 2^32 results differ).
Halide::Expr from_bfloat16(const Halide::Expr &bits);
Halide::Expr to_bfloat16(const Halide::Expr &a);

}  // namespace actinide::math
