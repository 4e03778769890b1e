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

/// f(t) for t >= 0 up to sqrt(divisor) * 10.25 (27.4 in Float(64)) and for NaN.
/// Method: t^2 as in gaussian; y by an integer guess and Newton steps of third order, no division; y, the series'
/// last step and both products keep their rounding errors, so that nearly all that is lost is the last rounding and
/// what the series loses before its last step. Cost, with a series of degree 10: 55 operations, 35 of them fma.
/// Tried, in ULP of erfc with the same series: without h's low part, three operations less, 1.68; without y's, four
/// less, 3.0; e^-r in one part, five less, 2.0; with the series around 0 instead of near 1 / (1 + shift), 2.2, and with
/// degree 9, 1.4. All plain, 5.3. A true division for y costs more than its 12 operations on every target measured.
Halide::Expr gaussian_tail(const Halide::Expr &t, const TailSeries &series);

/// erfc(a) within 1.2e-7 of itself, smooth, in Halide's own vocabulary (Press, Teukolsky, Vetterling and Flannery,
/// Numerical Recipes in C, 6.2).
Halide::Expr erfc_for_autodiff(const Halide::Expr &a);

}  // namespace actinide::math
