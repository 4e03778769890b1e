#include "tools/bench/peer_table.h"

#include <fmt/format.h>

namespace actinide {
namespace {

constexpr Pass forward = Pass::forward;
constexpr Pass backward = Pass::backward;
constexpr Pass from_output = Pass::backward_from_output;

/// "0.01", "1.0": ONNX tells numbers with a point from integers.
std::string number_text(double number) {
    std::string text = fmt::format("{}", number);
    if (text.find_first_of(".en") == std::string::npos) text += ".0";
    return text;
}

std::string with_defaults(std::string text, const Activation &activation) {
    for (const Parameter &parameter : activation.parameters) {
        const std::string name = "{" + parameter.name + "}";
        for (size_t place = text.find(name); place != std::string::npos; place = text.find(name)) {
            text.replace(place, name.size(), number_text(parameter.default_value));
        }
    }
    return text;
}

constexpr const char *shaped_for_prelu =
    "x = x.view(1, channels, -1)\n"
    "weight = torch.full((channels,), {weight}, dtype=x.dtype)\n";

/// What PyTorch's own gradient of prelu does.
constexpr const char *gradient_of_prelu =
    "x = x.view(1, channels, -1)\n"
    "dy = dy.view(1, channels, -1)\n"
    "weight = torch.full((1, channels, 1), {weight}, dtype=x.dtype)\n"
    "def prelu_backward(dy, x, weight):\n"
    "    dx, terms = aten._prelu_kernel_backward(dy, x, weight)\n"
    "    return dx, terms.sum((0, 2))\n";

}  // namespace

const std::vector<PeerLibrary> &peer_libraries() {
    static const std::vector<PeerLibrary> libraries = {
        {"torch", {"torch==2.15.0", "numpy==2.4.6"}},
        {"onnxruntime", {"onnxruntime==1.32.0", "onnx==1.23.2", "numpy==2.4.6"}},
        {"onednn", {}},
    };
    return libraries;
}

const std::vector<PeerOperation> &peer_operations() {
    // clang-format off
    static const std::vector<PeerOperation> operations = {
        {"torch", "relu", forward, "aten.relu.out(x, out=out)"},
        {"torch", "relu", backward, "aten.threshold_backward.grad_input(dy, x, 0, grad_input=out)"},
        {"torch", "relu", from_output, "aten.threshold_backward.grad_input(dy, y, 0, grad_input=out)"},
        {"torch", "relu6", forward, "aten.hardtanh.out(x, 0, 6, out=out)"},
        {"torch", "relu6", backward, "aten.hardtanh_backward.grad_input(dy, x, 0, 6, grad_input=out)"},
        {"torch", "relu6", from_output, "aten.hardtanh_backward.grad_input(dy, y, 0, 6, grad_input=out)"},
        {"torch", "hardtanh", forward, "aten.hardtanh.out(x, {min_val}, {max_val}, out=out)"},
        {"torch", "hardtanh", backward, "aten.hardtanh_backward.grad_input(dy, x, {min_val}, {max_val}, grad_input=out)"},
        {"torch", "hardtanh", from_output, "aten.hardtanh_backward.grad_input(dy, y, {min_val}, {max_val}, grad_input=out)"},
        {"torch", "hardsigmoid", forward, "aten.hardsigmoid.out(x, out=out)"},
        {"torch", "hardsigmoid", backward, "aten.hardsigmoid_backward.grad_input(dy, x, grad_input=out)"},
        {"torch", "leaky_relu", forward, "aten.leaky_relu.out(x, {negative_slope}, out=out)"},
        {"torch", "leaky_relu", backward, "aten.leaky_relu_backward.grad_input(dy, x, {negative_slope}, False, grad_input=out)"},
        {"torch", "leaky_relu", from_output, "aten.leaky_relu_backward.grad_input(dy, y, {negative_slope}, True, grad_input=out)"},
        {"torch", "prelu", forward, "aten.prelu(x, weight)", shaped_for_prelu},
        {"torch", "prelu", backward, "prelu_backward(dy, x, weight)", gradient_of_prelu},
        {"torch", "threshold", forward, "aten.threshold.out(x, {threshold}, {value}, out=out)"},
        {"torch", "threshold", backward, "aten.threshold_backward.grad_input(dy, x, {threshold}, grad_input=out)"},
        {"torch", "fatrelu", forward, "aten.threshold.out(x, {threshold}, 0, out=out)"},
        {"torch", "fatrelu", backward, "aten.threshold_backward.grad_input(dy, x, {threshold}, grad_input=out)"},
        {"torch", "hardshrink", forward, "aten.hardshrink.out(x, {lambd}, out=out)"},
        {"torch", "hardshrink", backward, "aten.hardshrink_backward.grad_input(dy, x, {lambd}, grad_input=out)"},
        {"torch", "softshrink", forward, "aten.softshrink.out(x, {lambd}, out=out)"},
        {"torch", "softshrink", backward, "aten.softshrink_backward.grad_input(dy, x, {lambd}, grad_input=out)"},
        {"torch", "hardswish", forward, "aten.hardswish.out(x, out=out)"},
        {"torch", "hardswish", backward, "aten.hardswish_backward.out(dy, x, out=out)"},
        {"torch", "elu", forward, "aten.elu.out(x, {alpha}, 1, 1, out=out)"},
        {"torch", "elu", backward, "aten.elu_backward.grad_input(dy, {alpha}, 1, 1, False, x, grad_input=out)"},
        {"torch", "elu", from_output, "aten.elu_backward.grad_input(dy, {alpha}, 1, 1, True, y, grad_input=out)"},
        {"torch", "selu", forward, "aten.elu.out(x, 1.6732632423543772, 1.0507009873554805, 1, out=out)"},
        {"torch", "selu", backward, "aten.elu_backward.grad_input(dy, 1.6732632423543772, 1.0507009873554805, 1, False, x, grad_input=out)"},
        {"torch", "selu", from_output, "aten.elu_backward.grad_input(dy, 1.6732632423543772, 1.0507009873554805, 1, True, y, grad_input=out)"},
        {"torch", "celu", forward, "aten.elu.out(x, {alpha}, 1, 1 / {alpha}, out=out)"},
        {"torch", "celu", backward, "aten.elu_backward.grad_input(dy, {alpha}, 1, 1 / {alpha}, False, x, grad_input=out)"},
        {"torch", "celu", from_output, "aten.elu_backward.grad_input(dy, {alpha}, 1, 1 / {alpha}, True, y, grad_input=out)"},
        {"torch", "sigmoid", forward, "aten.sigmoid.out(x, out=out)"},
        {"torch", "sigmoid", from_output, "aten.sigmoid_backward.grad_input(dy, y, grad_input=out)"},
        {"torch", "logsigmoid", forward, "aten.log_sigmoid.out(x, out=out)"},
        {"torch", "logsigmoid", backward, "aten.log_sigmoid_backward.grad_input(dy, x, buffer, grad_input=out)",
         "buffer = aten.log_sigmoid_forward(x)[1]"},
        {"torch", "tanh", forward, "aten.tanh.out(x, out=out)"},
        {"torch", "tanh", from_output, "aten.tanh_backward.grad_input(dy, y, grad_input=out)"},
        {"torch", "softplus", forward, "aten.softplus.out(x, {beta}, {threshold}, out=out)"},
        {"torch", "softplus", backward, "aten.softplus_backward.grad_input(dy, x, {beta}, {threshold}, grad_input=out)"},
        {"torch", "silu", forward, "aten.silu.out(x, out=out)"},
        {"torch", "silu", backward, "aten.silu_backward.grad_input(dy, x, grad_input=out)"},
        {"torch", "gelu", forward, "aten.gelu.out(x, approximate='none', out=out)"},
        {"torch", "gelu", backward, "aten.gelu_backward.grad_input(dy, x, approximate='none', grad_input=out)"},
        {"torch", "gelu_tanh", forward, "aten.gelu.out(x, approximate='tanh', out=out)"},
        {"torch", "gelu_tanh", backward, "aten.gelu_backward.grad_input(dy, x, approximate='tanh', grad_input=out)"},
        {"torch", "mish", forward, "aten.mish.out(x, out=out)"},
        {"torch", "mish", backward, "aten.mish_backward(dy, x)"},

        {"onnxruntime", "relu", forward, "out = Relu(x)"},
        {"onnxruntime", "relu6", forward, "a = Constant<value_float = 0.0>() low = CastLike(a, x) "
                                          "b = Constant<value_float = 6.0>() high = CastLike(b, x) out = Clip(x, low, high)"},
        {"onnxruntime", "hardtanh", forward, "a = Constant<value_float = {min_val}>() low = CastLike(a, x) "
                                             "b = Constant<value_float = {max_val}>() high = CastLike(b, x) out = Clip(x, low, high)"},
        {"onnxruntime", "hardsigmoid", forward, "out = HardSigmoid<alpha = {slope}, beta = {offset}>(x)"},
        {"onnxruntime", "leaky_relu", forward, "out = LeakyRelu<alpha = {negative_slope}>(x)"},
        {"onnxruntime", "fatrelu", forward, "out = ThresholdedRelu<alpha = {threshold}>(x)"},
        {"onnxruntime", "hardshrink", forward, "out = Shrink<bias = 0.0, lambd = {lambd}>(x)"},
        {"onnxruntime", "softshrink", forward, "out = Shrink<bias = {lambd}, lambd = {lambd}>(x)"},
        {"onnxruntime", "shrink", forward, "out = Shrink<bias = {bias}, lambd = {lambd}>(x)"},
        {"onnxruntime", "hardswish", forward, "out = HardSwish(x)"},
        {"onnxruntime", "softsign", forward, "out = Softsign(x)"},
        {"onnxruntime", "elu", forward, "out = Elu<alpha = {alpha}>(x)"},
        {"onnxruntime", "selu", forward, "out = Selu(x)"},
        {"onnxruntime", "celu", forward, "out = Celu<alpha = {alpha}>(x)"},
        {"onnxruntime", "sigmoid", forward, "out = Sigmoid(x)"},
        {"onnxruntime", "tanh", forward, "out = Tanh(x)"},
        {"onnxruntime", "softplus", forward, "out = Softplus(x)"},
        // What its own optimiser makes of x * Sigmoid(beta * x).
        {"onnxruntime", "silu", forward, "out = com.microsoft.QuickGelu<alpha = 1.0>(x)"},
        {"onnxruntime", "swish", forward, "out = com.microsoft.QuickGelu<alpha = {beta}>(x)"},
        {"onnxruntime", "quick_gelu", forward, "out = com.microsoft.QuickGelu<alpha = 1.702>(x)"},
        {"onnxruntime", "gelu", forward, "out = Gelu<approximate = \"none\">(x)"},
        {"onnxruntime", "gelu_tanh", forward, "out = Gelu<approximate = \"tanh\">(x)"},
        {"onnxruntime", "mish", forward, "out = Mish(x)"},

        {"onednn", "relu", forward, "relu(0, 0)"},
        {"onednn", "relu", backward, "relu(0, 0)"},
        {"onednn", "relu", from_output, "relu_use_dst_for_bwd(0, 0)"},
        {"onednn", "relu6", forward, "clip_v2(0, 6)"},
        {"onednn", "relu6", backward, "clip_v2(0, 6)"},
        {"onednn", "relu6", from_output, "clip_v2_use_dst_for_bwd(0, 6)"},
        {"onednn", "hardtanh", forward, "clip_v2({min_val}, {max_val})"},
        {"onednn", "hardtanh", backward, "clip_v2({min_val}, {max_val})"},
        {"onednn", "hardtanh", from_output, "clip_v2_use_dst_for_bwd({min_val}, {max_val})"},
        {"onednn", "hardsigmoid", forward, "hardsigmoid({slope}, {offset})"},
        {"onednn", "hardsigmoid", backward, "hardsigmoid({slope}, {offset})"},
        {"onednn", "leaky_relu", forward, "relu({negative_slope}, 0)"},
        {"onednn", "leaky_relu", backward, "relu({negative_slope}, 0)"},
        {"onednn", "leaky_relu", from_output, "relu_use_dst_for_bwd({negative_slope}, 0)"},
        {"onednn", "hardswish", forward, "hardswish(0.16666667, 0.5)"},
        {"onednn", "hardswish", backward, "hardswish(0.16666667, 0.5)"},
        {"onednn", "elu", forward, "elu({alpha}, 0)"},
        {"onednn", "elu", backward, "elu({alpha}, 0)"},
        {"onednn", "elu", from_output, "elu_use_dst_for_bwd({alpha}, 0)"},
        {"onednn", "sigmoid", forward, "logistic(0, 0)"},
        {"onednn", "sigmoid", backward, "logistic(0, 0)"},
        {"onednn", "sigmoid", from_output, "logistic_use_dst_for_bwd(0, 0)"},
        {"onednn", "logsigmoid", forward, "soft_relu(-1, 0)"},
        {"onednn", "logsigmoid", backward, "soft_relu(-1, 0)"},
        {"onednn", "tanh", forward, "tanh(0, 0)"},
        {"onednn", "tanh", backward, "tanh(0, 0)"},
        {"onednn", "tanh", from_output, "tanh_use_dst_for_bwd(0, 0)"},
        {"onednn", "softplus", forward, "soft_relu({beta}, 0)"},
        {"onednn", "softplus", backward, "soft_relu({beta}, 0)"},
        {"onednn", "silu", forward, "swish(1, 0)"},
        {"onednn", "silu", backward, "swish(1, 0)"},
        {"onednn", "swish", forward, "swish({beta}, 0)"},
        {"onednn", "swish", backward, "swish({beta}, 0)"},
        {"onednn", "quick_gelu", forward, "swish(1.702, 0)"},
        {"onednn", "quick_gelu", backward, "swish(1.702, 0)"},
        {"onednn", "gelu", forward, "gelu_erf(0, 0)"},
        {"onednn", "gelu", backward, "gelu_erf(0, 0)"},
        {"onednn", "gelu_tanh", forward, "gelu_tanh(0, 0)"},
        {"onednn", "gelu_tanh", backward, "gelu_tanh(0, 0)"},
        {"onednn", "mish", forward, "mish(0, 0)"},
        {"onednn", "mish", backward, "mish(0, 0)"},
    };
    // clang-format on
    return operations;
}

std::optional<PeerCall> find_peer_call(const KernelKey &key, const std::string &peer) {
    const Activation &activation = *key.activation;
    if (is_users_own(activation) || !activation.differences.empty()) return std::nullopt;
    for (const PeerOperation &row : peer_operations()) {
        if (row.peer != peer || row.activation != activation.name || row.pass != key.pass) continue;
        return PeerCall{with_defaults(row.operation, activation), with_defaults(row.setup, activation)};
    }
    return std::nullopt;
}

}  // namespace actinide
