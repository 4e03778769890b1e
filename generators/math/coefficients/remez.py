"""Minimax polynomials whose coefficients are floats, for the scripts beside this one.

The method: Remez exchange in 40 digits for the best polynomial; then its lowest coefficient is rounded to a float and
the others are fitted anew around it, and so on upwards, so that each takes up the rounding of those below it.
"""

import argparse
import pathlib
import re

import mpmath
from mpmath import mpf

mpmath.mp.dps = 40


def to_float(value):
    """The nearest 24-bit float, as an exact mpf (no subnormals or overflow here)."""
    return short(value, 24)


def to_double(value):
    """The nearest 53-bit float."""
    return short(value, 53)


def next_float(value, steps):
    """The float `steps` floats from `value`, away from 0 if positive."""
    for _ in range(abs(steps)):
        mantissa, exponent = mpmath.frexp(value)
        below_a_power_of_2 = steps < 0 and abs(mantissa) == mpf(1) / 2
        step = mpmath.ldexp(1 if steps > 0 else -1, exponent - (25 if below_a_power_of_2 else 24))
        value += step if value > 0 else -step
    return value


def short(value, bits):
    """`value` rounded to `bits` bits."""
    mantissa, exponent = mpmath.frexp(value)
    return mpmath.ldexp(mpmath.nint(mpmath.ldexp(mantissa, bits)), exponent - bits)


def grid(low, high, count=600):
    """Points between low and high, denser towards both ends, none of them 0."""
    points = [(low + high) / 2 - (high - low) / 2 * mpmath.cos(mpmath.pi * i / (count - 1)) for i in range(count)]
    return [x for x in points if abs(x) > mpf(10) ** -9]


def best_fit(samples, powers):
    """Coefficients of `powers` that minimise the largest |weight * (sum - target)| over samples (x, target, weight)."""
    size = len(powers) + 1
    reference = [round(i * (len(samples) - 1) / (size - 1)) for i in range(size)]
    coefficients = []
    for _ in range(30):
        rows, right = mpmath.matrix(size, size), mpmath.matrix(size, 1)
        for row, index in enumerate(reference):
            x, target, weight = samples[index]
            for column, power in enumerate(powers):
                rows[row, column] = x**power
            rows[row, size - 1] = (-1) ** row / weight
            right[row] = target
        solution = mpmath.lu_solve(rows, right)
        coefficients = [solution[i] for i in range(size - 1)]
        errors = [
            weight * (sum(c * x**power for c, power in zip(coefficients, powers)) - target)
            for x, target, weight in samples
        ]
        exchanged = alternating_extremes(errors, size)
        if exchanged == reference:
            break
        reference = exchanged
    return coefficients, max(abs(e) for e in errors)


def alternating_extremes(errors, size):
    """Where |error| is largest between its changes of sign: `size` neighbours in order, the largest included."""
    extremes = []
    for index, error in enumerate(errors):
        if extremes and (errors[extremes[-1]] > 0) == (error > 0):
            if abs(error) > abs(errors[extremes[-1]]):
                extremes[-1] = index
        else:
            extremes.append(index)
    while len(extremes) > size:
        extremes.pop(0 if abs(errors[extremes[0]]) < abs(errors[extremes[-1]]) else -1)
    assert len(extremes) == size, "the error does not alternate often enough"
    return extremes


def best_ratio(samples, degree, divisor_degree):
    """Coefficients of P and Q = 1 + ... that minimise the largest |weight * (P / Q - target)|, from the lowest on.

    With the last Q in the error's place the equations are linear; it changes less and less.
    """
    size = degree + divisor_degree + 2
    angles = [mpmath.pi * i / (size - 1) for i in range(size)]
    reference = [round((1 - mpmath.cos(angle)) / 2 * (len(samples) - 1)) for angle in angles]
    divisor = [mpf(1)] + [mpf(0)] * divisor_degree
    for _ in range(60):
        rows, right = mpmath.matrix(size, size), mpmath.matrix(size, 1)
        for row, index in enumerate(reference):
            x, target, weight = samples[index]
            for power in range(degree + 1):
                rows[row, power] = x**power
            for power in range(1, divisor_degree + 1):
                rows[row, degree + power] = -target * x**power
            rows[row, size - 1] = (-1) ** row * horner(divisor, x) / weight
            right[row] = target
        solution = list(mpmath.lu_solve(rows, right))
        dividend, divisor = solution[: degree + 1], [mpf(1)] + solution[degree + 1 : -1]
        errors = [weight * (horner(dividend, x) / horner(divisor, x) - target) for x, target, weight in samples]
        if max(abs(e) for e in errors) <= abs(solution[-1]) * mpf("1.001"):
            break
        reference = alternating_extremes(errors, size)
    return dividend, divisor, max(abs(e) for e in errors)


