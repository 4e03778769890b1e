"""Computes the constants of ../exp.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# Half of ln 2, and what the rounding of a * log2_e may add.
LARGEST_REMAINDER = mpf("0.3467")


def samples(count):
    """Of e^r = 1 + r (1 + r q(r)), relative to e^r."""
    return [
        (r, (mpmath.expm1(r) - r) / r**2, r**2 / mpmath.exp(r))
        for r in remez.grid(-LARGEST_REMAINDER, LARGEST_REMAINDER, count)
    ]


def fast_samples():
    """Of e^r = 1 + r p(r), relative to e^r."""
    return [
        (r, mpmath.expm1(r) / r, r / mpmath.exp(r)) for r in remez.grid(-LARGEST_REMAINDER, LARGEST_REMAINDER, 300)
    ]


def main():
    ln2 = mpmath.log(2)
    ln2_high = remez.short(ln2, 15)
    coefficients, error = remez.float_coefficients(samples(600), range(5))
    floats = {
        "log2_e": remez.to_float(1 / ln2),
        "minus_ln2_high": -ln2_high,
        "minus_ln2_low": -remez.to_float(ln2 - ln2_high),
        **{f"c{power + 2}": coefficients[power] for power in range(5)},
    }
    fast_coefficients, fast_error = remez.float_coefficients(fast_samples(), range(5))
    floats["minus_ln2"] = -remez.to_float(ln2)
    floats.update({f"fast_{power + 1}": coefficient for power, coefficient in fast_coefficients.items()})
    wide_ln2_high = remez.short(ln2, 42)
    wide_coefficients, wide_error = remez.rounded_in_turn(samples(150), 9, 53)
    doubles = {
        "wide_log2_e": remez.to_double(1 / ln2),
        "wide_minus_ln2_high": -wide_ln2_high,
        "wide_minus_ln2_low": -remez.to_double(ln2 - wide_ln2_high),
        **{f"d{power + 2}": c for power, c in enumerate(wide_coefficients)},
    }
    largest = remez.in_places(error, 24)
    wide_largest = mpmath.nstr(wide_error * 2**53, 3)
    fast_largest = remez.in_places(fast_error, 24)
    in_words = f"at most {largest} * 2^-24 (fast {fast_largest}) and {wide_largest} * 2^-53 from e^r, relative"
    return remez.main(__doc__, "exp.cpp", floats, in_words, doubles)


sys.exit(main())
