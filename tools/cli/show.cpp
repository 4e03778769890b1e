// actinide show: everything about one activation.
#include <fmt/format.h>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/conventions.h"
#include "generators/catalogue/known_activations.h"
#include "generators/formula/print.h"
#include "tools/cli/choices.h"
#include "tools/cli/definition_report.h"
#include "tools/cli/definitions.h"
#include "tools/cli/facts.h"
#include "tools/cli/json.h"
#include "tools/cli/markdown.h"
#include "tools/cli/nearest.h"
#include "tools/cli/own_findings.h"
#include "tools/cli/selection.h"
#include "tools/cli/show_json.h"
#include "tools/cli/table.h"
#include "tools/cli/terminal.h"
#include "tools/cli/verbs.h"

namespace actinide::cli {
namespace {

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
        if (!changes_slope(kink)) {
            rows.push_back({fmt::format("{} = {:.9g}", input, *kink.x),
                            fmt::format("slope {:.6g} on both sides", kink.at), "", "",
                            fmt::format("decided by {}", kink.condition)});
            continue;
        }
        rows.push_back({fmt::format("{} = {:.9g}", input, *kink.x), fmt::format("slope {:.6g} below", kink.below),
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

std::string print_text(const Activation &activation, const ActivationFacts &facts, const Choices &choices,
                       const KnownActivations &known, const std::optional<OwnFindings> &own) {
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
    text += section("Choice of the backward pass", backward_choice_rows(choices));
    text += section("On request", further_rows(choices));
    text += section("Transcendental calls", call_rows(facts));
    text += section(
        own ? "Largest errors of a sample" : "Largest errors, as recorded (verify --digests compares today's bits)",
        accuracy_rows(facts));
    if (own) text += own_section(activation, facts, *own);
    return text;
}

enum class Style { text, json, markdown };

/// Everything about one activation; of a user's own also what compiled kernels tell.
Outcome show(const Activation &activation, const KnownActivations &known, Style style) {
    ActivationFacts facts = describe(activation);
    std::optional<OwnFindings> found;
    if (is_users_own(activation)) {
        found = find_out(activation);
        if (found->samples.error) return fail(found->samples.error->exit_code, found->samples.error->message);
        if (const auto refusal = refuse_wrong_gradients(activation, found->gradients)) return *refusal;
        add_samples(found->samples, activation, facts);
    }
    const Choices choices =
        find_choices(activation, found ? evidence_of(found->samples) : recorded_evidence(activation));
    switch (style) {
        case Style::json:
            return succeed(print_json(print_machine(activation, facts, choices, found)));
        case Style::markdown:
            return succeed(print_markdown(activation, facts, choices));
        case Style::text:
            break;
    }
    return succeed(print_text(activation, facts, choices, known, found));
}

}  // namespace

Outcome run(const ShowArguments &arguments) {
    KnownActivations known;
    if (const auto problem = read_definitions(arguments.definitions, known)) return *problem;
    std::vector<const Activation *> shown;
    for (const std::string &name : arguments.activations) {
        shown.push_back(known.find(name));
        if (shown.back() == nullptr) return fail(exit_usage, unknown_activation(name, known));
    }
    if (shown.empty()) shown = known.own();
    if (shown.size() > 1 && !arguments.markdown) {
        return fail(exit_usage, fmt::format("{} activations are defined; name the one to show", shown.size()));
    }
    const Style plain = arguments.json ? Style::json : Style::text;
    std::string text;
    for (const Activation *activation : shown) {
        const Outcome outcome = show(*activation, known, arguments.markdown ? Style::markdown : plain);
        if (outcome.exit_code != exit_done) return outcome;
        text += (text.empty() ? "" : "\n") + outcome.output;
    }
    return succeed(text);
}

}  // namespace actinide::cli