def float_coefficients(samples, powers):
    """As best_fit, with every coefficient a float. Also gives the largest weighted error."""
    fixed = {}
    for power in powers:
        remainder = [(x, t - sum(c * x**p for p, c in fixed.items()), w) for x, t, w in samples]
        fitted, _ = best_fit(remainder, powers[len(fixed) :])
        fixed[power] = to_float(fitted[0])
    error = max(abs(w * (sum(c * x**p for p, c in fixed.items()) - t)) for x, t, w in samples)
    return fixed, error


def rounded_in_turn(samples, degree, bits):
    """As float_coefficients, lowest first, and each a float of `bits` bits, for intervals around 0 and many powers.

    One point of the reference is exchanged at a time, which never fails to converge; after each rounding the remainder
    is divided by x, so that no power but the lowest vanishes at 0.
    """
    rounded = []
    remainder = samples
    reference = [round(i * (len(samples) - 1) / (degree + 1)) for i in range(degree + 2)]
    for left in range(degree, -1, -1):
        fitted, reference = exchange_one_by_one(remainder, left, reference)
        rounded.append(short(fitted[0], bits))
        remainder = [(x, (target - rounded[-1]) / x, weight * abs(x)) for x, target, weight in remainder]
        reference.remove(min(reference, key=lambda index: abs(remainder[index][0])))
    error = max(abs(weight * (horner(rounded, x) - target)) for x, target, weight in samples)
    return rounded, error


def exchange_one_by_one(samples, degree, reference):
    """The best polynomial of that degree and the points where its error is largest, starting from `reference`."""
    size = degree + 2
    while True:
        rows, right = mpmath.matrix(size, size), mpmath.matrix(size, 1)
        for row, index in enumerate(reference):
            x, target, weight = samples[index]
            for power in range(size - 1):
                rows[row, power] = x**power
            rows[row, size - 1] = (-1) ** row / weight
            right[row] = target
        solution = list(mpmath.lu_solve(rows, right))
        coefficients, level = solution[:-1], abs(solution[-1])
        errors = [weight * (horner(coefficients, x) - target) for x, target, weight in samples]
        worst = max(range(len(errors)), key=lambda index: abs(errors[index]))
        if abs(errors[worst]) <= level * mpf("1.001"):
            return coefficients, reference
        reference = with_point(reference, worst, [error > 0 for error in errors])


def with_point(reference, point, is_positive):
    """`reference` with `point` instead of a neighbour whose error has the same sign."""
    agrees = [is_positive[index] == is_positive[point] for index in reference]
    if point < reference[0]:
        return [point] + (reference[1:] if agrees[0] else reference[:-1])
    if point > reference[-1]:
        return (reference[:-1] if agrees[-1] else reference[1:]) + [point]
    below = max(i for i, index in enumerate(reference) if index <= point)
    exchanged = list(reference)
    exchanged[below if agrees[below] else below + 1] = point
    return exchanged


def horner(coefficients, x):
    value = mpf(0)
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value


def named(coefficients, lowest_power, bits):
    """By their names in C++: c and the power of a float, d and the power of a double."""
    letter = "c" if bits == 24 else "d"
    return {f"{letter}{lowest_power + index}": c for index, c in enumerate(coefficients)}


def in_places(error, bits):
    """In words: how many times 2^-bits."""
    return mpmath.nstr(error * 2**bits, 3)


def hexadecimal(value):
    """As C++ writes a float: 0x1.8p+1f."""
    mantissa, exponent = float(value).hex().split("p")
    digits = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{digits}p{exponent}f"


def definitions(floats, doubles, words):
    """The lines of C++ that define them."""
    lines = [f"constexpr float {name} = {hexadecimal(value)};" for name, value in floats.items()]
    lines += [f"constexpr double {name} = {hexadecimal(value)[:-1]};" for name, value in doubles.items()]
    return lines + [f"constexpr uint64_t {name} = 0x{value:016x};" for name, value in words.items()]


def main(description, source, floats, error_in_words, doubles=None, words=None):
    """Prints the constants as `source` beside this folder defines them; with --check compares instead."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--check", action="store_true", help=f"compare with {source}; exit 1 on a difference")
    lines = definitions(floats, doubles or {}, words or {})
    if not arguments.parse_args().check:
        print("\n".join(lines))
        print(f"// {error_in_words}")
        return 0
    text = (pathlib.Path(__file__).resolve().parent.parent / source).read_text(encoding="utf-8")
    missing = [line for line in lines if line not in text]
    for line in missing:
        name = re.search(r"(?:float|double|uint64_t) \w+", line).group(0)
        found = re.search(rf"constexpr {name} = .*", text)
        print(f"{source}: '{found.group(0) if found else 'no ' + name}' instead of '{line}'")
    return 1 if missing else 0
