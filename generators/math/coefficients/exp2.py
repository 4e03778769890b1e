"""Computes the constants of ../exp2.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez


def fit(degree, bits):
    """p of 2^r = 1 + r p(r) for |r| <= 1/2, relative to 2^r."""
    half = mpf(1) / 2
    samples = [(r, (mpf(2) ** r - 1) / r, abs(r) / mpf(2) ** r) for r in remez.grid(-half, half, 200)]
    coefficients, error = remez.rounded_in_turn(samples, degree, bits)
    return remez.named(coefficients, 1, bits), remez.in_places(error, bits)


def main():
    floats, error = fit(5, 24)
    doubles, wide_error = fit(10, 53)
    in_words = f"at most {error} * 2^-24 and {wide_error} * 2^-53 from 2^r, relative"
    return remez.main(__doc__, "exp2.cpp", floats, in_words, doubles)


sys.exit(main())
