// e^(-t^2) times a slowly falling function, for tails that keep their relative accuracy.
#pragma once

#include <Halide.h>

#include <vector>

namespace actinide::math {

/// e^(t^2 / divisor) f(t) = y (h0 + z (h1 + z (h2 + ...))) with y = 1 / (t + shift) and z = y - centre.
struct TailSeries {
    int divisor;
    double shift;
    double centre;
    std::vector<double> coefficients;
};

/// 2^upscaled_by f(t), upscaled_by being 0 or 64, for t >= 0 up to sqrt(divisor) * 10.25 (27.4 in Float(64)) or, with
/// 64, sqrt(divisor) * 12.25 (28.2), and for NaN.
/// Method: t^2 as in gaussian; y by an integer guess and Newton steps of third order, no division; y, the series'
/// last two steps and both products keep their rounding errors, so that nearly all that is lost is the last rounding
/// and what the series loses before. Cost, with a series of degree 10: 58 operations, 37 of them fma. Tried, in ULP of
/// erfc for Float(32), where this gives 0.93: only the series' last step with a low part, three operations less, 1.18
/// (degree 9: 1.42); none, six less, 1.68; y rounded, seven less, 3.1; e^-r in one part, eight less, 2.02; the series
/// around 0, with one low part, 2.2. All plain, with a division, 5.3.
Halide::Expr gaussian_tail(const Halide::Expr &t, const TailSeries &series, int upscaled_by = 0);

/// erfc(a) within 1.2e-7 of itself, smooth, in Halide's own vocabulary (Press, Teukolsky, Vetterling and Flannery,
/// Numerical Recipes in C, 6.2).
Halide::Expr erfc_for_autodiff(const Halide::Expr &a);

}  // namespace actinide::math
