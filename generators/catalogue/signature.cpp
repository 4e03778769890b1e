#include "generators/catalogue/signature.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "generators/formula/differentiate.h"
#include "generators/formula/print.h"

namespace actinide {

namespace {

using Role = Argument::Role;

const char *const dead_output = "dead";

bool is_learned(const Parameter &parameter) {
    return parameter.learned;
}
bool is_scalar(const Parameter &parameter) {
    return !parameter.learned;
}

bool has_learned_parameter(const Activation &activation) {
    return std::any_of(activation.parameters.begin(), activation.parameters.end(), is_learned);
}

bool walks_rows(Pass pass) {
    return plain_pass(pass) != pass && pass != Pass::forward_counted;
}

Pattern pattern(const Activation &activation, Pass pass) {
    if (walks_rows(pass)) return Pattern::rows;
    const bool has_channels = has_learned_parameter(activation) || pass == Pass::forward_counted;
    return has_channels ? Pattern::channelwise : Pattern::elementwise;
}

std::string shape(Pattern pattern) {
    switch (pattern) {
        case Pattern::elementwise:
            return "n values";
        case Pattern::channelwise:
            return "outer x channels x inner values";
        case Pattern::rows:
            return "rows of `columns` values";
    }
    return "";
}

/// The shortest decimal that reads back as the same double: 0.25, not 0.250000.
std::string shortest(double value) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

/// The arrays of the forward pass that the pass reads.
std::vector<Argument> saved(const Activation &activation, Pass pass, const std::string &shape) {
    if (pass == Pass::backward_from_output) return {{Role::input, "y", "output of the forward pass, " + shape}};
    std::vector<Argument> arrays;
    arrays.reserve(activation.inputs.size());
    for (const Input &input : activation.inputs) {
        arrays.push_back({Role::input, input.name, input.meaning + ", " + shape});
    }
    return arrays;
}

/// "; may be dy, gate or value itself"
std::string may_alias(std::vector<std::string> names, const std::vector<Argument> &arrays) {
    for (const Argument &array : arrays) names.push_back(array.name);
    std::string text = "; may be " + names.front();
    for (size_t i = 1; i < names.size(); ++i) text += (i + 1 < names.size() ? ", " : " or ") + names[i];
    return text + " itself";
}

Argument learned_input(const Activation &activation, const Parameter &parameter) {
    const std::string asked = asked_of(parameter, activation.valid_when);
    return {Role::input, parameter.name,
            parameter.meaning + ", one value per channel; starts at " + shortest(parameter.default_value) +
                (asked.empty() ? "" : "; meant for " + asked + ", which is not checked"),
            true};
}

Argument learned_gradient(const Parameter &parameter) {
    return {Role::output, "d" + parameter.name,
            "gradient of the loss in " + parameter.name + ", one value per channel, overwritten", true};
}

Argument scalar(const Parameter &parameter) {
    return {Role::parameter, parameter.name, parameter.meaning + "; default " + shortest(parameter.default_value)};
}

void append_strides(std::vector<Argument> &arguments) {
    const std::vector<Argument> arrays = arguments;
    arguments.reserve(2 * arrays.size() + 2);
    arguments.push_back({Role::size, "rows", "number of rows; 0 does nothing"});
    arguments.push_back({Role::size, "columns", "values in each row; 0 does nothing"});
    for (const Argument &array : arrays) {
        arguments.push_back({Role::size, array.name + "_stride",
                             "values from one row of " + array.name + " to the next; at least columns"});
    }
}

void append_sizes(Pattern pattern, std::vector<Argument> &arguments) {
    if (pattern == Pattern::elementwise) {
        arguments.push_back({Role::size, "n", "number of values; 0 does nothing"});
        return;
    }
    if (pattern == Pattern::rows) {
        append_strides(arguments);
        return;
    }
    arguments.push_back({Role::size, "outer", "product of the sizes before the channels (the batch in NCHW)"});
    arguments.push_back({Role::size, "channels", "number of channels; 1 shares one value among all"});
    arguments.push_back({Role::size, "inner", "product of the sizes after the channels (1 in NHWC)"});
}

template <typename Wanted, typename MakeArgument>
void append_parameters(const Activation &activation, const Wanted &wanted, const MakeArgument &make,
                       std::vector<Argument> &arguments) {
    for (const Parameter &parameter : activation.parameters) {
        if (wanted(parameter)) arguments.push_back(make(parameter));
    }
}

std::optional<Formula> joined(const std::optional<Formula> &a, const std::optional<Formula> &b) {
    if (a && b) return *a && *b;
    return a ? a : b;
}

/// The parts of the condition that mention no learned parameter: those that a call can check.
std::optional<Formula> checkable(const std::optional<Formula> &condition, const Activation &activation) {
    std::optional<Formula> checked;
    if (!condition) return checked;
    for (const Formula &part : conjuncts(*condition)) {
        const bool is_about_array = std::any_of(
            activation.parameters.begin(), activation.parameters.end(),
            [&](const Parameter &parameter) { return parameter.learned && mentions(part, parameter.name); });
        if (!is_about_array) checked = joined(checked, part);
    }
    return checked;
}

/// A gradient as it is meant and as it is computed.
OutputFormula gradient(const std::string &name, const Formula &exact, const Formula &computed) {
    return {"d" + name, multiply_into_branches(exact, dy), multiply_into_branches(computed, dy)};
}

OutputFormula gradient_in_input(const Activation &activation, Pass pass, const Input &input) {
    if (pass == Pass::backward) {
        return gradient(input.name, derivative(activation, input), computed_derivative(activation, input));
    }
    const Formula &exact = *activation.from_output.derivative;
    return gradient(input.name, exact, activation.from_output.computed_as.value_or(exact));
}

}  // namespace

const std::vector<Pass> &all_passes() {
    static const std::vector<Pass> all = {Pass::forward, Pass::backward, Pass::backward_from_output};
    return all;
}

const std::vector<DType> &all_dtypes() {
    static const std::vector<DType> all = {DType::f32, DType::f16, DType::bf16, DType::f64};
    return all;
}

const std::vector<Pass> &further_passes() {
    static const std::vector<Pass> all = {Pass::forward_rows, Pass::backward_rows, Pass::backward_from_output_rows,
                                          Pass::forward_counted};
    return all;
}

Pass plain_pass(Pass pass) {
    switch (pass) {
        case Pass::forward_rows:
        case Pass::forward_counted:
            return Pass::forward;
        case Pass::backward_rows:
            return Pass::backward;
        case Pass::backward_from_output_rows:
            return Pass::backward_from_output;
        default:
            return pass;
    }
}

std::string to_string(Pass pass) {
    if (pass == Pass::forward_counted) return "forward_counted";
    if (walks_rows(pass)) return to_string(plain_pass(pass)) + "_rows";
    switch (pass) {
        case Pass::forward:
            return "forward";
        case Pass::backward:
            return "backward";
        case Pass::backward_from_output:
            return "backward_from_output";
        default:
            return "";
    }
}

std::string to_string(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return "f32";
        case DType::f16:
            return "f16";
        case DType::bf16:
            return "bf16";
        case DType::f64:
            return "f64";
    }
    return "";
}

