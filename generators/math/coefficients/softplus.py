"""Computes the constants of ../softplus.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# Near 0, that is for a^2 up to 17/32, log(1 + e^a) = log 2 + a/2 + a^2 p(a^2).
NEAR = mpf("0.729")
# What the last sum adds, so that the rest, whose rounding also counts, is at most 1/4 below 0.
LAST_SUMMAND = mpf("0.640625")
# Elsewhere log(1 + t) = t + t^2 q(t - 1/4), where t = e^-|a|.
LARGEST_POWER = mpf("0.4832")


def ulp(value):
    return mpmath.ldexp(1, mpmath.frexp(value)[1])


def near(degree, bits):
    samples = []
    for a in remez.grid(mpf("0.01"), NEAR, 200):
        result = mpmath.log1p(mpmath.exp(-a))
        samples.append((a**2, (result + a / 2 - mpmath.log(2)) / a**2, a**2 / ulp(result)))
    return remez.rounded_in_turn(samples, degree, bits)


def far(degree, bits):
    samples = []
    for t in remez.grid(mpf("0.005"), LARGEST_POWER, 200):
        result = mpmath.log1p(t)
        samples.append((t - mpf(1) / 4, (result - t) / t**2, t**2 / ulp(result)))
    return remez.rounded_in_turn(samples, degree, bits)


def fast(degree):
    """p of log(1 + t) = t p(t - 1/2) for t up to 1, relative."""
    samples = []
    for t in remez.grid(mpf("1e-5"), mpf(1), 200):
        p = mpmath.log1p(t) / t
        samples.append((t - mpf(1) / 2, p, 1 / p))
    coefficients, error = remez.rounded_in_turn(samples, degree, 24)
    return {f"fast_{power}": c for power, c in enumerate(coefficients)}, remez.in_places(error, 24)


def fit(near_degree, far_degree, bits, prefix):
    p, near_error = near(near_degree, bits)
    q, far_error = far(far_degree, bits)
    constants = {f"{prefix}ln2_rest": remez.short(mpmath.log(2) - LAST_SUMMAND, bits)}
    constants.update({f"{prefix}p{power}": c for power, c in enumerate(p)})
    constants.update({f"{prefix}q{power}": c for power, c in enumerate(q)})
    return constants, mpmath.nstr(max(near_error, far_error) * 2**bits, 3)


def main():
    floats, error = fit(3, 6, 24, "")
    doubles, wide_error = fit(8, 15, 53, "wide_")
    fast_floats, fast_error = fast(7)
    floats.update(fast_floats)
    in_words = f"fast: {fast_error} * 2^-24, relative; else at most {error} ULP of a float and {wide_error} ULP of a double from log(1 + e^a)"
    return remez.main(__doc__, "softplus.cpp", floats, in_words, doubles)


sys.exit(main())
