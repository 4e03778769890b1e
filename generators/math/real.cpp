#include "generators/math/real.h"

namespace actinide::math {

namespace {

/// A moved-from number keeps the least that MPFR allows, so that it can still be destroyed and assigned.
constexpr mpfr_prec_t least_precision = MPFR_PREC_MIN;

}  // namespace

Real::Real(int precision) {
    mpfr_init2(value_, precision);
}

Real::Real(double value, int precision) : Real(precision) {
    mpfr_set_d(value_, value, MPFR_RNDN);
}

Real::Real(const std::string &text, int precision) : Real(precision) {
    mpfr_set_str(value_, text.c_str(), 10, MPFR_RNDN);
}

Real::Real(const Real &other) : Real(other.precision()) {
    mpfr_set(value_, other.value_, MPFR_RNDN);
}

Real::Real(Real &&other) noexcept {
    mpfr_init2(value_, least_precision);
    mpfr_swap(value_, other.value_);
}

Real &Real::operator=(const Real &other) {
    if (this == &other) return *this;
    mpfr_set_prec(value_, mpfr_get_prec(other.value_));
    mpfr_set(value_, other.value_, MPFR_RNDN);
    return *this;
}

Real &Real::operator=(Real &&other) noexcept {
    mpfr_swap(value_, other.value_);
    return *this;
}

Real::~Real() {
    mpfr_clear(value_);
}

float Real::to_float() const {
    return mpfr_get_flt(value_, MPFR_RNDN);
}
double Real::to_double() const {
    return mpfr_get_d(value_, MPFR_RNDN);
}

}  // namespace actinide::math
