// Functions times 2^64, for products such as x e^x: where e^x alone is subnormal it has lost digits that the product
// would show, and 2^64 e^x has not.
#pragma once

#include <Halide.h>

#include <string>
#include <vector>

#include "generators/math/function.h"

namespace actinide::math {

inline constexpr int upscaling = 64;  ///< the exponent of what upscaled functions have more
inline constexpr double upscale = 0x1p64;

template <Real (*evaluate)(const std::vector<Real> &, int)>
Real evaluate_upscaled(const std::vector<Real> &arguments, int precision) {
    Real result = evaluate(arguments, precision);
    mpfr_mul_2ui(result.get(), result.get(), upscaling, MPFR_RNDN);
    return result;
}

template <double (*in_double)(double)>
double in_double_upscaled(double a) {
    return in_double(a) * upscale;
}

template <Halide::Expr (*lower_for_autodiff)(const std::vector<Halide::Expr> &)>
Halide::Expr lower_for_autodiff_upscaled(const std::vector<Halide::Expr> &arguments) {
    return lower_for_autodiff(arguments) * Halide::Internal::make_const(arguments[0].type(), upscale);
}

}  // namespace actinide::math
