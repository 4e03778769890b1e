#include "generators/formula/real_rounding.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace actinide {

double rounded(const math::Real &value, const FloatFormat &format) {
    if (mpfr_regular_p(value.get()) == 0) return value.to_double();
    const long place = std::max<long>(mpfr_get_exp(value.get()) - format.digits, format.lowest_place());
    math::Real places = value;
    mpfr_mul_2si(places.get(), places.get(), -place, MPFR_RNDN);
    mpfr_roundeven(places.get(), places.get());
    const double result = std::ldexp(places.to_double(), static_cast<int>(place));
    const bool overflows = std::fabs(result) >= std::ldexp(1.0, format.max_exponent - 1) * 2;
    return overflows ? std::copysign(std::numeric_limits<double>::infinity(), result) : result;
}

}  // namespace actinide
