#include "generators/generator_arguments.h"

#include <cassert>
#include <utility>

#include "generators/catalogue/definition_text.h"
#include "generators/catalogue/fused.h"
#include "generators/catalogue/plugins.h"
#include "generators/element_type.h"

namespace actinide {
namespace {

[[noreturn]] void refuse(const std::string &message) {
    throw Halide::CompileError(message);
}

const std::string with_fusion = " with ";

std::shared_ptr<const Activation> named_or_defined(const std::string &text) {
    // The catalogue's live as long as the program.
    if (const Activation *named = find_activation_as(text)) return {std::shared_ptr<const Activation>(), named};
    if (auto of_plugin = find_plugin_activation(text)) return of_plugin;
    if (text.find('(') == std::string::npos) {
        refuse("unknown activation '" + text +
               "'; set activation=NAME to one of the catalogue's names, or NAME as jax for another profile");
    }
    const size_t definition_end = text.rfind(with_fusion);
    DefinitionResult defined = parse_definition(text.substr(0, definition_end));
    if (!defined.activation) refuse("activation=" + text + ": " + defined.error.message);
    if (definition_end == std::string::npos) return std::make_shared<const Activation>(std::move(*defined.activation));
    const std::optional<Fusion> fusion = fusion_from_name(text.substr(definition_end + with_fusion.size()));
    if (!fusion) refuse("activation=" + text + ": there is no such fused form");
    return std::make_shared<const Activation>(fused(*defined.activation, *fusion));
}

/// As the C function has them.
std::vector<OutputFormula> in_order_of_arguments(const std::vector<OutputFormula> &formulas, const Signature &kernel) {
    std::vector<OutputFormula> ordered;
    for (const Argument &argument : kernel.arguments) {
        for (const OutputFormula &formula : formulas) {
            if (argument.role == Argument::Role::output && formula.output == argument.name) ordered.push_back(formula);
        }
    }
    return ordered;
}

}  // namespace

std::vector<OutputFormula> outputs_per_element(const GeneratorArguments &arguments) {
    std::vector<OutputFormula> found;
    for (const OutputFormula &output : arguments.outputs) {
        if (!output.summed_over_channel) found.push_back(output);
    }
    return found;
}

Halide::Type type_of_array(const GeneratorArguments &arguments, const std::string &array) {
    return array == arguments.index_array ? Halide::UInt(8) : storage_type(arguments.dtype);
}

std::vector<Halide::Type> types_of_outputs(const std::vector<OutputFormula> &outputs, DType dtype) {
    std::vector<Halide::Type> types;
    types.reserve(outputs.size());
    for (const OutputFormula &output : outputs) {
        types.push_back(output.is_packed_in_bits ? Halide::UInt(8) : storage_type(dtype));
    }
    return types;
}

Halide::Expr loaded(const GeneratorArguments &arguments, const std::string &array, const Halide::Expr &element) {
    if (array == arguments.index_array) return Halide::cast(arithmetic_type(arguments.dtype), element);
    return loaded(arguments.dtype, element);
}

std::string joint_name(const std::vector<OutputFormula> &outputs) {
    return outputs.size() == 1 ? outputs.front().output : "results";
}

namespace {

/// Branches that end in small integers, which no float has to become.
Halide::Expr lower_index(const Formula &formula, const Bindings &bindings, double function_ulp) {
    if (formula.operation() == Operation::where) {
        const std::vector<Formula> &operands = formula.operands();
        return Halide::select(lower(operands[0], bindings, function_ulp),
                              lower_index(operands[1], bindings, function_ulp),
                              lower_index(operands[2], bindings, function_ulp));
    }
    uint8_t index = 0;
    while (!is_constant(formula, index)) {
        ++index;
        assert(index < 4);
    }
    return Halide::Expr(index);
}

/// A formula's value as an element.
class Storing {
public:
    Storing(const ElementBindings &bindings, DType dtype, double function_ulp)
        : bindings_(bindings), dtype_(dtype), function_ulp_(function_ulp) {}

    /// Branches that only hand on an element, a scalar or a constant need no rounding in the loop, which for bfloat16
    /// costs more than choosing.
    Halide::Expr store(const Formula &formula) const {
        if (formula.operation() == Operation::where && only_chooses(formula)) {
            const std::vector<Formula> &operands = formula.operands();
            return Halide::select(lower(operands[0], bindings_.numbers, function_ulp_), store(operands[1]),
                                  store(operands[2]));
        }
        return is_element(formula) ? bindings_.elements.at(formula.text())
                                   : stored(dtype_, lower(formula, bindings_.numbers, function_ulp_));
    }

private:
    const ElementBindings &bindings_;
    DType dtype_;
    double function_ulp_;

    bool is_element(const Formula &formula) const {
        return formula.operation() == Operation::variable && bindings_.elements.contains(formula.text());
    }
};

}  // namespace

bool only_chooses(const Formula &formula) {
    if (formula.operation() == Operation::where) {
        return only_chooses(formula.operands()[1]) && only_chooses(formula.operands()[2]);
    }
    return formula.operation() == Operation::variable || variables(formula).empty();
}

void define_together(const Halide::Func &together, const std::vector<Halide::Var> &element,
                     const std::vector<OutputFormula> &outputs, const ElementBindings &bindings, DType dtype,
                     double function_ulp) {
    if (function_ulp == 0) function_ulp = usual_function_ulp(dtype);
    std::vector<Halide::Expr> results;
    results.reserve(outputs.size());
    for (const OutputFormula &output : outputs) {
        const Formula computed = computed_for(output, dtype, function_ulp);
        results.push_back(output.is_packed_in_bits ? lower_index(computed, bindings.numbers, function_ulp)
                                                   : Storing(bindings, dtype, function_ulp).store(computed));
    }
    if (results.size() == 1) {
        together(element) = results.front();
        return;
    }
    Halide::Func computed("computed");
    computed(element) = Halide::Tuple(results);
    together(element) = Halide::Tuple(computed(element));
}

std::string generator_argument(const Activation &activation) {
    if (activation.definition.empty()) return text_as(activation);
    return activation.fused_with.empty() ? activation.definition
                                         : activation.definition + with_fusion + activation.fused_with;
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
    const Signature kernel = signature(*activation, pass, *dtype);
    for (const Argument &argument : kernel.arguments) {
        if (argument.role == Argument::Role::input && !argument.per_channel) {
            arguments.arrays.push_back(argument.name);
            if (argument.bits > 0) arguments.index_array = argument.name;
        }
    }
    for (const Parameter &parameter : activation->parameters) {
        (parameter.learned ? arguments.learned : arguments.parameters).push_back(parameter);
    }
    arguments.outputs = in_order_of_arguments(output_formulas(*activation, pass), kernel);
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
    if (arguments.learned.empty() && plain_pass(pass) != Pass::forward) {
        refuse("'" + activation + "' has no learned parameter; use the elementwise generators");
    }
    return arguments;
}

}  // namespace actinide
