"""Computes the constants of ../expm1.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

LOWEST_REMAINDER = mpf("-0.348")
HIGHEST_REMAINDER = mpf("0.348")


def main():
    ln2 = mpmath.log(2)
    ln2_high = remez.short(ln2, 15)
    # Of e^r - 1 = r + r^2 q(r), relative to e^r - 1.
    samples = [
        (r, (mpmath.expm1(r) - r) / r**2, r**2 / abs(mpmath.expm1(r)))
        for r in remez.grid(LOWEST_REMAINDER, HIGHEST_REMAINDER)
    ]
    coefficients, error = remez.float_coefficients(samples, range(5))
    constants = {
        "log2_e": remez.to_float(1 / ln2),
        "minus_ln2_high": -ln2_high,
        "minus_ln2_low": -remez.to_float(ln2 - ln2_high),
        **{f"c{power + 2}": coefficients[power] for power in range(5)},
    }
    return remez.main(__doc__, "expm1.cpp", constants, f"at most {mpmath.nstr(error * 2**24, 3)} * 2^-24 from e^r - 1")


sys.exit(main())
