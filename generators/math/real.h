// A real number in MPFR, as a value.
#pragma once

#include <mpfr.h>
#include <string>

namespace actinide::math {

/// Owns one mpfr_t. Copies keep the precision; arithmetic lives in evaluate.cpp and in the functions' own files.
class Real {
public:
    /// NaN of `precision` bits (at least 2).
    explicit Real(int precision);
    /// Exactly `value`.
    Real(double value, int precision);  // NOLINT(google-explicit-constructor)
    /// The decimal `text` rounded to nearest.
    Real(const std::string &text, int precision);
    Real(const Real &other);
    Real(Real &&other) noexcept;
    Real &operator=(const Real &other);
    Real &operator=(Real &&other) noexcept;
    ~Real();

    mpfr_ptr get() { return value_; }
    mpfr_srcptr get() const { return value_; }
    int precision() const { return static_cast<int>(mpfr_get_prec(value_)); }

    /// Rounded to nearest even, subnormals and overflow included, as IEEE 754 rounds.
    float to_float() const;
    double to_double() const;
    bool is_nan() const { return mpfr_nan_p(value_) != 0; }

private:
    mpfr_t value_;
};

}  // namespace actinide::math
