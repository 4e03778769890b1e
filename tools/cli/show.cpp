// actinide show: everything about one activation.
#include <fmt/format.h>

#include "generators/catalogue/known_activations.h"
#include "tools/cli/definitions.h"
#include "tools/cli/facts.h"
#include "tools/cli/json.h"
#include "tools/cli/nearest.h"
#include "tools/cli/selection.h"
#include "tools/cli/table.h"
#include "tools/cli/terminal.h"
#include "tools/cli/verbs.h"

namespace actinide::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string section(const std::string &title, const Rows &rows) {
    return rows.empty() ? "" : "\n" + heading(title) + "\n" + align_columns(rows, 2);
}

Rows formula_rows(const ActivationFacts &facts) {
    Rows rows = {{"y", "= " + facts.forward}};
    if (!facts.computed_as.empty()) rows.push_back({"", "computed as " + facts.computed_as});
    rows.push_back({"dy/dx", "= " + facts.gradient});
    if (!facts.gradient_computed_as.empty()) rows.push_back({"", "computed as " + facts.gradient_computed_as});
    if (!facts.gradient_from_output.empty()) rows.push_back({"", "from y: " + facts.gradient_from_output});
    if (!facts.gradient_from_output_computed_as.empty()) {
        rows.push_back({"", "computed as " + facts.gradient_from_output_computed_as});
    }
    for (const ParameterFacts &parameter : facts.parameters) {
        rows.push_back({"dy/d" + parameter.name, "= " + parameter.gradient});
    }
    return rows;
}

Rows parameter_rows(const ActivationFacts &facts) {
    Rows rows;
    for (const ParameterFacts &parameter : facts.parameters) {
        rows.push_back(
            {parameter.name, fmt::format("default {}", parameter.default_value), parameter.range,
             parameter.learned ? "learned: one per channel, or one for all; " + parameter.meaning : parameter.meaning});
    }
    return rows;
}

Rows kink_rows(const ActivationFacts &facts) {
    Rows rows;
    for (const Kink &kink : facts.kinks) {
        if (!kink.x) {
            rows.push_back({"where " + kink.condition + " changes"});
            continue;
        }
        if (kink.below == kink.at && kink.at == kink.above) {
            rows.push_back({fmt::format("x = {}", *kink.x), fmt::format("slope {:.6g} on both sides", kink.at), "", "",
                            fmt::format("decided by {}", kink.condition)});
            continue;
        }
        rows.push_back({fmt::format("x = {}", *kink.x), fmt::format("slope {:.6g} below", kink.below),
                        fmt::format("{:.6g} at", kink.at), fmt::format("{:.6g} above", kink.above),
                        fmt::format("decided by {}", kink.condition)});
    }
    return rows;
}

std::string keeps(const PassFacts &pass) {
    if (pass.pass == Pass::forward) return "";
    if (pass.needs.empty()) return fmt::format("needs nothing, saves {} bytes per f32 element", pass.bytes_saved);
    std::string text =
        fmt::format("needs {}: {} bytes per f32 element", fmt::join(pass.needs, " and "), pass.bytes_kept);
    if (pass.bytes_saved > 0) {
        text += fmt::format(", which the next layer keeps anyway; saves {} by not keeping x", pass.bytes_saved);
    }
    return text;
}

Rows pass_rows(const ActivationFacts &facts) {
    Rows rows;
    for (const PassFacts &pass : facts.passes) {
        if (!pass.why_unsupported.empty()) {
            rows.push_back({to_string(pass.pass), "none: " + pass.why_unsupported});
            continue;
        }
        std::string note = keeps(pass);
        if (!pass.valid_when.empty()) note += (note.empty() ? "only while " : "; only while ") + pass.valid_when;
        rows.push_back({to_string(pass.pass), note.empty() ? "keeps nothing by itself" : note});
    }
    return rows;
}

Rows accuracy_rows(const ActivationFacts &facts) {
    Rows rows;
    for (const AccuracyFacts &accuracy : facts.accuracy) {
        rows.push_back({to_string(accuracy.pass), to_string(accuracy.dtype), accuracy.text});
    }
    return rows;
}

std::string print_text(const Activation &activation, const ActivationFacts &facts) {
    std::string text = heading(activation.name) + ": " + activation.summary + "\n";
    Rows about = {{"source", activation.source}};
    std::string aliases;
    for (const std::string &alias : activation.aliases) aliases += (aliases.empty() ? "" : ", ") + alias;
    if (!aliases.empty()) about.push_back({"also", aliases});
    about.push_back({"default set", activation.in_default_set ? "yes" : "no"});
    text += align_columns(about, 2);
    text += section("Formula and gradients", formula_rows(facts));
    text += section("Parameters", parameter_rows(facts));
    text += section("Kinks, with parameters at their defaults", kink_rows(facts));
    text += section("Passes", pass_rows(facts));
    text += section("Largest errors, as recorded (verify --digests compares today's bits)", accuracy_rows(facts));
    return text;
}

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

Json print_machine(const Activation &activation, const ActivationFacts &facts) {
    JsonList parameters;
    for (const ParameterFacts &parameter : facts.parameters) {
        parameters.push_back(JsonObject{{"name", parameter.name},
                                        {"default", parameter.default_value},
                                        {"range", parameter.range},
                                        {"meaning", parameter.meaning},
                                        {"learned", parameter.learned},
                                        {"gradient", parameter.gradient}});
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
    return JsonObject{{"name", activation.name},
                      {"aliases", activation.aliases},
                      {"summary", activation.summary},
                      {"source", activation.source},
                      {"in_default_set", activation.in_default_set},
                      {"formula", facts.forward},
                      {"computed_as", optional_text(facts.computed_as)},
                      {"gradient", facts.gradient},
                      {"gradient_computed_as", optional_text(facts.gradient_computed_as)},
                      {"gradient_from_output", optional_text(facts.gradient_from_output)},
                      {"gradient_from_output_computed_as", optional_text(facts.gradient_from_output_computed_as)},
                      {"parameters", parameters},
                      {"kinks", kinks},
                      {"passes", passes},
                      {"accuracy", accuracy}};
}

}  // namespace

Outcome run(const ShowArguments &arguments) {
    KnownActivations known;
    if (const auto problem = read_definitions(arguments.definitions, known)) return *problem;
    const std::vector<const Activation *> own = known.own();
    if (arguments.activation.empty() && own.size() != 1) {
        return fail(exit_usage, fmt::format("{} activations are defined; name the one to show", own.size()));
    }
    const Activation *activation = arguments.activation.empty() ? own.front() : known.find(arguments.activation);
    if (activation == nullptr) return fail(exit_usage, unknown_activation(arguments.activation, known));
    const ActivationFacts facts = describe(*activation);
    return succeed(arguments.json ? print_json(print_machine(*activation, facts)) : print_text(*activation, facts));
}

}  // namespace actinide::cli
