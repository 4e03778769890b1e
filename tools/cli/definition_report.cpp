#include "tools/cli/definition_report.h"

#include <fmt/format.h>

#include <cmath>

#include "generators/formula/print.h"
#include "tools/cli/table.h"

namespace actinide::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string name_of(const KernelKey &key) {
    return fmt::format("{}/{}/{}", key.activation->name, to_string(key.pass), to_string(key.dtype));
}

bool is_subnormal(double value, DType dtype) {
    return value != 0 && std::fabs(value) < std::ldexp(1.0, format_of(dtype).min_exponent - 1);
}

/// With the digits that tell neighbours apart.
std::string in_full(double value, DType dtype) {
    if (std::isnan(value)) return "NaN";
    return dtype == DType::f64 ? fmt::format("{:.17g}", value) : fmt::format("{:.9g}", value);
}

std::string kinks_text(const ActivationFacts &facts) {
    std::vector<std::string> kinks;
    for (const Kink &kink : facts.kinks) {
        if (!kink.x) {
            kinks.push_back("where " + kink.condition + " changes");
        } else if (!changes_slope(kink)) {
            kinks.push_back(fmt::format("x = {:.6g}, slope {:.6g} on both sides", *kink.x, kink.at));
        } else {
            kinks.push_back(
                fmt::format("x = {:.6g}, slope {:.6g}, {:.6g}, {:.6g}", *kink.x, kink.below, kink.at, kink.above));
        }
    }
    return kinks.empty() ? "none" : fmt::format("{}", fmt::join(kinks, "; "));
}

/// Only what was sampled.
/// The text of a definition, or which plugin has it.
std::string where_defined(const Activation &activation) {
    if (!activation.definition.empty()) return activation.definition;
    return fmt::format("{} of {}", activation.name, activation.plugin);
}

void add_error_rows(const Activation &activation, const DefinitionSamples &samples, Rows &rows) {
    std::string title = "error";
    for (const SampledKernel &sampled : samples.kernels) {
        if (sampled.key.activation != &activation) continue;
        rows.push_back({title, fmt::format("{} {}: {}", to_string(sampled.key.pass), to_string(sampled.key.dtype),
                                           accuracy_text(activation, sampled.key.pass, sampled.evidence))});
        title.clear();
    }
}

}  // namespace

std::vector<std::vector<std::string>> call_rows(const ActivationFacts &facts) {
    Rows rows;
    for (const CallFacts &pass : facts.calls) {
        const std::string calls =
            pass.calls.empty() ? "none" : fmt::format("{}: {}", pass.calls.size(), fmt::join(pass.calls, ", "));
        rows.push_back({to_string(pass.pass), calls});
        for (const std::string &spare : pass.spare) rows.push_back({"", spare});
    }
    return rows;
}

std::string weak_spot_text(const SampledKernel &kernel, const WeakSpot &spot) {
    const DType dtype = kernel.key.dtype;
    const std::string at = "at x = " + in_full(spot.x, dtype);
    const std::string gives = in_full(spot.ours, dtype) + " instead of " + in_full(spot.exact, dtype);
    if (!std::isfinite(spot.ours) || !std::isfinite(spot.exact)) {
        return fmt::format("{} gives {} {}", name_of(kernel.key), gives, at);
    }
    std::string text = fmt::format("{} is {:.4g} ULP off {} ({})", name_of(kernel.key), spot.ulp, at, gives);
    if (is_subnormal(spot.exact, dtype)) return text + ", among the subnormal numbers";
    return spot.is_near_zero ? text + ", where the exact result passes through 0" : text;
}

std::vector<std::string> advice(const Activation &activation, const ActivationFacts &facts,
                                const DefinitionSamples &samples) {
    std::vector<std::string> sentences;
    for (const SampledKernel &sampled : samples.kernels) {
        if (sampled.key.activation != &activation) continue;
        for (const WeakSpot &spot : sampled.weak_spots) sentences.push_back(weak_spot_text(sampled, spot));
    }
    for (const Rewriting::Step &step : facts.safer) {
        sentences.push_back(
            fmt::format("{} in {} is safer as {}: {}", step.typed, activation.name, step.better, step.reason));
    }
    if (!facts.safer_definition.empty()) {
        sentences.push_back(fmt::format("with safer forms it is: --define '{}'", facts.safer_definition));
    }
    return sentences;
}

std::string gradient_check_text(const Activation &activation, const GradientCheck &check) {
    std::vector<std::string> gradients = {"dy/dx"};
    for (const Parameter &parameter : activation.parameters) gradients.push_back("dy/d" + parameter.name);
    return fmt::format("{} {} with central differences at {} points", fmt::join(gradients, ", "),
                       gradients.size() == 1 ? "agrees" : "agree", check.points);
}

std::string definition_report(const Activation &activation, const DefinitionSamples &samples,
                              const GradientCheck &check) {
    const ActivationFacts facts = describe(activation);
    Rows rows = {{"dy/dx", facts.gradient}};
    for (const ParameterFacts &parameter : facts.parameters) {
        rows.push_back({"dy/d" + parameter.name, parameter.gradient});
    }
    rows.push_back({"checked", gradient_check_text(activation, check)});
    rows.push_back({"kinks", kinks_text(facts)});
    std::string title = "calls";
    for (const std::vector<std::string> &row : call_rows(facts)) {
        rows.push_back({title, row[0].empty() ? row[1] : row[0] + " " + row[1]});
        title.clear();
    }
    add_error_rows(activation, samples, rows);
    std::string text = where_defined(activation) + "\n" + align_columns(rows, 2);
    text.pop_back();
    return text;
}

std::optional<Outcome> refuse_wrong_gradients(const Activation &activation, const GradientCheck &check) {
    if (!check.mismatch) return std::nullopt;
    const GradientMismatch &mismatch = *check.mismatch;
    return fail(exit_own_bug,
                fmt::format("the gradient of {} in {} is {:.17g} at x = {:.17g}, where the central difference says "
                            "{:.17g}; this is a bug of ours, please report the definition: {}",
                            activation.name, mismatch.variable, mismatch.gradient, mismatch.x, mismatch.expected,
                            where_defined(activation)));
}

}  // namespace actinide::cli
