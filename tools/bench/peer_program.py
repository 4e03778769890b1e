"""Runs and times operations of one library, for actinide bench.

A request a line on standard input, an answer a line on standard output, both JSON objects:
  {"do": "open", "peer": "torch"}          -> {"version": "2.15.0", "empty_call_ns": 30.5} or {"missing": why}
  {"do": "prepare", "operation": ..., "setup": ..., "dtype": "f32", "elements": 16, "channels": 16,
   "inputs": {"x": FILE}}                  -> {"ready": true} or {"unsupported": why}
  {"do": "time", "calls": 1000}            -> {"nanoseconds": 1234567}, of a core
  {"do": "result", "file": FILE}           -> {"written": true}
A file holds elements as they lie in memory; they are repeated until an array is full.
"""
import gc
import json
import os
import sys
import time

INTEGERS = {"f32": "int32", "f16": "int16", "bf16": "int16", "f64": "int64"}
# Whole pages between two arrays would make loads wait for stores that they have nothing to do with.
STAGGER = 17 * 64


class Arrays:
    """Arrays aligned to 64 bytes, as integers of the elements' width."""

    def __init__(self, dtype, elements):
        import numpy

        self.numpy = numpy
        self.integer = numpy.dtype(INTEGERS[dtype])
        self.elements = elements
        self.count = 0

    def empty(self):
        self.count += 1
        size = self.elements * self.integer.itemsize
        raw = self.numpy.zeros(size + 64 + self.count * STAGGER, self.numpy.uint8)
        start = -raw.ctypes.data % 64 + self.count * STAGGER
        return raw[start : start + size].view(self.integer)

    def read(self, file):
        block = self.numpy.fromfile(file, self.integer)
        array = self.empty()
        for start in range(0, self.elements, len(block)):
            part = array[start : start + len(block)]
            part[:] = block[: len(part)]
        return array


def compile_calls(function, arguments, names):
    """A function of a count that makes so many calls and nothing besides."""
    text = f"def calls(count, function=function):\n    for _ in range(count):\n        function({arguments})\n"
    scope = dict(names, function=function)
    exec(text, scope)
    return scope["calls"]


class Torch:
    def __init__(self):
        import torch

        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        self.torch = torch
        self.version = torch.__version__
        self.dtypes = {
            "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16, "f64": torch.float64
        }

    def prepare(self, task):
        arrays = Arrays(task["dtype"], task["elements"])
        tensor = lambda array: self.torch.from_numpy(array).view(self.dtypes[task["dtype"]])
        names = {name: tensor(arrays.read(file)) for name, file in task["inputs"].items()}
        names.update(torch=self.torch, aten=self.torch.ops.aten, channels=task["channels"], out=tensor(arrays.empty()))
        exec(task["setup"], names)
        function, arguments = task["operation"].split("(", 1)
        arguments = arguments.rstrip()[:-1]
        self.calls = compile_calls(eval(function, names), arguments, names)
        self.once = lambda: eval(task["operation"], names)
        self.integer = getattr(self.torch, INTEGERS[task["dtype"]])

    def result(self):
        result = self.once()
        result = result[0] if isinstance(result, tuple) else result
        return result.contiguous().view(-1).view(self.integer).numpy()


class OnnxRuntime:
    NAMES = {"f32": "float", "f16": "float16", "bf16": "bfloat16", "f64": "double"}

    def __init__(self):
        import onnx
        import onnx.parser
        import onnxruntime

        self.onnx = onnx
        self.runtime = onnxruntime
        self.version = onnxruntime.__version__
        onnxruntime.set_default_logger_severity(4)

    def prepare(self, task):
        name, elements = self.NAMES[task["dtype"]], task["elements"]
        model = self.onnx.parser.parse_model(
            '<ir_version: 9, opset_import: ["": 20, "com.microsoft": 1]> '
            f'peer ({name}[{elements}] x) => ({name}[{elements}] out) {{ {task["operation"]} }}'
        )
        options = self.runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = self.runtime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        arrays = Arrays(task["dtype"], elements)
        self.arrays = [arrays.read(task["inputs"]["x"]), arrays.empty()]
        element = getattr(self.onnx.TensorProto, name.upper())
        binding = session.io_binding()
        binding.bind_input("x", "cpu", 0, element, [elements], self.arrays[0].ctypes.data)
        binding.bind_output("out", "cpu", 0, element, [elements], self.arrays[1].ctypes.data)
        self.calls = compile_calls(session.run_with_iobinding, "binding", {"binding": binding})

    def result(self):
        self.calls(1)
        return self.arrays[1]


LIBRARIES = {"torch": Torch, "onnxruntime": OnnxRuntime}


def nanoseconds_of(calls, count):
    """Of all threads, so that none works unseen."""
    start = time.process_time_ns()
    calls(count)
    return time.process_time_ns() - start


def first_line(error):
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


class Server:
    library = None

    def open(self, request):
        try:
            self.library = LIBRARIES[request["peer"]]()
            Arrays("f32", 1)
        except Exception as error:  # libraries raise what they like, and a broken one counts as missing
            return {"missing": first_line(error)}
        empty = compile_calls(lambda x, out: None, "x, out=out", {"x": None, "out": None})
        calls = 100_000
        fastest = min(nanoseconds_of(empty, calls) for _ in range(5))
        return {"version": str(self.library.version), "empty_call_ns": fastest / calls}

    def prepare(self, request):
        try:
            self.library.prepare(request)
            self.library.calls(1)
        except Exception as error:
            return {"unsupported": first_line(error)}
        gc.collect()
        return {"ready": True}

    def time(self, request):
        return {"nanoseconds": nanoseconds_of(self.library.calls, request["calls"])}

    def result(self, request):
        self.library.result().tofile(request["file"])
        return {"written": True}


def main():
    # What libraries print must not stand between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    gc.disable()
    server = Server()
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(getattr(server, request["do"])(request)), file=answers, flush=True)


main()
