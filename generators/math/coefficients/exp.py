"""Computes the constants of ../exp.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# Half of ln 2, and what the rounding of a * log2_e may add.
LARGEST_REMAINDER = mpf("0.3467")


def main():
    ln2 = mpmath.log(2)
    ln2_high = remez.short(ln2, 15)
    # Of e^r = 1 + r (1 + r q(r)), relative to e^r.
    samples = [
        (r, (mpmath.expm1(r) - r) / r**2, r**2 / mpmath.exp(r))
        for r in remez.grid(-LARGEST_REMAINDER, LARGEST_REMAINDER)
    ]
    coefficients, error = remez.float_coefficients(samples, range(5))
    constants = {
        "log2_e": remez.to_float(1 / ln2),
        "minus_ln2_high": -ln2_high,
        "minus_ln2_low": -remez.to_float(ln2 - ln2_high),
        **{f"c{power + 2}": coefficients[power] for power in range(5)},
    }
    largest = mpmath.nstr(error * 2**24, 3)
    return remez.main(__doc__, "exp.cpp", constants, f"at most {largest} * 2^-24 from e^r, relative")


sys.exit(main())
