"""Differences that were looked into, and why they are there.

Each row: profiles, activations, outputs and differences that it explains, "*" for any; the first that fits counts.
"""

TAILS = "the logistic function is 0 or subnormal where x times it is not; around -1.28 the gradient passes zero"
NO_LIMIT = "infinity times 0; the limits are 0 and 1"

CUBE_OVERFLOWS = "x^3 overflows from 7e12 on, and infinity times 0 is no number; the limits are 0 and 1"

KNOWN = [
    # What holds for many functions.
    ("tensorflow jax keras", "*", "*", "subnormals",
     "its kernels take subnormal numbers for zeros, and so stand at the kink too"),
    ("torch", "relu6 hardtanh hardshrink softshrink", "dx", "branch-at-NaN",
     "PyTorch's vector code passes no gradient where x is NaN; its scalar code does, as Actinide"),
    ("*", "*", "dx", "branch-at-NaN",
     "passes no gradient where x is NaN; Actinide takes the last branch of the formula"),
    ("tensorflow keras", "elu selu celu", "dx", "number-for-NaN",
     "a NaN fails the comparison, and the gradient is that of the other side"),
    ("keras onnx", "hardshrink softshrink threshold shrink", "y", "number-for-NaN",
     "compares x with the threshold, which fails for a NaN: the result is what stands for closed"),
    # Infinities, and what becomes one.
    ("torch", "gelu", "y", "NaN overflow",
     "oneDNN, which PyTorch calls, doubles x before it halves it: from 1.7e38 on there are infinities, and of an "
     "infinity a NaN"),
    ("*", "gelu silu swish mish gelu_tanh hardswish", "y", "NaN", "-infinity times 0; the limit is 0"),
    ("*", "gelu_tanh", "dx", "NaN", CUBE_OVERFLOWS),
    ("jax", "gelu", "dx", "NaN", CUBE_OVERFLOWS),
    ("torch tensorflow keras", "gelu", "dx", "NaN", NO_LIMIT),
    ("*", "silu swish mish", "dx", "NaN", NO_LIMIT),
    ("*", "softsign", "y dx", "NaN", "infinity over infinity; the limits are -1 and 1, of the gradient 0"),
    ("jax keras", "sparse_plus", "dx", "NaN",
     "the square of the branch that is not taken overflows, and 0 times infinity is no number; the limits are 0 and 1"),
    ("torch jax keras", "hardswish", "dx", "NaN",
     "a NaN, or infinity times 0, enters the slope; Actinide takes the last branch for a NaN"),
    ("torch", "hardswish", "y", "overflow", "multiplies x by 6 before it divides"),
    ("jax keras", "squareplus", "y dx", "NaN overflow", "x^2 overflows from 1.8e19 on"),
    # Kinks.
    ("jax keras", "hardsigmoid hardswish", "dx", "another-value",
     "3 is added and the sum rounded before it is compared with 6: the float below 3 counts as 3"),
    ("jax", "sparse_sigmoid", "dx", "another-value",
     "1 is added and the sum rounded before it is compared: the neighbours of -1 and 1 count as the ends"),
    ("tensorflow keras", "selu", "dx", "another-value",
     "the gradient is taken from y = e^x - 1, which is 0 from -3e-8 on: there the slope is 1.0507 already"),
    ("keras", "celu", "dx", "kink",
     "Keras adds a maximum and a minimum, and TensorFlow counts the gradients of both in full at 0: the slope is 2 "
     "there, 1 on both sides; the profile does not follow"),
    # Accuracy that rounding takes.
    ("tensorflow onnx keras", "elu selu celu", "y", "accuracy subnormals",
     "e^x - 1 instead of expm1(x): nothing is left from -3e-8 on"),
    ("tensorflow jax keras", "elu selu celu", "dx", "accuracy",
     "1 is added to expm1(x) again: nothing is left below -17"),
    ("*", "sigmoid", "dx", "accuracy subnormals", "1 - s cancels for s near 1: nothing is left above 17"),
    ("*", "tanh", "dx", "accuracy subnormals", "1 - y^2 cancels for y near 1: nothing is left beyond 9"),
    ("torch jax", "softsign", "dx", "accuracy subnormals",
     "1 / (1 + abs(x)) - abs(x) / (1 + abs(x))^2 cancels for large x: nothing is left from 1e7 on"),
    ("*", "tanhshrink", "y", "accuracy subnormals", "x - tanh(x) cancels near 0: nothing is left within 3e-4"),
    ("*", "tanhshrink", "dx", "accuracy subnormals", "1 - (1 - tanh(x)^2) cancels near 0: nothing is left within 2e-4"),
    ("*", "silu swish", "y dx", "subnormals accuracy", TAILS),
    ("*", "mish", "y dx", "subnormals accuracy",
     "e^x is subnormal or lost where x times it is not; the gradient has 1 - tanh^2, which cancels"),
    ("*", "gelu_tanh", "y dx", "accuracy subnormals", "1 + tanh cancels below -2: nothing is left below -5"),
    ("jax", "gelu", "y dx", "accuracy subnormals", "1 + tanh cancels below -2: nothing is left below -5"),
    ("torch onnx", "gelu", "y dx", "accuracy subnormals",
     "1 + erf(x / sqrt(2)) cancels below -2: nothing is left below -5.5"),
    ("tensorflow keras", "gelu", "y dx", "accuracy",
     "erfc is taken for 0 when it becomes subnormal, from -13 on; around -0.75 the gradient passes zero"),
    ("*", "silu swish gelu gelu_tanh mish", "dx", "near-a-zero",
     "the gradient passes zero there: errors count in ULP of 1/4, of both"),
    ("torch jax keras", "hardswish", "dx", "accuracy", "its terms cancel around the zero at -1.5"),
    ("jax keras", "squareplus", "y", "accuracy", "x + sqrt(x^2 + b) cancels far below 0: nothing is left below -5800"),
    ("jax keras", "squareplus", "dx", "accuracy",
     "1 + x / sqrt(x^2 + b) cancels far below 0, and is 1/2 where x^2 overflows"),
    ("torch jax keras", "hardsigmoid", "y", "accuracy",
     "1/6 is no float32, and Actinide's slope is a parameter: what its rounding takes shows where the line passes 0"),
    ("onnx", "hardsigmoid hardswish", "y", "accuracy", "the product is rounded before the sum, which passes 0 there"),
    ("torch", "sigmoid", "y", "subnormals", "1 / (1 + e^-x) is 0 as soon as e^-x overflows"),
    ("onnx", "sigmoid", "y", "accuracy subnormals",
     "onnxruntime's is right to 1e-7 of 1 only: nothing is left below -16"),
    ("onnx", "tanh", "y", "accuracy subnormals", "terms of onnxruntime's polynomial are subnormal for the smallest x"),
    # Two inputs.
    ("*", "glu", "y dvalue dgate", "ours-is-off",
     "Actinide's own: the logistic function is subnormal below -87 and has few bits, which a huge value shows (the "
     "error bounds of gated functions are for value = 1)"),
    ("*", "glu", "y dvalue", "accuracy subnormals",
     "the logistic function is 0 where it should be subnormal, which a huge value shows"),
    ("*", "glu", "dgate", "accuracy subnormals", "1 - s cancels for s near 1: nothing is left above 17"),
]


def fits(words, value):
    return words == "*" or value in words.split()


def reason(profile, activation, output, difference):
    """The sentence of the first row that fits; none if none does."""
    for profiles, activations, outputs, differences, text in KNOWN:
        if all(map(fits, (profiles, activations, outputs, differences), (profile, activation, output, difference))):
            return text
    return None