std::optional<Pass> pass_from_name(std::string_view name) {
    for (const auto &passes : {all_passes(), further_passes()}) {
        for (const Pass pass : passes) {
            if (to_string(pass) == name) return pass;
        }
    }
    return std::nullopt;
}

std::optional<DType> dtype_from_name(std::string_view name) {
    for (const DType dtype : all_dtypes()) {
        if (to_string(dtype) == name) return dtype;
    }
    return std::nullopt;
}

FloatFormat format_of(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return float32_format;
        case DType::f16:
            return float16_format;
        case DType::bf16:
            return bfloat16_format;
        case DType::f64:
            return float64_format;
    }
    return float32_format;
}

size_t bytes_per_element(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return 4;
        case DType::f16:
        case DType::bf16:
            return 2;
        case DType::f64:
            return 8;
    }
    return 0;
}

DType dtype_of_sums(DType dtype) {
    return dtype == DType::f64 ? DType::f64 : DType::f32;
}

DType dtype_of_parameters(DType dtype) {
    return dtype == DType::f64 ? DType::f64 : DType::f32;
}

int arithmetic_bits(DType dtype) {
    return dtype == DType::f64 ? 64 : 32;
}

std::string why_unsupported(const Activation &activation, Pass pass) {
    if (pass == Pass::forward_counted && is_constant(dead_indicator(activation), 0)) {
        return "its definition calls no output dead";
    }
    if (walks_rows(pass) && has_learned_parameter(activation)) return "learned parameters need dense arrays";
    if (plain_pass(pass) != Pass::backward_from_output) return "";
    if (!activation.from_output.derivative) return activation.from_output.why_not;
    if (has_learned_parameter(activation)) return "the gradient of a learned parameter needs x";
    return "";
}

