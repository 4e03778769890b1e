"""Computes the constants of ../erfc.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# Per precision: the shift in y = 1 / (t + shift), the centre of y, the largest t and the degree.
SERIES = {24: (mpf("1.75"), mpf("0.21875"), mpf("10.06"), 10), 53: (mpf("2.5"), mpf("0.1875"), mpf("27.3"), 24)}


def fit(bits):
    """p of e^(t^2) erfc(t) = y p(y - centre), relative."""
    shift, centre, highest, degree = SERIES[bits]
    samples = []
    for y in remez.grid(1 / (highest + shift), 1 / shift, 200):
        if abs(y - centre) > mpf("2e-4"):
            t = 1 / y - shift
            p = mpmath.exp(t**2) * mpmath.erfc(t) / y
            samples.append((y - centre, p, 1 / p))
    coefficients, error = remez.rounded_in_turn(samples, degree, bits)
    return remez.named(coefficients, 0, bits), remez.in_places(error, bits)


def main():
    floats, error = fit(24)
    doubles, wide_error = fit(53)
    in_words = f"at most {error} * 2^-24 and {wide_error} * 2^-53 from e^(t^2) erfc(t), relative"
    return remez.main(__doc__, "erfc.cpp", floats, in_words, doubles)


sys.exit(main())
