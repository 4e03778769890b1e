#include "tools/package/c_function.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace actinide {

namespace {

/// The C++ literal for a parameter's default: "1.0f", "0.01f"; "0.01" for a double.
std::string literal(double value, bool is_double) {
    std::string text = fmt::format("{}", value);
    if (text.find_first_of(".en") == std::string::npos) text += ".0";
    return text + (is_double ? "" : "f");
}

const Parameter *find_parameter(const Activation &activation, const std::string &name) {
    const auto found = std::find_if(activation.parameters.begin(), activation.parameters.end(),
                                    [&](const Parameter &parameter) { return parameter.name == name; });
    return found == activation.parameters.end() ? nullptr : &*found;
}

CArgument c_argument(const Argument &argument, const CFunction &function, const std::string &prefix) {
    CArgument result;
    result.name = argument.name;
    result.meaning = argument.meaning;
    result.per_channel = argument.per_channel;
    result.bits_per_element = bits_of_element(argument, function.dtype);
    result.values_per_element = argument.bits > 0 ? 0 : std::max<size_t>(1, argument.interleaves.size());
    const bool is_sum = argument.role == Argument::Role::output && argument.per_channel;
    const std::string type =
        argument.bits > 0 ? "uint8_t" : c_type(is_sum ? dtype_of_sums(function.dtype) : function.dtype, prefix);
    const bool takes_double = dtype_of_parameters(function.dtype) == DType::f64;
    switch (argument.role) {
        case Argument::Role::input:
            result.declaration = fmt::format("const {} *{}", type, argument.name);
            result.direction = "in";
            break;
        case Argument::Role::output:
            result.declaration = fmt::format("{} *{}", type, argument.name);
            result.direction = "out";
            break;
        case Argument::Role::size:
            result.declaration = fmt::format("size_t {}", argument.name);
            break;
        case Argument::Role::parameter:
            result.declaration = fmt::format("{} {}", takes_double ? "double" : "float", argument.name);
            if (const Parameter *parameter = find_parameter(*function.activation, argument.name)) {
                result.default_text = literal(parameter->default_value, takes_double);
            }
            break;
    }
    return result;
}

bool sums_over_channels(const Signature &signature) {
    return std::any_of(signature.arguments.begin(), signature.arguments.end(), [](const Argument &argument) {
        return argument.role == Argument::Role::output && argument.per_channel;
    });
}

CArgument plain_argument(const std::string &declaration, const std::string &name, const std::string &meaning) {
    CArgument result;
    result.declaration = declaration;
    result.name = name;
    result.meaning = meaning;
    return result;
}

void add_cuda_arguments(CFunction &function, const std::string &prefix) {
    if (sums_over_channels(function.signature)) {
        function.workspace_symbol = function.symbol + "_workspace_bytes";
        function.arguments.push_back(plain_argument("void *workspace", "workspace", "device memory for partial sums"));
        function.arguments.push_back(
            plain_argument("size_t workspace_bytes", "workspace_bytes",
                           "its size: at least what " + function.workspace_symbol + " says for these sizes"));
    }
    CArgument stream = plain_argument(prefix + "_cuda_stream stream", "stream",
                                      "the stream to launch on, a CUstream or cudaStream_t; null: the default stream");
    stream.default_text = "nullptr";
    function.arguments.push_back(stream);
}

CFunction c_function(const PackagedKernel &kernel, const std::string &prefix) {
    CFunction function{.symbol = kernel.symbol,
                       .cpp_name = kernel.activation->name + "_" + to_string(kernel.pass) +
                                   (is_stored_as_bits(kernel.dtype) ? "_" + to_string(kernel.dtype) : "") +
                                   (kernel.cuda ? "_cuda" : ""),
                       .activation = kernel.activation,
                       .pass = kernel.pass,
                       .dtype = kernel.dtype,
                       .cuda = kernel.cuda,
                       .signature = signature(*kernel.activation, kernel.pass, kernel.dtype),
                       .arguments = {},
                       .kernels = {},
                       .workspace_symbol = {}};
    for (const Argument &argument : function.signature.arguments) {
        function.arguments.push_back(c_argument(argument, function, prefix));
    }
    if (kernel.cuda) add_cuda_arguments(function, prefix);
    return function;
}

}  // namespace

std::vector<CFunction> c_functions(const Package &package) {
    std::vector<CFunction> functions;
    for (const bool cuda : {false, true}) {
        for (const PackagedKernel &kernel : package.kernels) {
            if (kernel.cuda != cuda) continue;
            auto found = std::find_if(functions.begin(), functions.end(),
                                      [&](const CFunction &function) { return function.symbol == kernel.symbol; });
            if (found == functions.end()) {
                functions.push_back(c_function(kernel, package.prefix));
                found = functions.end() - 1;
            }
            found->kernels.push_back(&kernel);
        }
    }
    return functions;
}

std::string c_type(DType dtype, const std::string &prefix) {
    if (is_stored_as_bits(dtype)) return prefix + "_" + to_string(dtype);
    if (is_quantized(dtype)) return dtype == DType::s8 ? "int8_t" : "uint8_t";
    return dtype == DType::f64 ? "double" : "float";
}

bool is_stored_as_bits(DType dtype) {
    return dtype == DType::f16 || dtype == DType::bf16;
}

bool has_dtype(const std::vector<CFunction> &functions, DType dtype) {
    return std::any_of(functions.begin(), functions.end(), [&](const CFunction &each) { return each.dtype == dtype; });
}

std::string upper_case(const std::string &text) {
    std::string result = text;
    for (char &c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return result;
}

std::string identifier(const std::string &text) {
    std::string result = text;
    for (char &c : result) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    }
    return result;
}

}  // namespace actinide