std::string asked_of(const Parameter &parameter, const std::optional<Formula> &condition) {
    if (!condition) return "";
    std::optional<Formula> asked;
    for (const Formula &part : conjuncts(*condition)) {
        if (mentions(part, parameter.name)) asked = asked ? *asked && part : part;
    }
    return asked ? print(*asked) : "";
}

Signature signature(const Activation &activation, Pass pass, DType dtype) {
    assert(why_unsupported(activation, pass).empty());
    Signature result{
        activation.name + "_" + to_string(pass) + "_" + to_string(dtype), pattern(activation, pass), {}, {}};
    const bool counts = pass == Pass::forward_counted;
    pass = plain_pass(pass);
    std::vector<Argument> &arguments = result.arguments;
    const std::string values = shape(result.pattern);

    arguments = saved(activation, pass, values);
    const std::string alias =
        may_alias(pass == Pass::forward ? std::vector<std::string>{} : std::vector<std::string>{"dy"}, arguments);
    const auto input = [&](const Parameter &parameter) { return learned_input(activation, parameter); };
    append_parameters(activation, is_learned, input, arguments);
    if (pass == Pass::forward) {
        arguments.push_back({Role::output, "y", "output, " + values + alias});
        if (counts) {
            arguments.push_back(
                {Role::output, dead_output,
                 "how many outputs of each channel are dead: exact up to 2^24 (in f64 2^53); overwritten", true});
        }
    } else {
        arguments.push_back({Role::input, "dy", "gradient of the loss in y, " + values});
        for (const Input &each : activation.inputs) {
            if (!each.has_gradient) continue;
            arguments.push_back(
                {Role::output, "d" + each.name, "gradient of the loss in " + each.name + ", " + values + alias});
        }
        append_parameters(activation, is_learned, learned_gradient, arguments);
    }
    append_sizes(result.pattern, arguments);
    append_parameters(activation, is_scalar, scalar, arguments);
    const bool is_from_output = pass == Pass::backward_from_output;
    const auto of_pass = is_from_output ? activation.from_output.valid_when : std::nullopt;
    result.valid_when = joined(checkable(activation.valid_when, activation), of_pass);
    return result;
}

std::vector<OutputFormula> output_formulas(const Activation &activation, Pass pass) {
    assert(why_unsupported(activation, pass).empty());
    const bool counts = pass == Pass::forward_counted;
    pass = plain_pass(pass);
    if (pass == Pass::forward) {
        std::vector<OutputFormula> outputs = {
            {"y", activation.forward, activation.computed_as.value_or(activation.forward)}};
        if (counts) {
            const Formula indicator = dead_indicator(activation);
            outputs.push_back({dead_output, indicator, indicator, true});
        }
        return outputs;
    }
    std::vector<OutputFormula> outputs = {gradient_in_input(activation, pass, main_input(activation))};
    for (const Input &input : activation.inputs) {
        if (input.held_at && input.has_gradient) outputs.push_back(gradient_in_input(activation, pass, input));
    }
    for (const Parameter &parameter : activation.parameters) {
        if (!parameter.learned) continue;
        outputs.push_back({"d" + parameter.name, multiply_into_branches(derivative(activation, parameter), dy),
                           multiply_into_branches(computed_derivative(activation, parameter), dy), true});
    }
    return outputs;
}

std::string why_unsupported(const Activation &activation, Pass pass, DType dtype) {
    std::string reason = why_unsupported(activation, pass);
    if (!reason.empty()) return reason;
    const int bits = arithmetic_bits(dtype);
    for (const OutputFormula &output : output_formulas(activation, pass)) {
        const std::string missing = function_without_form(output.computed, bits);
        if (!missing.empty()) return missing + " is not yet written for " + std::to_string(bits) + "-bit floats";
    }
    return "";
}

}  // namespace actinide
