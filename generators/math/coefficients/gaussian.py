"""Computes the constants of ../gaussian.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# Half of ln 2, and what the rounding of a^2 * log2_e may add.
LARGEST_REMAINDER = mpf("0.3467")


def fit(degree, bits):
    """q of e^-r = 1 - r + r^2 q(r), relative to e^-r."""
    points = [r for r in remez.grid(-LARGEST_REMAINDER, LARGEST_REMAINDER, 200) if abs(r) > mpf("0.002")]
    samples = [(r, (mpmath.expm1(-r) + r) / r**2, r**2 * mpmath.exp(r)) for r in points]
    coefficients, error = remez.rounded_in_turn(samples, degree, bits)
    return remez.named(coefficients, 2, bits), remez.in_places(error, bits)


def main():
    ln2 = mpmath.log(2)
    high = remez.short(ln2, 15)
    wide_high = remez.short(ln2, 42)
    coefficients, error = fit(4, 24)
    wide_coefficients, wide_error = fit(9, 53)
    floats = {
        "log2_e": remez.to_float(1 / ln2),
        "ln2_high": high,
        "ln2_low": remez.to_float(ln2 - high),
        **coefficients,
    }
    doubles = {
        "wide_log2_e": remez.to_double(1 / ln2),
        "wide_ln2_high": wide_high,
        "wide_ln2_low": remez.to_double(ln2 - wide_high),
        **wide_coefficients,
    }
    in_words = f"at most {error} * 2^-24 and {wide_error} * 2^-53 from e^-r, relative"
    return remez.main(__doc__, "gaussian.cpp", floats, in_words, doubles)


sys.exit(main())
