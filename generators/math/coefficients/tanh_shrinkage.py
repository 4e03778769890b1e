"""Computes the constants of ../tanh_shrinkage.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez


def near_zero(degree, bits, count):
    """s of a - tanh(a) = a^3 (third + s(a^2)) for |a| < 1, relative to it, and third, which is nearly 1/3."""
    third = remez.short(mpf(1) / 3, bits)
    samples = []
    for square in remez.grid(mpf(0), mpf(1), count):
        a = mpmath.sqrt(square)
        with mpmath.extradps(30):
            s = (a - mpmath.tanh(a)) / a**3
        samples.append((square, s - third, 1 / s))
    coefficients, error = remez.rounded_in_turn(samples, degree, bits)
    return third, coefficients, remez.in_places(error, bits)


def main():
    third, s, s_error = near_zero(7, 24, 400)
    floats = {"third": third, **{f"s{power}": c for power, c in enumerate(s)}}
    wide_third, wide_s, wide_s_error = near_zero(15, 53, 150)
    doubles = {"wide_third": wide_third, **{f"wide_s{power}": c for power, c in enumerate(wide_s)}}
    in_words = f"at most {s_error} * 2^-24 and {wide_s_error} * 2^-53, relative"
    return remez.main(__doc__, "tanh_shrinkage.cpp", floats, in_words, doubles)


sys.exit(main())
