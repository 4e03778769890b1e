"""Computes the constants of ../gumbel_cdf.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# Half of ln 2, and what the rounding of a * log2_e may add.
LARGEST_REMAINDER = mpf("0.3467")


def third_order(degree, bits, count):
    """p of e^r = 1 + r + r^2 / 2 + r^3 p(r), relative to e^r."""
    samples = [
        (r, (mpmath.expm1(r) - r - r**2 / 2) / r**3, abs(r) ** 3 / mpmath.exp(r))
        for r in remez.grid(-LARGEST_REMAINDER, LARGEST_REMAINDER, count)
    ]
    coefficients, error = remez.rounded_in_turn(samples, degree, bits)
    return coefficients, remez.in_places(error, bits)


def main():
    p, p_error = third_order(4, 24, 400)
    floats = {f"p{power}": c for power, c in enumerate(p)}
    wide_p, wide_p_error = third_order(10, 53, 150)
    doubles = {f"wide_p{power}": c for power, c in enumerate(wide_p)}
    in_words = f"at most {p_error} * 2^-24 and {wide_p_error} * 2^-53 from e^r, relative"
    return remez.main(__doc__, "gumbel_cdf.cpp", floats, in_words, doubles)


sys.exit(main())
