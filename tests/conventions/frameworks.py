"""The functions of the frameworks that share a definition with Actinide's catalogue.

Each framework is a function that imports it and returns {activation: call}; a call takes one float32 array per input of
the activation and returns its outputs and, where the framework differentiates, the gradient in each input for dy = 1.
"""

import os

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ["KERAS_BACKEND"] = "tensorflow"

# The slope of PReLU, whose default in Keras is 0 and would hide the kink.
PRELU_WEIGHT = 0.25


def torch():
    import torch
    import torch.nn.functional as functional

    def call(function):
        def run(*inputs):
            tensors = [torch.tensor(each, requires_grad=True) for each in inputs]
            result = function(*tensors)
            result.backward(torch.ones_like(result))
            return result.detach().numpy(), [each.grad.numpy() for each in tensors]

        return run

    functions = {
        name: getattr(functional, name)
        for name in (
            "relu relu6 hardtanh hardsigmoid leaky_relu rrelu elu selu celu sigmoid logsigmoid tanh softplus softsign "
            "hardshrink softshrink hardswish silu gelu mish tanhshrink"
        ).split()
    }
    functions["gelu_tanh"] = lambda x: functional.gelu(x, approximate="tanh")
    functions["threshold"] = lambda x: functional.threshold(x, 1.0, 0.0)
    functions["prelu"] = lambda x: functional.prelu(x, torch.tensor([PRELU_WEIGHT]))
    functions["glu"] = lambda value, gate: functional.glu(torch.cat([value, gate]), dim=0)
    return {name: call(function) for name, function in functions.items()}


def jax():
    import jax
    from jax import nn

    def call(function):
        def run(*inputs):
            result, pull_back = jax.vjp(function, *inputs)
            gradients = pull_back(np.ones_like(np.asarray(result)))
            return np.asarray(result), [np.asarray(each) for each in gradients]

        return run

    functions = {
        name: getattr(nn, name)
        for name in "relu relu6 leaky_relu elu celu selu sigmoid tanh softplus squareplus sparse_plus sparse_sigmoid "
        "silu gelu mish".split()
    }
    functions["hardtanh"] = nn.hard_tanh
    functions["hardsigmoid"] = nn.hard_sigmoid
    functions["hardswish"] = nn.hard_swish
    functions["logsigmoid"] = nn.log_sigmoid
    functions["softsign"] = nn.soft_sign
    functions["gelu_tanh"] = nn.gelu
    functions["glu"] = lambda value, gate: nn.glu(jax.numpy.concatenate([value, gate]))
    return {name: call(function) for name, function in functions.items()}


def tensorflow_call(function):
    """A call of what is made of TensorFlow's operations."""
    import tensorflow

    def run(*inputs):
        tensors = [tensorflow.constant(each) for each in inputs]
        with tensorflow.GradientTape() as tape:
            for each in tensors:
                tape.watch(each)
            result = function(*tensors)
        return result.numpy(), [each.numpy() for each in tape.gradient(result, tensors)]

    return run


def tensorflow():
    import tensorflow

    nn = tensorflow.nn
    functions = {
        name: getattr(nn, name)
        for name in "relu relu6 leaky_relu elu selu sigmoid tanh softplus softsign silu gelu".split()
    }
    functions["swish"] = nn.swish
    functions["gelu_tanh"] = lambda x: nn.gelu(x, approximate=True)
    functions["logsigmoid"] = tensorflow.math.log_sigmoid
    functions["hardtanh"] = lambda x: tensorflow.clip_by_value(x, -1.0, 1.0)
    return {name: tensorflow_call(function) for name, function in functions.items()}


def keras():
    import keras
    import tensorflow

    activations = keras.activations
    functions = {
        name: getattr(activations, name)
        for name in "relu relu6 leaky_relu elu selu celu sigmoid tanh softplus softsign sparse_plus sparse_sigmoid "
        "silu squareplus gelu mish".split()
    }
    for ours, theirs in {
        "hardtanh": "hard_tanh",
        "hardsigmoid": "hard_sigmoid",
        "hardswish": "hard_swish",
        "hardshrink": "hard_shrink",
        "softshrink": "soft_shrink",
        "tanhshrink": "tanh_shrink",
        "logsigmoid": "log_sigmoid",
    }.items():
        functions[ours] = getattr(activations, theirs)
    functions["gelu_tanh"] = lambda x: activations.gelu(x, approximate=True)
    functions["threshold"] = lambda x: activations.threshold(x, 1.0, 0.0)
    functions["glu"] = lambda value, gate: activations.glu(tensorflow.concat([value, gate], 0))
    layer = keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(PRELU_WEIGHT), shared_axes=[1])

    def prelu(x):
        return tensorflow.reshape(layer(tensorflow.reshape(x, [1, -1])), [-1])

    functions["prelu"] = prelu
    return {name: tensorflow_call(function) for name, function in functions.items()}


def onnx():
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper

    def call(operator, *constants, **attributes):
        names = [f"c{i}" for i in range(len(constants))]
        node = helper.make_node(operator, ["x", *names], ["y"], **attributes)
        graph = helper.make_graph(
            [node],
            operator,
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None])],
            [helper.make_tensor(name, TensorProto.FLOAT, [], [value]) for name, value in zip(names, constants)],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
        onnx.checker.check_model(model)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return lambda x: (session.run(None, {"x": x})[0], [])

    calls = {
        ours: call(operator)
        for ours, operator in {
            "relu": "Relu",
            "leaky_relu": "LeakyRelu",
            "elu": "Elu",
            "selu": "Selu",
            "celu": "Celu",
            "sigmoid": "Sigmoid",
            "hardsigmoid": "HardSigmoid",
            "hardswish": "HardSwish",
            "softplus": "Softplus",
            "softsign": "Softsign",
            "tanh": "Tanh",
            "threshold": "ThresholdedRelu",
            "shrink": "Shrink",
            "gelu": "Gelu",
            "mish": "Mish",
        }.items()
    }
    calls["gelu_tanh"] = call("Gelu", approximate="tanh")
    calls["prelu"] = call("PRelu", PRELU_WEIGHT)
    calls["relu6"] = call("Clip", 0.0, 6.0)
    calls["hardtanh"] = call("Clip", -1.0, 1.0)
    return calls


FRAMEWORKS = {"torch": torch, "tensorflow": tensorflow, "jax": jax, "onnx": onnx, "keras": keras}


def version(profile):
    """What was compared, in words."""
    from importlib.metadata import version as version_of

    packages = {
        "torch": ["torch"],
        "tensorflow": ["tensorflow-cpu"],
        "jax": ["jax"],
        "onnx": ["onnx", "onnxruntime"],
        "keras": ["keras", "tensorflow-cpu"],
    }[profile]
    return " on ".join(f"{package} {version_of(package)}" for package in packages)
