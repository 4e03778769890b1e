"""Computes the constants of ../expm1.cpp from scratch."""

import sys

import mpmath
from mpmath import mpf

import remez

# Half of ln 2, and what the rounding of a * log2_e may add.
LARGEST_REMAINDER = mpf("0.348")
# What the whole error should not pass, in ULP: whatever the roundings leave of it is the polynomial's.
BUDGET = mpf("0.93")
# Steps of one float from the fitted c2 ... c6. They took the largest error over a <= 0 from 0.92 to 0.87 ULP and were
# found by 3000 random steps, each judged on a 41st of all floats from -0.55 to 0.
STEPS = [-1, -4, 64, 0, -5946]


def half_ulp(value):
    return mpmath.ldexp(1, mpmath.frexp(abs(value))[1] - 25)


def weight(r):
    """How much of the budget an error of 1 in q takes, in e^r - 1 = r + r^2 q, for a = r and for a = r - ln 2."""
    p = mpmath.expm1(r)
    q = (p - r) / r**2
    product = q * half_ulp(r**2) + r**2 * half_ulp(q)  # the error of r^2 q
    remainder = mpf(2) ** -29  # that of r, whose last bit ln 2 nearly ends with
    result = (p - 1) / 2
    k_is_0 = 1 / (2 * half_ulp(p)) / (BUDGET - (half_ulp(p) + product) / (2 * half_ulp(p)))
    rounded = half_ulp(result) + (half_ulp(p) + product + remainder) / 2
    k_is_minus_1 = 1 / (4 * half_ulp(result)) / (BUDGET - rounded / (2 * half_ulp(result)))
    return r**2 * max(k_is_0, k_is_minus_1)


# For the more exact form: of r from ln(3/4) to ln(3/2), and what the rounding of (a - c) * log2_e may add.
LOWEST_OF_EXACT, HIGHEST_OF_EXACT = mpf("-0.2885"), mpf("0.4062")
# Found as STEPS, over a from -1 to 20.
STEPS_OF_EXACT = [0, -11, -50, 1191, 9116]


def exact_form(lowest, degree, bits):
    """q of e^r - 1 = r + r^2 q(r), counted in ULP of e^r - 1 and of e^(r - ln2) - 1."""
    samples = []
    for r in remez.grid(lowest, HIGHEST_OF_EXACT, 300 if bits == 24 else 150):
        if abs(r) < mpf("0.01"):
            continue
        q = (mpmath.expm1(r) - r) / r**2
        unit = min(half_ulp(mpmath.expm1(r)), 2 * half_ulp(mpmath.expm1(r - mpmath.log(2))))
        samples.append((r, q, r**2 / unit))
    return remez.rounded_in_turn(samples, degree, bits)


def main():
    ln2 = mpmath.log(2)
    ln2_high = remez.short(ln2, 15)
    remainders = [r for r in remez.grid(-LARGEST_REMAINDER, LARGEST_REMAINDER, 300) if abs(r) > mpf("0.01")]
    samples = [(r, (mpmath.expm1(r) - r) / r**2, weight(r)) for r in remainders]
    fitted, _ = remez.float_coefficients(samples, range(5))
    coefficients = [remez.next_float(fitted[power], step) for power, step in enumerate(STEPS)]
    of_exact, _ = exact_form(LOWEST_OF_EXACT, 4, 24)
    # expm1_below_zero has these for |r| <= ln(2) / 2 too.
    wide_of_exact, _ = exact_form(-LARGEST_REMAINDER, 10, 53)

    def error(r):
        polynomial = r + r**2 * sum(c * r**power for power, c in enumerate(coefficients))
        return abs(polynomial / mpmath.expm1(r) - 1)

    floats = {
        "log2_e": remez.to_float(1 / ln2),
        "minus_ln2": -remez.to_float(ln2),
        "minus_ln2_high": -ln2_high,
        "minus_ln2_low": -remez.to_float(ln2 - ln2_high),
        **{f"c{power + 2}": c for power, c in enumerate(coefficients)},
        **{f"e{power + 2}": remez.next_float(c, step) for power, (c, step) in enumerate(zip(of_exact, STEPS_OF_EXACT))},
    }
    wide_ln2_high = remez.short(ln2, 42)
    doubles = {
        "wide_minus_ln2": -remez.to_double(ln2),
        "wide_minus_ln2_rest": -remez.to_double(ln2 - remez.to_double(ln2)),
        "wide_minus_ln2_high": -wide_ln2_high,
        "wide_minus_ln2_low": -remez.to_double(ln2 - wide_ln2_high),
        **{f"d{power + 2}": c for power, c in enumerate(wide_of_exact)},
    }
    largest = mpmath.nstr(max(error(r) for r in remainders) * 2**24, 3)
    in_words = f"c2 to c6: at most {largest} * 2^-24 from e^r - 1, relative"
    return remez.main(__doc__, "expm1.cpp", floats, in_words, doubles)


sys.exit(main())
