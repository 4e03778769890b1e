#include "tools/cli/choices.h"

#include <fmt/format.h>

#include <algorithm>

#include "generators/catalogue/dead.h"
#include "generators/catalogue/fused.h"

namespace actinide::cli {
namespace {

std::vector<std::string> fused_forms(const Activation &activation) {
    std::vector<std::string> names;
    for (const Fusion fusion : all_fusions()) {
        if (why_not_fused(activation, fusion).empty()) names.push_back(activation.name + "_" + to_string(fusion));
    }
    return names;
}

Json print_one(const BackwardChoice &choice) {
    JsonObject fields = {{"pass", to_string(choice.pass)},
                         {"dtype", to_string(choice.dtype)},
                         {"needs", choice.needs},
                         {"bytes_kept_per_element", choice.bytes_kept},
                         {"error", choice.error}};
    if (choice.pass == Pass::backward_from_output) {
        fields.emplace_back("loss", choice.loss ? Json(choice.loss_text) : Json());
        fields.emplace_back("off_by_a_tenth_at", choice.loss ? Json(choice.loss->tenth_at) : Json());
    }
    return fields;
}

Json print_further(const PassFacts &facts) {
    JsonObject fields = {{"pass", to_string(facts.pass)}, {"exists", facts.why_unsupported.empty()}};
    if (facts.why_unsupported.empty()) {
        fields.emplace_back("function", facts.function);
    } else {
        fields.emplace_back("reason", facts.why_unsupported);
    }
    return fields;
}

}  // namespace

EvidenceOf recorded_evidence(const Activation &activation) {
    return [&activation](Pass pass, DType dtype) {
        return find_evidence(activation, pass, dtype, usual_function_ulp(dtype));
    };
}

namespace {

/// The backward passes over whole arrays: of all inputs, of the output, of a mask.
std::vector<Pass> backward_passes() {
    std::vector<Pass> passes = all_passes();
    std::erase(passes, Pass::forward);
    passes.push_back(Pass::backward_from_mask);
    return passes;
}

double bytes_of(const std::vector<std::string> &needs, const Signature &kernel, DType dtype) {
    double bytes = 0;
    for (const Argument &argument : kernel.arguments) {
        const bool is_needed = std::find(needs.begin(), needs.end(), argument.name) != needs.end();
        if (is_needed) bytes += bits_of_element(argument, dtype) / 8.0;
    }
    return bytes;
}

}  // namespace

std::vector<BackwardChoice> find_backward_choices(const Activation &activation, const EvidenceOf &evidence_of) {
    std::vector<BackwardChoice> choices;
    for (const Pass pass : backward_passes()) {
        if (!why_unsupported(activation, pass).empty()) continue;
        const PassFacts facts = describe(activation, pass);
        for (const DType dtype : all_dtypes()) {
            if (!why_unsupported(activation, pass, dtype).empty()) continue;
            BackwardChoice choice{.pass = pass,
                                  .dtype = dtype,
                                  .needs = facts.needs,
                                  .bytes_kept = bytes_of(facts.needs, signature(activation, pass, dtype), dtype),
                                  // A mask's results are those of the gradient from x.
                                  .error = brief_accuracy_text(activation, evidence_of(plain_pass(pass), dtype)),
                                  .loss = std::nullopt,
                                  .loss_text = ""};
            if (pass == Pass::backward_from_output) {
                choice.loss = loss_from_output(activation, dtype);
                choice.loss_text = loss_text(choice.loss, dtype);
            }
            choices.push_back(std::move(choice));
        }
    }
    return choices;
}

Choices find_choices(const Activation &activation, const EvidenceOf &evidence_of) {
    Choices choices{.backward = find_backward_choices(activation, evidence_of),
                    .further = {},
                    .fused = fused_forms(activation),
                    .dead = dead_text(activation)};
    for (const Pass pass : further_passes()) choices.further.push_back(describe(activation, pass));
    return choices;
}

std::vector<std::vector<std::string>> backward_choice_rows(const Choices &choices) {
    std::vector<std::vector<std::string>> rows;
    for (const BackwardChoice &choice : choices.backward) {
        std::string error = "error " + choice.error;
        if (!choice.loss_text.empty()) error += "; against the gradient at x " + choice.loss_text;
        rows.push_back({to_string(choice.pass), to_string(choice.dtype),
                        fmt::format("keeps {}", fmt::join(choice.needs, " and ")),
                        fmt::format("{} bytes per element", choice.bytes_kept), error});
    }
    return rows;
}

std::vector<std::vector<std::string>> further_rows(const Choices &choices) {
    std::vector<std::vector<std::string>> rows;
    for (const PassFacts &pass : choices.further) {
        std::string note = "--passes " + to_string(pass.pass);
        if (pass.pass == Pass::forward_counted) note += ": y, and how many outputs of each channel are dead";
        if (!pass.why_unsupported.empty()) note = "none: " + pass.why_unsupported;
        rows.push_back({to_string(pass.pass), note});
    }
    rows.push_back({"fused forms", choices.fused.empty() ? "none" : fmt::format("{}", fmt::join(choices.fused, ", "))});
    rows.push_back({"dead outputs", choices.dead});
    return rows;
}

JsonList print_backward(const std::vector<BackwardChoice> &choices) {
    JsonList list;
    for (const BackwardChoice &choice : choices) list.push_back(print_one(choice));
    return list;
}

JsonObject print_choices(const Choices &choices) {
    JsonList further;
    for (const PassFacts &pass : choices.further) further.push_back(print_further(pass));
    return {{"further_passes", further},
            {"fused_forms", choices.fused},
            {"dead_when", choices.dead},
            {"backward", print_backward(choices.backward)}};
}

}  // namespace actinide::cli
