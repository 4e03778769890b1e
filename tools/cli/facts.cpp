#include "tools/cli/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "generators/catalogue/definition_text.h"
#include "generators/catalogue/evidence.h"
#include "generators/formula/calls.h"
#include "generators/formula/differentiate.h"
#include "generators/formula/evaluate.h"
#include "generators/formula/parse.h"
#include "generators/formula/print.h"

namespace actinide::cli {
namespace {

/// What all passes ask of the parameter, and what one asks besides: "finite(alpha); alpha >= 0 in
/// backward_from_output".
std::string range_of(const Parameter &parameter, const Activation &activation) {
    const std::string everywhere = asked_of(parameter, activation.valid_when);
    const std::string text = everywhere.empty() ? "any" : everywhere;
    const bool has_pass = why_unsupported(activation, Pass::backward_from_output).empty();
    const std::string besides = has_pass ? asked_of(parameter, activation.from_output.valid_when) : "";
    return besides.empty() ? text : fmt::format("{}; {} in {}", text, besides, to_string(Pass::backward_from_output));
}

}  // namespace

std::string describe_briefly(const Parameter &parameter) {
    return fmt::format("{}{}={}", parameter.name, parameter.learned ? "[channels]" : "", parameter.default_value);
}

PassFacts describe(const Activation &activation, Pass pass) {
    PassFacts facts{.pass = pass,
                    .why_unsupported = why_unsupported(activation, pass),
                    .function = "",
                    .needs = {},
                    .valid_when = ""};
    if (!facts.why_unsupported.empty()) return facts;
    const Signature function = signature(activation, pass, DType::f32);
    facts.function = function.function;
    if (function.valid_when) facts.valid_when = print(*function.valid_when);
    if (plain_pass(pass) == Pass::forward) return facts;
    bool keeps_input = false;
    for (const Argument &argument : function.arguments) {
        const bool is_kept = argument.role == Argument::Role::input && !argument.per_channel && argument.name != "dy";
        if (!is_kept) continue;
        facts.needs.push_back(argument.name);
        keeps_input = keeps_input || argument.name != "y";
    }
    facts.bytes_kept = facts.needs.size() * bytes_per_element(DType::f32);
    facts.bytes_saved = keeps_input ? 0 : bytes_per_element(DType::f32);
    return facts;
}

namespace {

std::vector<AccuracyFacts> describe_accuracy(const Activation &activation) {
    std::vector<AccuracyFacts> all;
    for (const Pass pass : all_passes()) {
        for (const DType dtype : all_dtypes()) {
            if (!why_unsupported(activation, pass, dtype).empty()) continue;
            all.push_back(
                {pass, dtype,
                 accuracy_text(activation, pass, find_evidence(activation, pass, dtype, usual_function_ulp(dtype)))});
        }
    }
    return all;
}

}  // namespace

namespace {

/// Which of the calls the others would give.
std::vector<std::string> spare_calls(const std::vector<Formula> &calls) {
    std::set<std::string> known;
    for (const Formula &call : calls) known.insert(text_without_order(call));
    std::vector<std::string> spare;
    for (const Formula &call : calls) {
        for (const EqualForms &forms : related_calls()) {
            const std::optional<Formula> argument = match(parse(forms.typed).formula.value(), call);
            if (!argument) continue;
            const Formula other = simplify(substitute(parse(forms.better).formula.value(), "a", *argument));
            const std::vector<Formula> needed = transcendental_calls({other});
            const bool is_there = std::all_of(needed.begin(), needed.end(), [&](const Formula &each) {
                return known.contains(text_without_order(each));
            });
            if (is_there) spare.push_back(fmt::format("{} is also {} ({})", print(call), print(other), forms.reason));
        }
    }
    return spare;
}

/// "exp(-x)", or "tanh(...)" where the argument is long.
std::string brief(const Formula &call) {
    constexpr size_t longest = 30;
    const std::string text = print(call);
    return text.size() <= longest ? text : call.text() + "(...)";
}

std::vector<CallFacts> describe_calls(const Activation &activation) {
    std::vector<CallFacts> all;
    for (const Pass pass : all_passes()) {
        if (!why_unsupported(activation, pass).empty()) continue;
        std::vector<Formula> computed;
        for (const OutputFormula &output : output_formulas(activation, pass)) computed.push_back(output.computed);
        const std::vector<Formula> calls = transcendental_calls(computed);
        CallFacts facts{pass, {}, spare_calls(calls)};
        for (const Formula &call : calls) facts.calls.push_back(brief(call));
        all.push_back(std::move(facts));
    }
    return all;
}

void describe_safer_forms(const Activation &activation, ActivationFacts &facts) {
    if (activation.definition.empty() || !activation.fused_with.empty()) return;
    const Rewriting rewriting = rewrite_safely(activation.forward);
    if (rewriting.steps.empty()) return;
    facts.safer = rewriting.steps;
    facts.safer_definition = with_formula(activation.definition, rewriting.formula);
}

}  // namespace

ActivationFacts describe(const Activation &activation) {
    ActivationFacts facts;
    facts.forward = print(activation.forward);
    if (activation.computed_as) facts.computed_as = print(*activation.computed_as);
    facts.gradient = print(derivative(activation));
    if (activation.derivative_computed_as) facts.gradient_computed_as = print(*activation.derivative_computed_as);
    if (activation.from_output.derivative) facts.gradient_from_output = print(*activation.from_output.derivative);
    if (activation.from_output.computed_as) {
        facts.gradient_from_output_computed_as = print(*activation.from_output.computed_as);
    }
    for (const Input &input : activation.inputs) {
        facts.inputs.push_back(
            {input.name, input.meaning, input.has_gradient ? print(derivative(activation, input)) : ""});
    }
    facts.kinks = find_kinks(activation);
    for (const Pass pass : all_passes()) facts.passes.push_back(describe(activation, pass));
    facts.accuracy = describe_accuracy(activation);
    facts.calls = describe_calls(activation);
    describe_safer_forms(activation, facts);
    for (const Parameter &parameter : activation.parameters) {
        facts.parameters.push_back({parameter.name, parameter.default_value, range_of(parameter, activation),
                                    parameter.meaning, parameter.learned, print(derivative(activation, parameter))});
    }
    return facts;
}

}  // namespace actinide::cli
