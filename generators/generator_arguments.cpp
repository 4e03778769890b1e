#include "generators/generator_arguments.h"

#include <utility>

#include "generators/catalogue/definition_text.h"

namespace actinide {
namespace {

[[noreturn]] void refuse(const std::string &message) {
    throw Halide::CompileError(message);
}

std::shared_ptr<const Activation> named_or_defined(const std::string &text) {
    // The catalogue's live as long as the program.
    if (const Activation *named = find_activation(text)) return {std::shared_ptr<const Activation>(), named};
    if (text.find('(') == std::string::npos) {
        refuse("unknown activation '" + text + "'; set activation=NAME to one of the catalogue's names");
    }
    DefinitionResult defined = parse_definition(text);
    if (!defined.activation) refuse("activation=" + text + ": " + defined.error.message);
    return std::make_shared<const Activation>(std::move(*defined.activation));
}

}  // namespace

const std::string &generator_argument(const Activation &activation) {
    return activation.definition.empty() ? activation.name : activation.definition;
}

GeneratorArguments generator_arguments(const std::string &activation_text, Pass pass, const std::string &dtype_name) {
    const std::shared_ptr<const Activation> activation = named_or_defined(activation_text);
    const std::optional<DType> dtype = dtype_from_name(dtype_name);
    if (!dtype) refuse("unknown dtype '" + dtype_name + "'; set dtype to f32, f16, bf16 or f64");
    const std::string reason = why_unsupported(*activation, pass, *dtype);
    if (!reason.empty()) refuse(reason);

    GeneratorArguments arguments;
    arguments.activation = activation;
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
