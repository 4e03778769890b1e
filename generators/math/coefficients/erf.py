"""Computes the constants of ../erf.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# Where the two polynomials meet, and what the second one's argument is counted from.
SPLIT = mpf(1)
CENTRE = mpf("1.25")
# Beyond it erf rounds to 1.
HIGHEST = {24: mpf("3.92"), 53: mpf("5.96")}


def ulp(value, bits):
    return mpmath.ldexp(1, mpmath.frexp(value)[1] - bits)


def fit_near(degree, bits):
    """p of erf(t) = t + t p(t^2) up to SPLIT."""
    points = remez.grid(mpf("1e-3"), SPLIT, 150)
    samples = [(t**2, mpmath.erf(t) / t - 1, t / ulp(mpmath.erf(t), bits)) for t in points]
    return remez.rounded_in_turn(samples, degree, bits)


def fit_far(degree, bits):
    """p of erf(t) = 1 - p(t - CENTRE)^2 above SPLIT."""
    samples = []
    for t in remez.grid(SPLIT, HIGHEST[bits], 250):
        if abs(t - CENTRE) > mpf("3e-3"):
            p = mpmath.sqrt(mpmath.erfc(t))
            samples.append((t - CENTRE, p, 2 * p / ulp(mpmath.erf(t), bits)))
    return remez.rounded_in_turn(samples, degree, bits)


def fit_everywhere(degree):
    """p of erf(t) = 1 - (1 - (t + t p(t)) / 2)^2, as near as can be at 0."""
    constant = remez.to_float(2 / mpmath.sqrt(mpmath.pi) - 1)
    samples = []
    for t in remez.grid(mpf("1e-3"), HIGHEST[24], 150):
        root = mpmath.sqrt(mpmath.erfc(t))
        samples.append((t, (2 * (1 - root) / t - 1 - constant) / t, t**2 * root / ulp(mpmath.erf(t), 24)))
    others, error = remez.rounded_in_turn(samples, degree - 1, 24)
    return [constant, *others], error


def main():
    fits = {
        "near": fit_near(6, 24),
        "far": fit_far(10, 24),
        "fast": fit_everywhere(11),
        "wide_near": fit_near(12, 53),
        "wide_far": fit_far(26, 53),
    }
    named = {
        group: {f"{group}_{power}": c for power, c in enumerate(coefficients)}
        for group, (coefficients, _) in fits.items()
    }
    errors = ", ".join(f"{group} {mpmath.nstr(error, 3)}" for group, (_, error) in fits.items())
    floats = named["near"] | named["far"] | named["fast"]
    doubles = named["wide_near"] | named["wide_far"]
    return remez.main(__doc__, "erf.cpp", floats, f"at most this many ULP from erf: {errors}", doubles)


sys.exit(main())
