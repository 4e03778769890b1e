"""Computes the constants of ../normal_density.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# ln 2, as r is twice the exponent, and what the rounding of a^2 * log2_e / 2 may add.
LARGEST_REMAINDER = mpf("0.6934")


def weight(r):
    """More towards the ends: in the middle the rounding of c0 is lost already, and nothing else is."""
    return 1 / (mpf("1.1") - abs(r) / LARGEST_REMAINDER) ** 2


def fit(degree, bits):
    """p(r) = e^(-r/2) / sqrt(2 pi), relative, for r = a^2 + 2 k ln2."""
    points = [r for r in remez.grid(-LARGEST_REMAINDER, LARGEST_REMAINDER, 200) if abs(r) > mpf("0.002")]
    density = {r: mpmath.exp(-r / 2) / mpmath.sqrt(2 * mpmath.pi) for r in points}
    constant = remez.short(1 / mpmath.sqrt(2 * mpmath.pi), bits)
    samples = [(r, (density[r] - constant) / r, weight(r) * abs(r) / density[r]) for r in points]
    others, _ = remez.rounded_in_turn(samples, degree - 1, bits)
    coefficients = [constant, *others]
    error = max(abs(remez.horner(coefficients, r) / density[r] - 1) for r in points)
    return remez.named(coefficients, 0, bits), remez.in_places(error, bits)


def main():
    floats, error = fit(6, 24)
    doubles, wide_error = fit(11, 53)
    in_words = f"at most {error} * 2^-24 and {wide_error} * 2^-53 from e^(-r/2) / sqrt(2 pi), relative"
    return remez.main(__doc__, "normal_density.cpp", floats, in_words, doubles)


sys.exit(main())
