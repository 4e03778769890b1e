"""Computes the constants of ../half_turns.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# Each interval of |a| has 1 / pi in three parts: 29 bits, from the first one that can change the parity of a / pi; the
# next 29; the next 53. Its product with a float's 24 bits is exact for the first two.
INTERVALS = 4
INTERVAL_BITS = 26
PART_BITS = 29
# The last part's product comes after the rounding to an integer: up to 2^-8 more than 1/2.
LARGEST = mpf("0.5052")


def parts(interval):
    mpmath.mp.prec = 400
    above = 1 + INTERVAL_BITS * interval  # bits of 1 / pi before the first part, the leading 0 included
    rest = mpmath.ldexp(1 / mpmath.pi, above)
    rest -= mpmath.floor(rest)
    result = []
    for _ in range(2):
        rest = mpmath.ldexp(rest, PART_BITS)
        whole = mpmath.floor(rest)
        rest -= whole
        result.append(mpmath.ldexp(whole, -above - PART_BITS * (len(result) + 1)))
    result.append(remez.to_double(mpmath.ldexp(rest, -above - 2 * PART_BITS)))
    mpmath.mp.dps = 40
    return result


def fit(degree):
    """p of sin(pi f) = f p(f^2) for |f| <= LARGEST, relative."""
    samples = []
    for f in remez.grid(mpf("1e-3"), LARGEST, 150):
        samples.append((f**2, mpmath.sin(mpmath.pi * f) / f, f / mpmath.sin(mpmath.pi * f)))
    coefficients, error = remez.rounded_in_turn(samples, degree, 53)
    return {f"sin_{power}": c for power, c in enumerate(coefficients)}, remez.in_places(error, 24)


def main():
    doubles = {}
    for interval in range(INTERVALS):
        for name, part in zip(("high", "middle", "low"), parts(interval)):
            doubles[f"{name}_{interval}"] = part
    coefficients, error = fit(4)
    doubles.update(coefficients)
    return remez.main(__doc__, "half_turns.cpp", {}, f"at most {error} * 2^-24 from sin(pi f), relative", doubles)


sys.exit(main())
