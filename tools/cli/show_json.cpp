#include "tools/cli/show_json.h"

namespace actinide::cli {
namespace {

Json print_pass(const PassFacts &pass) {
    if (!pass.why_unsupported.empty()) {
        return JsonObject{{"pass", to_string(pass.pass)}, {"exists", false}, {"reason", pass.why_unsupported}};
    }
    return JsonObject{{"pass", to_string(pass.pass)},
                      {"exists", true},
                      {"function", pass.function},
                      {"needs", pass.needs},
                      {"valid_when", pass.valid_when.empty() ? Json() : Json(pass.valid_when)},
                      {"bytes_kept_per_element", pass.bytes_kept},
                      {"bytes_saved_per_element", pass.bytes_saved}};
}

Json optional_text(const std::string &text) {
    return text.empty() ? Json() : Json(text);
}

Json print_calls(const ActivationFacts &facts) {
    JsonList list;
    for (const CallFacts &pass : facts.calls) {
        list.push_back(JsonObject{{"pass", to_string(pass.pass)}, {"calls", pass.calls}, {"spare", pass.spare}});
    }
    return list;
}

Json print_own(const Activation &activation, const ActivationFacts &facts, const std::optional<OwnFindings> &own) {
    if (!own) return {};
    return JsonObject{{"definition", activation.definition},
                      {"plugin", activation.plugin},
                      {"gradients_checked_at", own->gradients.points},
                      {"advice", advice(activation, facts, own->samples)},
                      {"safer_definition", optional_text(facts.safer_definition)}};
}

}  // namespace

Json print_machine(const Activation &activation, const ActivationFacts &facts, const Choices &choices,
                   const std::optional<OwnFindings> &own) {
    JsonList inputs;
    for (const InputFacts &input : facts.inputs) {
        inputs.push_back(
            JsonObject{{"name", input.name}, {"meaning", input.meaning}, {"gradient", optional_text(input.gradient)}});
    }
    JsonList parameters;
    for (const ParameterFacts &parameter : facts.parameters) {
        parameters.push_back(JsonObject{{"name", parameter.name},
                                        {"default", parameter.default_value},
                                        {"range", parameter.range},
                                        {"meaning", parameter.meaning},
                                        {"learned", parameter.learned},
                                        {"gradient", parameter.gradient}});
    }
    JsonList differences;
    for (const Difference &difference : activation.differences) {
        differences.push_back(JsonObject{{"what", difference.what}, {"why", difference.why}});
    }
    JsonList kinks;
    for (const Kink &kink : facts.kinks) {
        JsonObject fields = {{"condition", kink.condition}, {"x", kink.x ? Json(*kink.x) : Json()}};
        if (kink.x) {
            fields.insert(fields.end(),
                          {{"slope_below", kink.below}, {"slope_at", kink.at}, {"slope_above", kink.above}});
        }
        kinks.push_back(fields);
    }
    JsonList passes;
    for (const PassFacts &pass : facts.passes) passes.push_back(print_pass(pass));
    JsonList accuracy;
    for (const AccuracyFacts &each : facts.accuracy) {
        accuracy.push_back(
            JsonObject{{"pass", to_string(each.pass)}, {"dtype", to_string(each.dtype)}, {"error", each.text}});
    }
    JsonObject fields{{"name", activation.name},
                      {"aliases", activation.aliases},
                      {"summary", activation.summary},
                      {"source", activation.source},
                      {"in_default_set", activation.in_default_set},
                      {"differs_from_torch", differences},
                      {"formula", facts.forward},
                      {"computed_as", optional_text(facts.computed_as)},
                      {"gradient", facts.gradient},
                      {"gradient_computed_as", optional_text(facts.gradient_computed_as)},
                      {"gradient_from_output", optional_text(facts.gradient_from_output)},
                      {"gradient_from_output_computed_as", optional_text(facts.gradient_from_output_computed_as)},
                      {"inputs", inputs},
                      {"parameters", parameters},
                      {"kinks", kinks},
                      {"passes", passes},
                      {"transcendental_calls", print_calls(facts)},
                      {"accuracy", accuracy},
                      {"own", print_own(activation, facts, own)}};
    const JsonObject more = print_choices(choices);
    fields.insert(fields.end() - 1, more.begin(), more.end());
    return fields;
}

}  // namespace actinide::cli
