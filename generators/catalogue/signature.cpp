#include "generators/catalogue/signature.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "generators/formula/corrections.h"
#include "generators/formula/differentiate.h"
#include "generators/formula/print.h"

namespace actinide {

namespace {

using Role = Argument::Role;

const char *const dead_output = "dead";
const char *const mask_name = "mask";
const char *const pairs_name = "pairs";

bool is_learned(const Parameter &parameter) {
    return parameter.learned;
}
bool is_scalar(const Parameter &parameter) {
    return !parameter.learned;
}

bool has_learned_parameter(const Activation &activation) {
    return std::any_of(activation.parameters.begin(), activation.parameters.end(), is_learned);
}

Pattern pattern(const Activation &activation, Pass pass) {
    switch (arrangement_of(pass)) {
        case Arrangement::rows:
            return Pattern::rows;
        case Arrangement::masked:
        case Arrangement::pairs:
            return Pattern::packed;
        case Arrangement::counted:
            return Pattern::channelwise;
        case Arrangement::table:
            return Pattern::table;
        case Arrangement::dense:
            break;
    }
    return has_learned_parameter(activation) ? Pattern::channelwise : Pattern::elementwise;
}

std::string shape(Pattern pattern) {
    switch (pattern) {
        case Pattern::elementwise:
            return "n values";
        case Pattern::channelwise:
            return "outer x channels x inner values";
        case Pattern::rows:
            return "rows of `columns` values";
        case Pattern::packed:
            return "n values";
        case Pattern::table:
            return "256 values";
    }
    return "";
}

/// The shortest decimal that reads back as the same double: 0.25, not 0.250000.
std::string shortest(double value) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

/// "one bit an element, bit i % 8 (from the lowest) of byte i / 8, 0 where the slope is negative_slope, 1 where it is
/// 1"
std::string describe_bits(const Slopes &slopes) {
    std::string text = index_bits(slopes) == 1 ? "one bit an element, bit i % 8 (from the lowest) of byte i / 8"
                                               : "two bits an element, those from 2 * (i % 4) on of byte i / 4";
    for (size_t i = 0; i < slopes.values.size(); ++i) {
        text +=
            ", " + std::to_string(i) + (i == 0 ? " where the slope is " : " where it is ") + print(slopes.values[i]);
    }
    return text;
}

Argument mask_argument(const Activation &activation, Role role) {
    const Slopes slopes = *find_slopes(activation);
    std::string meaning = describe_bits(slopes);
    meaning += role == Role::output ? "; the last byte's other bits become 0" : "; as the forward pass gave it";
    Argument mask{role, mask_name, meaning};
    mask.bits = index_bits(slopes);
    return mask;
}

/// The inputs of the forward pass, or their gradients, as one array.
Argument pairs_argument(const Activation &activation, Role role) {
    const std::string prefix = role == Role::output ? "d" : "";
    const std::string first = prefix + activation.inputs[0].name;
    const std::string second = prefix + activation.inputs[1].name;
    Argument pairs{role, prefix + pairs_name, ""};
    pairs.meaning = first + " and " + second + " in turn, `width` values" +
                    (role == Role::output ? "; may be " + std::string(pairs_name) + " itself" : "");
    pairs.interleaves = {first, second};
    return pairs;
}

/// The arrays of the forward pass that the pass reads.
std::vector<Argument> saved(const Activation &activation, Pass pass, const std::string &shape) {
    if (pass == Pass::backward_from_mask) return {mask_argument(activation, Role::input)};
    if (arrangement_of(pass) == Arrangement::pairs) return {pairs_argument(activation, Role::input)};
    if (plain_pass(pass) == Pass::backward_from_output)
        return {{Role::input, "y", "output of the forward pass, " + shape}};
    std::vector<Argument> arrays;
    arrays.reserve(activation.inputs.size());
    for (const Input &input : activation.inputs) {
        arrays.push_back({Role::input, input.name, input.meaning + ", " + shape});
    }
    return arrays;
}

std::vector<Argument> arrays_of_numbers(std::vector<Argument> arguments) {
    arguments.erase(std::remove_if(arguments.begin(), arguments.end(),
                                   [](const Argument &argument) { return argument.per_channel || argument.bits > 0; }),
                    arguments.end());
    return arguments;
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

void append_packed_sizes(Arrangement arrangement, std::vector<Argument> &arguments) {
    if (arrangement == Arrangement::pairs) {
        arguments.push_back(
            {Role::size, "width", "number of values in pairs, two for each element; even; 0 does nothing"});
        return;
    }
    arguments.push_back({Role::size, "n", "number of values; 0 does nothing"});
    const auto mask =
        std::find_if(arguments.begin(), arguments.end(), [](const Argument &argument) { return argument.bits > 0; });
    arguments.push_back(
        {Role::size, "mask_bytes", "size of mask: at least n / " + std::to_string(8 / mask->bits) + ", rounded up"});
}

void append_channel_sizes(std::vector<Argument> &arguments) {
    arguments.push_back({Role::size, "outer", "product of the sizes before the channels (the batch in NCHW)"});
    arguments.push_back({Role::size, "channels", "number of channels; 1 shares one value among all"});
    arguments.push_back({Role::size, "inner", "product of the sizes after the channels (1 in NHWC)"});
}

void append_sizes(Pattern pattern, Arrangement arrangement, std::vector<Argument> &arguments) {
    switch (pattern) {
        case Pattern::elementwise:
            arguments.push_back({Role::size, "n", "number of values; 0 does nothing"});
            break;
        case Pattern::rows:
            append_strides(arguments);
            break;
        case Pattern::channelwise:
            append_channel_sizes(arguments);
            break;
        case Pattern::packed:
            append_packed_sizes(arrangement, arguments);
            break;
        case Pattern::table:
            break;
    }
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

/// Why an activation's arrays do not come so; empty if they do.
std::string why_not_arranged(const Activation &activation, Arrangement arrangement) {
    const bool has_pairs = activation.inputs.size() == 2 && count_gradients(activation) == 2;
    switch (arrangement) {
        case Arrangement::dense:
            return "";
        case Arrangement::counted:
            return is_constant(dead_indicator(activation), 0) ? "there are no dead outputs to count: its slope is "
                                                                "nowhere literally 0 and its definition names "
                                                                "no range where it nearly is"
                                                              : "";
        case Arrangement::rows:
            return has_learned_parameter(activation) ? "learned parameters need dense arrays" : "";
        case Arrangement::masked:
            if (has_learned_parameter(activation)) return "the gradient of a learned parameter needs x";
            if (count_gradients(activation) > 1) return "a mask tells the slope in one input";
            return find_slopes(activation) ? ""
                                           : "its derivative is not one of two to four slopes, which a mask could tell";
        case Arrangement::pairs:
            if (!has_pairs) return "it is no gate, whose two inputs could lie in turn";
            return has_learned_parameter(activation) ? "learned parameters need one array for each input" : "";
        case Arrangement::table:
            if (activation.inputs.size() > 1) return "a table of 256 entries has one input";
            return has_learned_parameter(activation) ? "a learned parameter would need a table for each channel" : "";
    }
    return "";
}

}  // namespace

std::string why_unsupported(const Activation &activation, Pass pass) {
    std::string reason = why_not_arranged(activation, arrangement_of(pass));
    if (!reason.empty()) return reason;
    if (plain_pass(pass) != Pass::backward_from_output) return "";
    if (!activation.from_output.derivative) return activation.from_output.why_not;
    if (count_gradients(activation) > 1) return "the output does not tell the gradients in several inputs";
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

namespace {

void append_forward_outputs(const Activation &activation, Pass pass, const std::string &values,
                            std::vector<Argument> &arguments) {
    const bool may_be_an_input = arrangement_of(pass) != Arrangement::pairs;
    const std::string alias = may_be_an_input ? may_alias({}, arrays_of_numbers(arguments)) : "";
    arguments.push_back({Role::output, "y", "output, " + values + alias});
    if (pass == Pass::forward_mask) arguments.push_back(mask_argument(activation, Role::output));
    if (pass == Pass::forward_counted) {
        arguments.push_back({Role::output, dead_output,
                             "how many outputs of each channel are dead: exact up to 2^24 (in f64 2^53); overwritten",
                             true});
    }
}

void append_gradients(const Activation &activation, Pass pass, const std::string &values,
                      std::vector<Argument> &arguments) {
    const std::string alias = may_alias({"dy"}, arrays_of_numbers(arguments));
    arguments.push_back({Role::input, "dy", "gradient of the loss in y, " + values});
    if (arrangement_of(pass) == Arrangement::pairs) {
        arguments.push_back(pairs_argument(activation, Role::output));
        return;
    }
    for (const Input &each : activation.inputs) {
        if (!each.has_gradient) continue;
        arguments.push_back(
            {Role::output, "d" + each.name, "gradient of the loss in " + each.name + ", " + values + alias});
    }
    append_parameters(activation, is_learned, learned_gradient, arguments);
}

void append_arrays(const Activation &activation, Pass pass, const std::string &values,
                   std::vector<Argument> &arguments) {
    arguments = saved(activation, pass, values);
    const auto input = [&](const Parameter &parameter) { return learned_input(activation, parameter); };
    append_parameters(activation, is_learned, input, arguments);
    if (plain_pass(pass) == Pass::forward) {
        append_forward_outputs(activation, pass, values, arguments);
    } else {
        append_gradients(activation, pass, values, arguments);
    }
}

/// Before the activation's own; runtime/table.h counts on their order.
void append_quantization(DType dtype, std::vector<Argument> &arguments) {
    const std::string range = dtype == DType::s8 ? "a whole number from -128 to 127" : "a whole number from 0 to 255";
    for (const std::string &array : {std::string("x"), std::string("y")}) {
        arguments.push_back({Role::parameter, array + "_scale",
                             "the number that one step of " + array + " stands for; positive and finite"});
        arguments.push_back(
            {Role::parameter, array + "_zero_point", "the integer of " + array + " that stands for 0; " + range});
    }
}

}  // namespace

int bits_of_element(const Argument &array, DType dtype) {
    if (array.bits > 0) return array.bits;
    const auto values = static_cast<int>(std::max<size_t>(1, array.interleaves.size()));
    return values * 8 * static_cast<int>(bytes_per_element(dtype));
}

Signature signature(const Activation &activation, Pass pass, DType dtype) {
    assert(why_unsupported(activation, pass).empty());
    Signature result{
        activation.name + "_" + to_string(pass) + "_" + to_string(dtype), pattern(activation, pass), {}, {}};
    std::vector<Argument> &arguments = result.arguments;
    const std::string values = arrangement_of(pass) == Arrangement::pairs ? "width / 2 values" : shape(result.pattern);

    if (result.pattern == Pattern::table) {
        arguments.push_back({Role::output, "table", "the integer of y for each byte of x, 256 values"});
        append_quantization(dtype, arguments);
    } else {
        append_arrays(activation, pass, values, arguments);
    }
    append_sizes(result.pattern, arrangement_of(pass), arguments);
    append_parameters(activation, is_scalar, scalar, arguments);
    const bool is_from_output = plain_pass(pass) == Pass::backward_from_output;
    const auto of_pass = is_from_output ? activation.from_output.valid_when : std::nullopt;
    result.valid_when = joined(checkable(activation.valid_when, activation), of_pass);
    return result;
}

namespace {

std::vector<OutputFormula> forward_formulas(const Activation &activation, Pass pass) {
    std::vector<OutputFormula> outputs = {
        {"y", activation.forward, activation.computed_as.value_or(activation.forward)}};
    if (pass == Pass::forward_counted) {
        const Formula indicator = dead_indicator(activation);
        outputs.push_back({dead_output, indicator, indicator, true});
    }
    if (pass == Pass::forward_mask) {
        const Formula index = find_slopes(activation)->index;
        outputs.push_back({mask_name, index, index, false, true});
    }
    return outputs;
}

}  // namespace

std::vector<OutputFormula> output_formulas(const Activation &activation, Pass pass) {
    assert(why_unsupported(activation, pass).empty());
    if (plain_pass(pass) == Pass::forward) return forward_formulas(activation, pass);
    if (pass == Pass::backward_from_mask) {
        const Formula slope = value_at(*find_slopes(activation), variable(mask_name));
        return {gradient(main_input(activation).name, slope, slope)};
    }
    pass = plain_pass(pass);
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

Formula computed_for(const OutputFormula &output, DType dtype, double function_ulp) {
    const bool is_simpler = hides_roundings(dtype, function_ulp) && !output.summed_over_channel;
    return is_simpler ? without_corrections(output.computed) : output.computed;
}

std::string why_unsupported(const Activation &activation, Pass pass, DType dtype) {
    std::string reason = why_unsupported(activation, pass);
    if (!reason.empty()) return reason;
    const bool is_table = arrangement_of(pass) == Arrangement::table;
    if (is_table && !is_quantized(dtype)) return "a table is of the 8-bit types s8 and u8";
    if (!is_table && is_quantized(dtype)) return "8-bit integers have forward_table alone";
    const int bits = arithmetic_bits(dtype);
    for (const OutputFormula &output : output_formulas(activation, pass)) {
        const std::string missing = function_without_form(output.computed, bits);
        if (!missing.empty()) return missing + " is not yet written for " + std::to_string(bits) + "-bit floats";
    }
    return "";
}

}  // namespace actinide
