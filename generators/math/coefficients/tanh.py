"""Computes the constants of ../tanh.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# A quarter of ln 2, and what the rounding of a * twice_log2_e may add.
LARGEST_REMAINDER = mpf("0.3467") / 2


def exponential(degree, bits, count):
    """g of (e^(2r) - 1) / 2 = r + r^2 g(r), relative to it."""
    samples = []
    for r in remez.grid(-LARGEST_REMAINDER, LARGEST_REMAINDER, count):
        half = mpmath.expm1(2 * r) / 2
        samples.append((r, (half - r) / r**2, r**2 / abs(half)))
    coefficients, error = remez.rounded_in_turn(samples, degree, bits)
    return coefficients, remez.in_places(error, bits)


def near_zero(end, degree, bits, count):
    """s of tanh(a) = a + a^3 s(a^2) for |a| < end, relative to it."""
    samples = []
    for square in remez.grid(mpf(0), end**2, count):
        a = mpmath.sqrt(square)
        samples.append((square, (mpmath.tanh(a) / a - 1) / square, square * a / mpmath.tanh(a)))
    coefficients, error = remez.rounded_in_turn(samples, degree, bits)
    return coefficients, remez.in_places(error, bits)


def ratio(end, count):
    """P and Q of tanh(a) = a P(a^2) / Q(a^2) for |a| up to end, relative."""
    samples = []
    for i in range(1, count + 1):
        a = end * mpmath.sin(mpmath.pi / 2 * i / count)
        samples.append((a**2, mpmath.tanh(a) / a, a / mpmath.tanh(a)))
    dividend, divisor, error = remez.best_ratio(samples, 3, 4)
    names = {f"dividend_{power}": remez.to_float(c) for power, c in enumerate(dividend)}
    names.update({f"divisor_{power}": remez.to_float(c) for power, c in enumerate(divisor) if power > 0})
    return names, remez.in_places(error, 24)


def main():
    ln2 = mpmath.log(2)
    g, g_error = exponential(4, 24, 400)
    s, s_error = near_zero(mpf("0.95"), 6, 24, 400)
    floats = {
        "twice_log2_e": remez.to_float(2 / ln2),
        "minus_half_ln2": -remez.to_float(ln2 / 2),
        **{f"g{power}": c for power, c in enumerate(g)},
        **{f"s{power}": c for power, c in enumerate(s)},
    }
    quotient, quotient_error = ratio(mpf(8), 300)
    floats.update(quotient)
    wide_g, wide_g_error = exponential(9, 53, 150)
    wide_s, wide_s_error = near_zero(mpf(1), 14, 53, 150)
    half_ln2_high = remez.short(ln2 / 2, 42)
    doubles = {
        "wide_twice_log2_e": remez.to_double(2 / ln2),
        "minus_half_ln2_high": -half_ln2_high,
        "minus_half_ln2_low": -remez.to_double(ln2 / 2 - half_ln2_high),
        **{f"wide_g{power}": c for power, c in enumerate(wide_g)},
        **{f"wide_s{power}": c for power, c in enumerate(wide_s)},
    }
    in_words = f"quotient: at most {quotient_error} * 2^-24, relative; g and s: at most {g_error} and {s_error} * 2^-24, {wide_g_error} and {wide_s_error} * 2^-53, relative"
    return remez.main(__doc__, "tanh.cpp", floats, in_words, doubles)


sys.exit(main())
