"""Computes the constants of ../quarter_turns.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

WORD_BITS = 64
# 16 places where a window of four words can begin.
WORDS = 19
# Of the first word: the highest bit of the window for a double whose last place is 2^-53 counts 2^54.
HIGHEST_WEIGHT = 54
# The reduced argument is at most this and the rounding of its parts.
LARGEST = mpmath.pi / 4 * (1 + mpf("1e-15"))


def words():
    """2 / pi as one long integer, cut into words; its first 55 bits are 0."""
    mpmath.mp.prec = WORD_BITS * WORDS + 64
    bits = int(mpmath.floor(mpmath.ldexp(2 / mpmath.pi, WORD_BITS * WORDS - 1 - HIGHEST_WEIGHT)))
    mpmath.mp.dps = 40
    mask = (1 << WORD_BITS) - 1
    return {f"word_{i}": bits >> (WORD_BITS * (WORDS - 1 - i)) & mask for i in range(WORDS)}


def fit(degree, rest, power, function):
    """p of function(r) = ... + r^power p(r^2), where rest(r) is what r^power p(r^2) shall be, relative."""
    samples = []
    for r in remez.grid(mpf("1e-3"), LARGEST, 150):
        samples.append((r**2, rest(r) / r**power, r**power / function(r)))
    return remez.rounded_in_turn(samples, degree, 53)


def main():
    high = remez.to_double(mpmath.pi / 2)
    doubles = {"half_pi_high": high, "half_pi_low": remez.to_double(mpmath.pi / 2 - high)}
    sines, sine_error = fit(5, lambda r: mpmath.sin(r) - r, 3, mpmath.sin)
    cosines, cosine_error = fit(5, lambda r: mpmath.cos(r) - 1 + r**2 / 2, 4, mpmath.cos)
    doubles.update({f"sin_{power}": c for power, c in enumerate(sines)})
    doubles.update({f"cos_{power}": c for power, c in enumerate(cosines)})
    error_in_words = (
        f"at most {remez.in_places(sine_error, 53)} * 2^-53 from sin(r) and "
        f"{remez.in_places(cosine_error, 53)} * 2^-53 from cos(r), relative"
    )
    return remez.main(__doc__, "quarter_turns.cpp", {}, error_in_words, doubles, words())


sys.exit(main())
