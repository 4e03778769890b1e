#!/usr/bin/env python3
"""Compares Actinide's kernels in each profile's conventions with the framework itself, in float32.

python -m venv venv && venv/bin/pip install -r tests/conventions/requirements.txt
./actinide build && venv/bin/python tests/conventions/compare.py

For every shared function and every framework that is installed: the forward pass and the gradient for dy = 1 at kinks
and their neighbours, NaN, infinities, zeros, subnormal numbers and a sample of all floats. Prints a table of what
differs and why; exits with 1 if anything differs that known.py does not explain, and with 2 or 3 if it cannot compare.
"""

import argparse
import ctypes
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import frameworks
import known

EXIT_DIFFERS, EXIT_USAGE, EXIT_MISSING = 1, 2, 3
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

# How far two results may be apart before it is told: both may be off by a few ULP.
TOLERANCE_ULP = 16
SMALLEST_NORMAL = float(np.finfo(np.float32).tiny)
# Where results that are apart in ULP are close beside 1 and x, the function has lost accuracy but not its value.
CLOSE = 2.0**-19
MOST_NAMED = 8


def say(sentence):
    print(sentence, file=sys.stderr, flush=True)


def fail(exit_code, sentence):
    say(f"error: {sentence}")
    sys.exit(exit_code)


def inputs_to_compare():
    """Kinks with neighbours, special values, subnormal numbers, and every 8191st float32 of all."""
    kinks = np.array([-6, -3, -1, -0.5, 0.5, 1, 3, 6, 20], np.float32)
    neighbours = [np.nextafter(kinks, np.float32(end)) for end in (-np.inf, np.inf)]
    zeros_and_ends = np.array([0.0, -0.0, np.inf, -np.inf, np.nan], np.float32)
    tiny = np.array([1, 2, 1000, 2**22, 2**23 - 1, 2**23, 2**23 + 1], np.uint32).view(np.float32)
    strided = np.arange(0, 2**32, 8191, np.uint64).astype(np.uint32).view(np.float32)
    near = np.random.default_rng(1).uniform(-20, 20, 2**17).astype(np.float32)
    x = np.concatenate([kinks, *neighbours, zeros_and_ends, tiny, -tiny, strided[~np.isnan(strided)], near])
    return x, kinks


def build_package(command, profile, activations, folder):
    """Returns the manifest and a shared library made of the archive."""
    words = [command, "build", ",".join(activations), "--conventions", profile, "--passes", "forward,backward"]
    words += ["--dtypes", "f32,f64", "--targets", "x86-64", "--name", "compared", "--out", folder, "--quiet"]
    built = subprocess.run(words, capture_output=True, text=True)
    if built.returncode != 0:
        fail(EXIT_USAGE, f"'{' '.join(words)}' failed: {built.stderr.strip()}")
    package = pathlib.Path(folder) / "compared"
    library = os.path.join(folder, "compared.so")
    archive = package / "lib/x86_64-linux/libcompared.a"
    linked = ["cc", "-shared", "-o", library, "-Wl,--whole-archive", str(archive), "-Wl,--no-whole-archive"]
    if subprocess.run(linked).returncode != 0:
        fail(EXIT_MISSING, "a C compiler called cc is needed to make a shared library of the archive; install one")
    return json.loads((package / "share/compared/manifest.json").read_text()), ctypes.CDLL(library)


