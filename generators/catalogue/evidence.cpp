#include "generators/catalogue/evidence.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "generators/catalogue/fused.h"
#include "generators/math/function.h"

namespace actinide {

// NOLINTNEXTLINE(misc-use-internal-linkage): the generated source has it too.
struct EmbeddedText {
    const char *name;
    const char *text;
};

/// Ends with a null name; made of evidence/*.json when Actinide is built.
extern const EmbeddedText embedded_evidence[];

namespace {

using Json = nlohmann::json;

/// By activation; a file that cannot be read is no evidence.
const std::map<std::string, Json> &all_evidence() {
    static const std::map<std::string, Json> all = [] {
        std::map<std::string, Json> files;
        for (const EmbeddedText *file = embedded_evidence; file->name != nullptr; ++file) {
            Json json = Json::parse(file->text, nullptr, /*allow_exceptions=*/false);
            if (json.is_object() && json.contains("kernels")) files.emplace(file->name, std::move(json));
        }
        return files;
    }();
    return all;
}

/// Rounded up, so that it stays a bound: 0.8816 -> "0.882".
std::string rounded_up(double ulp) {
    constexpr double thousand = 1000;
    if (ulp > thousand) return fmt::format("{:.0f}", std::ceil(ulp));
    return fmt::format("{:.3f}", std::ceil(ulp * thousand) / thousand);
}

std::string share_in_percent(uint64_t part, uint64_t whole) {
    constexpr double hundred = 100;
    return fmt::format("{:.2g} %", hundred * static_cast<double>(part) / static_cast<double>(whole));
}

/// "value = 1", "dy = 1": what stood still while one input went through all its values.
std::vector<std::string> held_values(const Activation &activation, Pass pass) {
    std::vector<std::string> held;
    const bool is_from_inputs = pass != Pass::backward_from_output;
    for (const Input &input : activation.inputs) {
        if (input.held_at && is_from_inputs) held.push_back(fmt::format("{} = {}", input.name, *input.held_at));
    }
    if (pass != Pass::forward) held.emplace_back("dy = 1");
    return held;
}

/// What is known of the plain form is known of it too, unless a profile changed both.
bool has_errors_of_plain_form(const Activation &activation) {
    return !activation.fused_with.empty() && activation.differences.empty();
}

}  // namespace

std::string evidence_key(const Activation &activation, Pass pass, DType dtype, double function_ulp) {
    std::string key = to_string(plain_pass(pass)) + "/" + to_string(dtype);  // rows are the same bits
    const int bits = arithmetic_bits(dtype);
    std::set<std::string> forms;
    for (const OutputFormula &output : output_formulas(activation, pass)) {
        for (const math::Function *function : functions_called(output.computed)) {
            const math::Form &form = math::choose_form(*function, bits, function_ulp);
            if (&form == &math::choose_form(*function, bits, usual_function_ulp(dtype))) continue;
            forms.insert(fmt::format("{} within {} ULP", function->name, form.ulp));
        }
    }
    if (dtype == DType::f32 && hides_roundings(dtype, function_ulp)) forms.insert("roundings unmended");
    return forms.empty() ? key : fmt::format("{} with {}", key, fmt::join(forms, ", "));
}

std::optional<Evidence> find_evidence(const Activation &activation, Pass pass, DType dtype, double function_ulp) {
    if (has_special_arrays(pass)) return std::nullopt;
    // Evidence is about the definition itself, not about what a profile makes of it.
    if (!activation.differences.empty()) return std::nullopt;
    const auto file = all_evidence().find(activation.name);
    if (file == all_evidence().end()) return std::nullopt;
    const Json &json = file->second.at("kernels");
    const auto found = json.find(evidence_key(activation, pass, dtype, function_ulp));
    if (found == json.end()) return std::nullopt;
    Evidence evidence;
    evidence.max_ulp = found->at("max_ulp");
    evidence.worst_input = found->at("worst_input");
    evidence.inputs = found->at("inputs");
    evidence.is_exhaustive = found->at("exhaustive");
    evidence.input_count = found->at("input_count");
    evidence.not_correctly_rounded = found->at("not_correctly_rounded");
    evidence.digest = found->at("digest");
    evidence.sampled_digest = found->at("sampled_digest");
    return evidence;
}

std::string brief_accuracy_text(const Activation &activation, const std::optional<Evidence> &evidence) {
    if (!evidence && has_errors_of_plain_form(activation)) {
        return fmt::format("as {}", split_fused_name(activation.name)->activation);
    }
    if (!evidence) return "not measured";
    std::string text = evidence->max_ulp == 0 ? "none" : rounded_up(evidence->max_ulp) + " ULP";
    if (std::isinf(evidence->max_ulp)) text = "unbounded";
    return evidence->is_exhaustive ? text : text + " sampled";
}

std::string accuracy_text(const Activation &activation, Pass pass, const std::optional<Evidence> &evidence) {
    if (arrangement_of(pass) == Arrangement::table) {
        if (is_users_own(activation) || activation.terms_may_cancel) {
            return "what float64 leaves of the formula, rounded once; not measured";
        }
        return "none, but where y / y_scale comes within 2^-40 of the middle between two integers; computed in float64";
    }
    if (has_special_arrays(pass)) {
        return fmt::format("that of {}, whose results these are; derived, not measured", to_string(plain_pass(pass)));
    }
    pass = plain_pass(pass);
    if (!evidence && has_errors_of_plain_form(activation)) {
        return fmt::format("that of {} at the rounded sum; derived, not measured",
                           split_fused_name(activation.name)->activation);
    }
    if (!evidence) return "not yet measured";
    const bool is_exact = evidence->max_ulp == 0;
    const std::string unit = activation.terms_may_cancel ? " ULP of the largest term" : " ULP";
    std::string text = is_exact ? "none, " : "at most " + rounded_up(evidence->max_ulp) + unit + ", ";
    // Of a user's own definition; none of the catalogue's kernels does that.
    if (std::isinf(evidence->max_ulp)) text = "unbounded, with a NaN or an infinity where a number should be, ";
    text += evidence->is_exhaustive ? "proven over " : "sampled over ";
    text += evidence->inputs;
    const std::vector<std::string> held = held_values(activation, pass);
    if (!held.empty()) text += fmt::format(" with {}", fmt::join(held, " and "));
    if (!activation.parameters.empty()) text += " at default parameters";
    if (pass == Pass::backward_from_output) text += ", against the exact function of the y that is given";
    if (const auto &zero = activation.derivative_zero; zero && pass != Pass::forward) {
        text += fmt::format(", counted in ULP of {} from {} = {} to {}, where the gradient passes zero", cancelled_size,
                            main_input(activation).name, zero->low, zero->high);
    }
    if (is_exact) return text;
    const uint64_t wrong = evidence->not_correctly_rounded;
    text += wrong == 0
                ? "; every result is correctly rounded"
                : "; " + share_in_percent(wrong, evidence->input_count) + " of the results are not correctly rounded";
    return text;
}

}  // namespace actinide
