"""Computes the constants of ../log.cpp, which log1p shares, from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# Of the mantissa less 1, when the mantissa is taken from 3/4 to 3/2.
LOWEST, HIGHEST = mpf(-1) / 4, mpf(1) / 2


def fit(degree, bits, weight):
    """q of log(1 + f) = f + f^2 q(f)."""
    points = [f for f in remez.grid(LOWEST, HIGHEST, 300) if abs(f) > mpf("0.005")]
    samples = [(f, (mpmath.log1p(f) - f) / f**2, f**2 * weight(mpmath.log1p(f))) for f in points]
    coefficients, error = remez.rounded_in_turn(samples, degree, bits)
    return {f"c{power + 2}": c for power, c in enumerate(coefficients)}, mpmath.nstr(error * 2**bits, 3)


def main():
    ln2 = mpmath.log(2)
    # In units of the result's last place, which is what the bound counts.
    floats, error = fit(9, 24, lambda result: 1 / mpmath.ldexp(1, mpmath.frexp(result)[1]))
    doubles, wide_error = fit(19, 53, lambda result: 1 / abs(result))
    high = remez.short(ln2, 42)
    floats["ln2"] = remez.to_float(ln2)
    doubles.update({"ln2_high": high, "ln2_low": remez.to_double(ln2 - high)})
    in_words = f"at most {error} ULP of a float and, relative, {wide_error} * 2^-53 from log(1 + f)"
    return remez.main(__doc__, "log.cpp", floats, in_words, doubles)


sys.exit(main())