class Kernel:
    """One function of the package, called by what the manifest says of its arguments."""

    def __init__(self, library, kernel, overrides):
        self.arguments = kernel["arguments"]
        self.function = getattr(library, kernel["symbol"])
        self.type = {"f32": np.float32, "f64": np.float64}[kernel["dtype"]]
        self.scalar = {"f32": ctypes.c_float, "f64": ctypes.c_double}[kernel["dtype"]]
        self.overrides = overrides

    def __call__(self, inputs):
        """The outputs with one value per element, in the order of the C function."""
        kept, outputs, words = [], [], []
        remaining = [each.astype(self.type) for each in inputs]
        count = len(inputs[0])
        for argument in self.arguments:
            name, role = argument["name"], argument["role"]
            if role == "size":
                words.append(ctypes.c_size_t({"n": count, "inner": count}.get(name, 1)))
                continue
            value = float(np.float32(self.overrides.get(name, argument.get("default", 0))))
            if role == "parameter" and not argument["per_channel"]:
                words.append(self.scalar(value))
                continue
            if argument["per_channel"]:
                array = np.full(1, value, self.type)
            elif role == "output":
                array = np.empty(count, self.type)
                outputs.append(array)
            else:
                array = np.ones(count, self.type) if name == "dy" else remaining.pop(0)
            kept.append(array)
            words.append(array.ctypes.data_as(ctypes.c_void_p))
        status = self.function(*words)
        if status != 0:
            fail(EXIT_DIFFERS, f"a kernel returned the status {status}")
        return outputs


def ordered(values):
    """float32 as integers whose differences count ULP; both zeros are 0."""
    bits = values.view(np.int32).astype(np.int64)
    return np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)


def classify(inputs, is_kink, ours, theirs, exact, is_gradient):
    """For each element the name of the difference, or empty where both agree; and how many ULP are between them."""
    x = inputs[0]
    with np.errstate(all="ignore"):
        rounded = exact.astype(np.float32)
        apart = np.abs(ordered(ours) - ordered(theirs))
        off = np.abs(ordered(ours) - ordered(rounded))
        scale = np.maximum(1, np.max(np.abs(np.array(inputs, np.float64)), axis=0))
        is_close = np.abs(ours.astype(np.float64) - theirs) <= CLOSE * scale
        differs = ~(np.isnan(ours) & np.isnan(theirs)) & (apart > TOLERANCE_ULP)
        is_small = (np.abs(exact) < 2 * SMALLEST_NORMAL) | np.any(np.abs(np.array(inputs)) < SMALLEST_NORMAL, axis=0)
        is_given_nan = np.any(np.isnan(np.array(inputs)), axis=0)
        # Around the gradient's zero its terms cancel, and errors count in ULP of 1/4.
        is_near_zero = (np.abs(ours - exact) <= 4 * 2.0**-25) & (np.abs(exact) < 2.0**-4)
        is_near_zero &= is_gradient & (len(inputs) == 1)
        is_ours_off = (off > TOLERANCE_ULP) & ~(np.isnan(ours) & np.isnan(rounded))
    names = np.full(x.shape, "", dtype=object)
    # The later ones are the more special.
    names[differs] = "another-value"
    names[differs & is_kink] = "kink"
    names[differs & is_close] = "accuracy"
    names[differs & is_small & is_close] = "subnormals"
    # An x that is taken for zero may stand at a kink then.
    names[differs & (np.abs(x) < SMALLEST_NORMAL) & (x != 0)] = "subnormals"
    names[differs & np.isinf(theirs) & np.isfinite(ours)] = "overflow"
    # Whoever agrees with the exact value is right; ours must.
    names[differs & is_ours_off & ~is_kink & ~is_small] = "ours-is-off"
    names[differs & is_ours_off & is_near_zero & is_close] = "near-a-zero"
    names[differs & np.isnan(theirs)] = "NaN"
    names[differs & is_given_nan & ~np.isnan(theirs)] = "branch-at-NaN"
    names[differs & is_given_nan & ~np.isnan(theirs) & np.isnan(ours)] = "number-for-NaN"
    return names, apart


