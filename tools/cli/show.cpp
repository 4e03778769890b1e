// actinide show: everything about one activation.
#include <fmt/format.h>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/conventions.h"
#include "generators/catalogue/known_activations.h"
#include "generators/formula/print.h"
#include "tools/cli/cache_folder.h"
#include "tools/cli/definition_report.h"
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

/// How it is computed, if otherwise than it is written.
void append_computed_form(const std::optional<Formula> &computed_as, Rows &rows) {
    if (!computed_as) return;
    const std::vector<std::string> lines = print_in_parts(*computed_as);
    rows.push_back({"", "computed as " + lines.back()});
    for (size_t i = 0; i + 1 < lines.size(); ++i) rows.push_back({"", "  where " + lines[i]});
}

Rows formula_rows(const Activation &activation, const ActivationFacts &facts) {
    Rows rows = {{"y", "= " + facts.forward}};
    append_computed_form(activation.computed_as, rows);
    rows.push_back({"dy/d" + main_input(activation).name, "= " + facts.gradient});
    append_computed_form(activation.derivative_computed_as, rows);
    for (const Input &input : activation.inputs) {
        if (!input.held_at || !input.has_gradient) continue;
        rows.push_back({"dy/d" + input.name, "= " + print(derivative(activation, input))});
        append_computed_form(input.derivative_computed_as, rows);
    }
    if (!facts.gradient_from_output.empty()) rows.push_back({"", "from y: " + facts.gradient_from_output});
    append_computed_form(activation.from_output.computed_as, rows);
    for (const ParameterFacts &parameter : facts.parameters) {
        rows.push_back({"dy/d" + parameter.name, "= " + parameter.gradient});
    }
    return rows;
}

/// One input is x, of which there is nothing to say.
Rows input_rows(const ActivationFacts &facts) {
    Rows rows;
    if (facts.inputs.size() == 1) return rows;
    for (const InputFacts &input : facts.inputs) rows.push_back({input.name, input.meaning});
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

Rows kink_rows(const Activation &activation, const ActivationFacts &facts) {
    const std::string input = main_input(activation).name;
    Rows rows;
    for (const Kink &kink : facts.kinks) {
        if (!kink.x) {
            rows.push_back({"where " + kink.condition + " changes"});
            continue;
        }
        if (kink.below == kink.at && kink.at == kink.above) {
            rows.push_back({fmt::format("{} = {}", input, *kink.x), fmt::format("slope {:.6g} on both sides", kink.at),
                            "", "", fmt::format("decided by {}", kink.condition)});
            continue;
        }
        rows.push_back({fmt::format("{} = {}", input, *kink.x), fmt::format("slope {:.6g} below", kink.below),
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

/// Of a user's own activation: what only compiled kernels can tell.
struct OwnFindings {
    GradientCheck gradients;
    DefinitionSamples samples;
};

/// What a sample found takes the place of what was recorded.
void add_samples(const DefinitionSamples &samples, const Activation &activation, ActivationFacts &facts) {
    facts.accuracy.clear();
    for (const SampledKernel &sampled : samples.kernels) {
        facts.accuracy.push_back(
            {sampled.key.pass, sampled.key.dtype, accuracy_text(activation, sampled.key.pass, sampled.evidence)});
    }
}

OwnFindings find_out(const Activation &activation) {
    OwnFindings found;
    found.gradients = check_gradients(activation);
    CompileOptions options;
    const std::string cache = find_cache_folder("");
    if (!cache.empty() && prepare_cache_folder(cache).empty()) options.cache_folder = cache;
    std::vector<KernelKey> keys;
    for (const Pass pass : all_passes()) {
        if (!why_unsupported(activation, pass, DType::f32).empty()) continue;
        keys.push_back({&activation, pass, DType::f32, *find_target("x86-64").target});
    }
    found.samples = sample_definitions(keys, options);
    return found;
}

std::string own_section(const Activation &activation, const ActivationFacts &facts, const OwnFindings &own) {
    Rows rows = {{gradient_check_text(activation, own.gradients)}};
    for (const std::string &sentence : advice(activation, facts, own.samples)) rows.push_back({sentence});
    return section("Found out", rows);
}

void append_differences(const Activation &activation, Rows &rows) {
    for (const Difference &difference : activation.differences) {
        rows.push_back({to_string(activation.profile), difference.what, difference.why});
    }
}

/// Of torch's own definition what all other profiles have otherwise, of another profile's what it has.
Rows convention_rows(const Activation &activation, const KnownActivations &known) {
    Rows rows;
    if (is_users_own(activation)) return rows;
    append_differences(activation, rows);
    if (known.profile() != Profile::torch) {
        if (rows.empty()) rows.push_back({"nothing"});
        return rows;
    }
    for (const Profile profile : all_profiles()) {
        const Activation *other = find_activation(activation.name, profile);
        if (other != nullptr) append_differences(*other, rows);
    }
    return rows;
}

std::string convention_title(const KnownActivations &known) {
    return known.profile() == Profile::torch
               ? "Otherwise with --conventions"
               : fmt::format("Unlike torch, in the conventions of {}", to_string(known.profile()));
}

std::string print_text(const Activation &activation, const ActivationFacts &facts, const KnownActivations &known,
                       const std::optional<OwnFindings> &own) {
    std::string text = heading(activation.name) + ": " + activation.summary + "\n";
    Rows about = {{"source", activation.source}};
    std::string aliases;
    for (const std::string &alias : activation.aliases) aliases += (aliases.empty() ? "" : ", ") + alias;
    if (!aliases.empty()) about.push_back({"also", aliases});
    about.push_back({"default set", activation.in_default_set ? "yes" : "no"});
    text += align_columns(about, 2);
    text += section("Formula and gradients", formula_rows(activation, facts));
    text += section("Inputs", input_rows(facts));
    text += section("Parameters", parameter_rows(facts));
    text += section("Kinks, with parameters at their defaults", kink_rows(activation, facts));
    text += section(convention_title(known), convention_rows(activation, known));
    text += section("Passes", pass_rows(facts));
    text += section("Transcendental calls", call_rows(facts));
    text += section(
        own ? "Largest errors of a sample" : "Largest errors, as recorded (verify --digests compares today's bits)",
        accuracy_rows(facts));
    if (own) text += own_section(activation, facts, *own);
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
                      {"gradients_checked_at", own->gradients.points},
                      {"advice", advice(activation, facts, own->samples)},
                      {"safer_definition", optional_text(facts.safer_definition)}};
}

Json print_machine(const Activation &activation, const ActivationFacts &facts, const std::optional<OwnFindings> &own) {
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
    return JsonObject{{"name", activation.name},
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
    ActivationFacts facts = describe(*activation);
    std::optional<OwnFindings> found;
    if (is_users_own(*activation)) {
        found = find_out(*activation);
        if (found->samples.error) return fail(found->samples.error->exit_code, found->samples.error->message);
        if (const auto refusal = refuse_wrong_gradients(*activation, found->gradients)) return *refusal;
        add_samples(found->samples, *activation, facts);
    }
    return succeed(arguments.json ? print_json(print_machine(*activation, facts, found))
                                  : print_text(*activation, facts, known, found));
}

}  // namespace actinide::cli
