#include "generators/generator_arguments.h"

namespace actinide {
namespace {

[[noreturn]] void refuse(const std::string &message) {
    throw Halide::CompileError(message);
}

}  // namespace

GeneratorArguments generator_arguments(const std::string &activation_name, Pass pass, const std::string &dtype_name) {
    const Activation *activation = find_activation(activation_name);
    if (activation == nullptr) {
        refuse("unknown activation '" + activation_name + "'; set activation=NAME to one of the catalogue's names");
    }
    const std::optional<DType> dtype = dtype_from_name(dtype_name);
    if (!dtype) refuse("unknown dtype '" + dtype_name + "'; set dtype to f32, f16, bf16 or f64");
    const std::string reason = why_unsupported(*activation, pass, *dtype);
    if (!reason.empty()) refuse(reason);

    GeneratorArguments arguments;
    arguments.dtype = *dtype;
    for (const Argument &argument : signature(*activation, pass, *dtype).arguments) {
        if (argument.role == Argument::Role::input && !argument.per_channel) {
            arguments.arrays.push_back(argument.name);
        }
    }
    for (const Parameter &parameter : activation->parameters) {
        (parameter.learned ? arguments.learned : arguments.parameters).push_back(parameter);
    }
    arguments.outputs = output_formulas(*activation, pass);
    return arguments;
}

GeneratorArguments elementwise_arguments(const std::string &activation, Pass pass, const std::string &dtype) {
    GeneratorArguments arguments = generator_arguments(activation, pass, dtype);
    if (!arguments.learned.empty()) {
        refuse("'" + activation + "' has a learned parameter; use the channelwise generators");
    }
    return arguments;
}

GeneratorArguments channelwise_arguments(const std::string &activation, Pass pass, const std::string &dtype) {
    GeneratorArguments arguments = generator_arguments(activation, pass, dtype);
    if (arguments.learned.empty()) {
        refuse("'" + activation + "' has no learned parameter; use the elementwise generators");
    }
    return arguments;
}

}  // namespace actinide