def compare(profile, command, folder):
    """Yields one row for each difference that a function has."""
    calls = frameworks.FRAMEWORKS[profile]()
    manifest, library = build_package(command, profile, list(calls), folder)
    overrides = {"weight": frameworks.PRELU_WEIGHT}
    kernels = {}
    for kernel in manifest["kernels"]:
        kernels[kernel["activation"], kernel["pass"], kernel["dtype"]] = Kernel(library, kernel, overrides)
    x, kinks = inputs_to_compare()
    for activation, call in calls.items():
        forward = kernels[activation, "forward", "f32"]
        arrays = [each for each in forward.arguments if each["role"] == "input" and not each["per_channel"]]
        input_names = [each["name"] for each in arrays]
        inputs = [x] + [np.random.default_rng(2).permutation(x) for _ in input_names[1:]]
        y, gradients = call(*inputs)
        passes = [("forward", ["y"], [y])]
        if gradients:
            passes.append(("backward", ["d" + each for each in input_names], gradients))
        for pass_name, outputs, theirs in passes:
            ours = kernels[activation, pass_name, "f32"](inputs)
            exact = kernels[activation, pass_name, "f64"](inputs)
            for i, output in enumerate(outputs):
                is_kink = np.isin(x, np.concatenate([kinks, [0]])) & (pass_name == "backward") & (len(inputs) == 1)
                names, apart = classify(
                    inputs, is_kink, ours[i], np.asarray(theirs[i], np.float32), exact[i], pass_name == "backward"
                )
                for name in sorted(set(names) - {""}):
                    found = np.flatnonzero(names == name)
                    worst = found[np.argmax(apart[found])]
                    yield {
                        "profile": profile,
                        "activation": activation,
                        "output": output,
                        "difference": name,
                        "count": len(found),
                        "share": len(found) / len(x),
                        "ulp": int(apart[worst]),
                        "x": [float(each[worst]) for each in inputs],
                        "from": [float(x[found].min()), float(x[found].max())],
                        "ours": float(ours[i][worst]),
                        "theirs": float(theirs[i][worst]),
                        "reason": known.reason(profile, activation, output, name),
                    }
        say(f"{profile} {activation}: compared")


def number(value):
    return f"{value:.9g}"


def table(rows):
    """In Markdown, one line for what has one reason, with the example that is furthest off."""
    lines = [
        "| what | of | in | for example at x = | Actinide | framework | why |",
        "|---|---|---|---|---|---|---|",
    ]
    groups = {}
    for row in rows:
        which = " ".join(row[key] for key in ("profile", "activation", "output", "difference"))
        key = row["reason"] or f"**unexplained**: {which}"
        groups.setdefault(key, []).append(row)
    for reason, group in groups.items():
        functions = list(dict.fromkeys(f"`{row['activation']}` {row['output']}" for row in group))
        of = ", ".join(functions) if len(functions) <= MOST_NAMED else f"{len(functions)} outputs"
        profiles = ", ".join(dict.fromkeys(row["profile"] for row in group))
        differences = ", ".join(dict.fromkeys(row["difference"].replace("-", " ") for row in group))
        worst = max(group, key=lambda row: row["ulp"])
        example = f"`{worst['activation']}` {worst['output']}: " if len(functions) > 1 else ""
        at = ", ".join(number(each) for each in worst["x"])
        cells = [differences, of, profiles, example + at, number(worst["ours"]), number(worst["theirs"]), reason]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actinide", default=str(REPOSITORY / "actinide"), help="the command")
    parser.add_argument("--profiles", default=",".join(frameworks.FRAMEWORKS), help="of these profiles only")
    parser.add_argument("--json", help="write the rows into this file too")
    arguments = parser.parse_args()
    arguments.profiles = arguments.profiles.split(",")
    for profile in arguments.profiles:
        if profile not in frameworks.FRAMEWORKS:
            fail(EXIT_USAGE, f"unknown profile '{profile}'; give some of {', '.join(frameworks.FRAMEWORKS)}")
    return arguments


def main():
    arguments = parse_arguments()
    rows, compared = [], []
    for profile in arguments.profiles:
        with tempfile.TemporaryDirectory() as folder:
            try:
                rows += compare(profile, arguments.actinide, folder)
            except ImportError as problem:
                say(f"{profile} is left out: {problem}")
                continue
        compared.append(frameworks.version(profile))
    if not compared:
        fail(EXIT_MISSING, "no framework is installed; pip install -r tests/conventions/requirements.txt")
    print(f"Compared with {', '.join(compared)}.\n")
    print(table(rows))
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(rows, indent=1))
    unexplained = sum(not row["reason"] for row in rows)
    say(f"{len(rows)} differences, {unexplained} of them unexplained")
    sys.exit(EXIT_DIFFERS if unexplained else 0)


if __name__ == "__main__":
    main()
