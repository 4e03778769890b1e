// e^a for Float(32) and Float(64), and the part of it that softplus is made of.
#pragma once

#include <Halide.h>

#include "generators/math/float_bits.h"
#include "generators/math/function.h"

namespace actinide::math {

extern const Function exp_function;
extern const Function upscaled_exp_function;

/// 2^64 p 2^k, rounded once more where that is subnormal, for a k found with a bias of 318 (2110 in Float(64)), from
/// -215 to 65 (-1140 to 961), and of the sign of `sign` where it is large.
Halide::Expr upscaled_times_power_of_2(const Halide::Expr &p, const NearestInteger &k, const Halide::Expr &sign);

/// x = k ln 2 + r + r_low by Cody and Waite, where r_low is what the rounding of r loses.
struct Remainder {
    NearestInteger k;
    Halide::Expr r;  ///< at most ln(2) / 2 in size
    Halide::Expr r_low;
};

/// For |x| up to 2^8 (2^11 in Float(64)), and NaN. `bias` is that of nearest_integer.
Remainder remainder_of_ln2(const Halide::Expr &x, int bias);

/// e^x = 2^k (1 + r slope) = 2^k (1 + r + r^2 q).
struct ReducedExponential {
    NearestInteger k;
    Halide::Expr r;      ///< at most ln(2) / 2 in size
    Halide::Expr q;      ///< (e^r - 1 - r) / r^2
    Halide::Expr slope;  ///< (e^r - 1) / r
};

/// For |x| up to 2^8 (2^11 in Float(64)), and NaN. `bias` is that of nearest_integer.
ReducedExponential reduce_exponential(const Halide::Expr &x, int bias);

/// e^x = 2^k value, for results that may be some ULP off.
struct FastExponential {
    NearestInteger k;
    Halide::Expr value;  ///< e^r, |r| being at most ln(2) / 2
};

/// For |x| up to 2^8, and NaN; Float(32) only. `bias` is that of nearest_integer. ln 2 in one part and a polynomial of
/// degree 5 (see coefficients/exp.py).
FastExponential fast_reduced_exponential(const Halide::Expr &x, int bias);
/// e^(r / divisor) for |r / divisor| <= ln(2) / 2, by the same polynomial; the divisor is a power of 2 or its negative.
Halide::Expr fast_exponential_of_remainder(const Halide::Expr &r, double divisor = 1);

/// e^a.
/// Method: a = k ln2 + r by Cody and Waite (ln2 in two parts), e^r = 1 + r (1 + r q) with q of degree 4 (9 in
/// Float(64); Remez iteration, see coefficients/exp.py), then times 2^k as a product of two powers of 2, as k reaches
/// from -150 to 128 (-1075 to 1024). Cost: 17 operations, 9 of them fma; per element 0.23 ns with AVX2 and 0.16 ns with
/// AVX-512, on an AVX-512 Xeon. Bound: 0.892 ULP over all 2^32 inputs; 10.6 million of them are not rounded to nearest.
/// NaN stays NaN; -inf gives 0, overflow +inf; subnormal results round once more. In
/// Float(64): 0.88 ULP (sampled, 2.8 million), 14 fma, 0.76 ns with AVX2 and 0.47 ns with AVX-512. Tried: 2^k + 2^k p
/// with p as in expm1, equally long: 1.00 ULP. With q of degree 3, one operation less, the polynomial alone is off
/// by 1.8 * 2^-24.
/// No fast form is 1.15 times as fast with both AVX2 and AVX-512 (ULP on a sample; ns per element and times as fast, in
/// C++):
///   this form                                     17 operations  0.892 ULP  0.235        0.179
///   q of degree 3                                 16             2.41       0.214  1.10  0.169  1.06
///   the square of 2^j e^(r/2), with half the k    15             2.76       0.232  1.01  0.153  1.17
/// One part of ln 2, one operation less, is off by 4 * 2^-24 at 88 and so passes 3.5 ULP.
Halide::Expr exp(const Halide::Expr &a);

/// The same with one part of ln 2 and a polynomial of degree 5, for Float(32): 15 operations, 7 of them fma. For 16-bit
/// results, which show nothing of its error.
Halide::Expr fast_exp(const Halide::Expr &a);
Halide::Expr fast_upscaled_exp(const Halide::Expr &a);

/// 2^64 e^a, see upscaled.h. Method, cost and bound as exp's.
Halide::Expr upscaled_exp(const Halide::Expr &a);

}  // namespace actinide::math
