"""Computes the constants of ../log.cpp, which log1p shares, from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# Of the mantissa less 1, when the mantissa is taken from 3/4 to 3/2.
LOWEST, HIGHEST = mpf(-1) / 4, mpf(1) / 2

# Steps of one float from the fitted c2 ... c11. Without them log1p is off by 1.27 ULP at the float below 1/2, the only
# one whose f is rounded; they take its largest error to 0.9 ULP and were found by 3000 random steps, each judged on a
# 151st of the floats from -1 to 20.
STEPS = [2, 10, -43, -261, -352, -365, 107, -187, -255, 125]


def fit(degree, bits, weight):
    """q of log(1 + f) = f + f^2 q(f)."""
    points = [f for f in remez.grid(LOWEST, HIGHEST, 300) if abs(f) > mpf("0.005")]
    samples = [(f, (mpmath.log1p(f) - f) / f**2, f**2 * weight(mpmath.log1p(f))) for f in points]
    coefficients, error = remez.rounded_in_turn(samples, degree, bits)
    return remez.named(coefficients, 2, bits), remez.in_places(error, bits)


def main():
    ln2 = mpmath.log(2)
    # In units of the result's last place, which is what the bound counts.
    floats, error = fit(9, 24, lambda result: 1 / mpmath.ldexp(1, mpmath.frexp(result)[1]))
    doubles, wide_error = fit(19, 53, lambda result: 1 / abs(result))
    floats = {name: remez.next_float(value, step) for (name, value), step in zip(floats.items(), STEPS)}
    high = remez.short(ln2, 42)
    floats["ln2"] = remez.to_float(ln2)
    doubles.update({"ln2_high": high, "ln2_low": remez.to_double(ln2 - high)})
    in_words = f"at most {error} ULP of a float and, relative, {wide_error} * 2^-53 from log(1 + f)"
    return remez.main(__doc__, "log.cpp", floats, in_words, doubles)


sys.exit(main())
