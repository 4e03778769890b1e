#include "tools/cli/same_bits.h"

#include <fmt/format.h>

#include "tools/cli/json.h"
#include "tools/cli/table.h"
#include "tools/verify/number_format.h"

namespace actinide::cli {
namespace {

std::vector<Argument> arguments_of(const SameBitsReport &report, Argument::Role role) {
    std::vector<Argument> found;
    for (const Argument &argument : signature(*report.key.activation, report.key.pass, report.key.dtype).arguments) {
        if (argument.role == role) found.push_back(argument);
    }
    return found;
}

/// "x = bf800000, dy = 3f800000", or which of the sums.
std::string place_of(const SameBitsReport &report) {
    const BitDifference &difference = *report.difference;
    const std::vector<Argument> inputs = arguments_of(report, Argument::Role::input);
    std::string text;
    for (size_t i = 0; i < difference.inputs.size(); ++i) {
        text += fmt::format("{}{} = {}", i > 0 ? ", " : "", inputs[i].name,
                            in_hexadecimal(report.key.dtype, difference.inputs[i]));
    }
    if (difference.channel) {
        text = fmt::format("{} of channel {}", arguments_of(report, Argument::Role::output).at(1 + difference.sum).name,
                           *difference.channel);
    }
    return text;
}

std::string layout_of(const SameBitsReport &report) {
    const CallVariation &variation = report.difference->variation;
    std::string text = fmt::format("alignment {}, {}", variation.alignment, report.difference->split);
    if (variation.in_place >= 0) {
        const std::vector<Argument> inputs = arguments_of(report, Argument::Role::input);
        text += ", in place of " + inputs[static_cast<size_t>(variation.in_place)].name;
    }
    return text;
}

DType dtype_of_output(const SameBitsReport &report) {
    return report.difference->channel ? dtype_of_sums(report.key.dtype) : report.key.dtype;
}

std::string difference_text(const SameBitsReport &report) {
    const BitDifference &difference = *report.difference;
    const DType dtype = dtype_of_output(report);
    return fmt::format("{} gives {} at {} ({}) where aligned arrays in one call at {} give {}: {}",
                       to_string(report.key), in_hexadecimal(dtype, difference.found), difference.level,
                       layout_of(report), report.levels.front(), in_hexadecimal(dtype, difference.expected),
                       place_of(report));
}

std::string print_text(const std::vector<SameBitsReport> &reports) {
    std::vector<std::vector<std::string>> rows = {{"KERNEL", "INPUTS", "LEVELS", "ALIGNMENTS", "SPLITS", "DIGEST", ""}};
    for (const SameBitsReport &report : reports) {
        rows.push_back({to_string(report.key), report.inputs, fmt::format("{}", fmt::join(report.levels, ", ")),
                        fmt::format("{}", report.alignments), fmt::format("{}", report.splits),
                        report.difference ? "" : digest_text(report.digest),
                        report.difference ? "differs at " + place_of(report) : "same bits"});
    }
    return align_columns(rows);
}

Json difference_json(const SameBitsReport &report) {
    if (!report.difference) return {};
    const BitDifference &difference = *report.difference;
    const DType dtype = dtype_of_output(report);
    return JsonObject{{"level", difference.level},
                      {"layout", layout_of(report)},
                      {"alignment", difference.variation.alignment},
                      {"input", place_of(report)},
                      {"expected", in_hexadecimal(dtype, difference.expected)},
                      {"found", in_hexadecimal(dtype, difference.found)}};
}

std::string print_machine(const std::vector<SameBitsReport> &reports) {
    JsonList list;
    for (const SameBitsReport &report : reports) {
        list.push_back(JsonObject{{"kernel", to_string(report.key)},
                                  {"levels", report.levels},
                                  {"inputs", report.inputs},
                                  {"alignments", report.alignments},
                                  {"splits", report.splits},
                                  {"digest", report.difference ? Json() : Json(digest_text(report.digest))},
                                  {"difference", difference_json(report)}});
    }
    return print_json(JsonObject{{"kernels", list}});
}

}  // namespace

Outcome conclude_same_bits(const std::vector<SameBitsReport> &reports, bool json) {
    Outcome outcome = succeed(json ? print_machine(reports) : print_text(reports));
    for (const SameBitsReport &report : reports) {
        if (!report.difference) continue;
        outcome.exit_code = exit_check_failed;
        outcome.error = difference_text(report);
        break;
    }
    return outcome;
}

}  // namespace actinide::cli
