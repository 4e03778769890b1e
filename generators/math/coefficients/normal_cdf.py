"""Computes the constants of ../normal_cdf.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# Per precision: the shift in y = 1 / (t + shift), the centre of y, the largest t and the degree.
SERIES = {24: (mpf("2.5"), mpf("0.15625"), mpf("14.2"), 10), 53: (mpf("2.5"), mpf("0.15625"), mpf("38.6"), 26)}


def fit(bits):
    """p of e^(t^2 / 2) cdf(-t) = y p(y - centre), relative."""
    shift, centre, highest, degree = SERIES[bits]
    samples = []
    for y in remez.grid(1 / (highest + shift), 1 / shift, 200):
        if abs(y - centre) > mpf("2e-4"):
            t = 1 / y - shift
            p = mpmath.exp(t**2 / 2) * mpmath.erfc(t / mpmath.sqrt(2)) / 2 / y
            samples.append((y - centre, p, 1 / p))
    coefficients, error = remez.rounded_in_turn(samples, degree, bits)
    return remez.named(coefficients, 0, bits), remez.in_places(error, bits)


def fast_fit():
    """p of e^(t^2 / 2) cdf(-t) = y p(y), relative, for a y with another shift."""
    shift, highest = mpf(3), mpf("16.2")
    samples = []
    for y in remez.grid(1 / (highest + shift), 1 / shift, 300):
        t = 1 / y - shift
        p = mpmath.exp(t**2 / 2) * mpmath.erfc(t / mpmath.sqrt(2)) / 2 / y
        samples.append((y, p, 1 / p))
    coefficients, error = remez.float_coefficients(samples, range(8))
    return {f"fast_{power}": value for power, value in coefficients.items()}, remez.in_places(error, 24)


def main():
    floats, error = fit(24)
    doubles, wide_error = fit(53)
    fast_floats, fast_error = fast_fit()
    floats.update(fast_floats)
    in_words = (
        f"at most {error} * 2^-24 (fast {fast_error}) and {wide_error} * 2^-53 from e^(t^2 / 2) cdf(-t), relative"
    )
    return remez.main(__doc__, "normal_cdf.cpp", floats, in_words, doubles)


sys.exit(main())
