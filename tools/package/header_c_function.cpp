#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

#include "generators/catalogue/information_loss.h"
#include "generators/formula/print.h"
#include "tools/package/comment.h"
#include "tools/package/header_c.h"

namespace actinide {

namespace {

std::string joined(const std::vector<std::string> &parts, const std::string &separator = ", ") {
    return fmt::format("{}", fmt::join(parts, separator));
}

/// A table is the formula between two conversions.
std::string table_lines(const CFunction &function) {
    const std::string forward = print(function.activation->forward);
    return comment_lines(" *", " *      ",
                         fmt::format("y = {} of x = x_scale * (q - x_zero_point), for each {} q", forward,
                                     function.dtype == DType::s8 ? "int8_t" : "uint8_t")) +
           comment_lines(
               " *", " *      ",
               "table[q as a byte] = y / y_scale to the nearest integer, ties to even, + y_zero_point, or the "
               "nearest that the type has; a y that is NaN gives y_zero_point");
}

std::string formula_lines(const CFunction &function) {
    if (function.signature.pattern == Pattern::table) return table_lines(function);
    std::string lines;
    for (const OutputFormula &output : output_formulas(*function.activation, function.pass)) {
        const std::string text = print(output.exact);
        lines += output.summed_over_channel
                     ? comment_lines(" *", " *      ",
                                     fmt::format("{}[channel] = the sum over the channel of {}", output.output, text))
                     : comment_lines(" *", " *      ", fmt::format("{} = {}", output.output, text));
    }
    return lines;
}

/// What a port from PyTorch, or to it, would stumble over.
std::string differences_lines(const CFunction &function) {
    std::string lines;
    for (const Difference &difference : function.activation->differences) {
        lines +=
            comment_lines(" *", " *     ", fmt::format("Unlike PyTorch: {} ({}).", difference.what, difference.why));
    }
    return lines;
}

std::string argument_text(const CArgument &argument) {
    const std::string direction = argument.direction.empty() ? "" : " (" + argument.direction + ")";
    return argument.name + direction + ": " + argument.meaning;
}

std::vector<std::string> outputs_of(const CFunction &function) {
    std::vector<std::string> names;
    for (const CArgument &argument : function.arguments) {
        if (argument.direction == "out") names.push_back(argument.name);
    }
    return names;
}

/// An output may be the very array of an input that has the same shape; every other overlap is refused.
std::string aliasing_text(const CFunction &function) {
    std::vector<std::string> pairs;
    std::vector<std::string> alone;
    for (const CArgument &output : function.arguments) {
        if (output.direction != "out") continue;
        if (output.per_channel || output.values_per_element == 0) alone.push_back(output.name);
        for (const CArgument &input : function.arguments) {
            if (input.direction != "in" || input.per_channel || output.per_channel) continue;
            if (input.values_per_element != output.values_per_element || output.values_per_element == 0) continue;
            pairs.push_back(output.name + " == " + input.name);
        }
    }
    const bool walks_rows = function.signature.pattern == Pattern::rows;
    if (function.signature.pattern == Pattern::table) return "";
    if (pairs.empty()) return joined(outputs_of(function)) + " overlaps nothing.";
    std::string text =
        "In place: " + joined(pairs, " or ") +
        (walks_rows ? " is allowed where their strides are equal; rows may lie between other rows; " : " is allowed; ");
    if (!alone.empty()) text += joined(alone) + " overlaps nothing; ";
    return text + "any other overlap of an output is refused.";
}

std::vector<std::string> status_names(const CFunction &function) {
    std::vector<std::string> names = {"OK", "INVALID_POINTER", "MISALIGNED", "OVERLAP", "SIZE_OVERFLOW"};
    const bool is_table = function.signature.pattern == Pattern::table;
    if (is_table) names = {"OK", "INVALID_POINTER"};
    if (function.signature.valid_when || !function.workspace_symbol.empty() || is_table)
        names.push_back("INVALID_PARAMETER");
    const Pattern pattern = function.signature.pattern;
    if (pattern == Pattern::rows || pattern == Pattern::packed) names.push_back("INVALID_SHAPE");
    if (!function.cuda) names.push_back("UNSUPPORTED_CPU");
    if (function.cuda) names.insert(names.end(), {"NO_DRIVER", "NO_DEVICE", "CUDA_ERROR"});
    return names;
}

/// Who arranged the loops of a tile: "hand" or an autoscheduler's name.
std::string scheduled_by(const PackagedKernel::Tile &tile) {
    const nlohmann::json schedule = nlohmann::json::parse(tile.schedule_json, nullptr, false);
    return schedule.is_object() ? schedule.value("by", "unknown") : "unknown";
}

std::string target_text(const PackagedKernel &kernel) {
    std::set<std::string> authors;
    for (const PackagedKernel::Tile &tile : kernel.tiles) authors.insert(scheduled_by(tile));
    if (authors.empty()) authors.insert("hand");
    const std::string levels = kernel.levels.size() > 1 ? " (" + joined(kernel.levels) + ")" : "";
    return fmt::format("{}{}, scheduled by {}", kernel.target, levels, fmt::join(authors, " and "));
}

std::string targets_text(const CFunction &function) {
    std::vector<std::string> targets;
    for (const PackagedKernel *kernel : function.kernels) {
        // A GPU's kernel stands in the archive of every host.
        const std::string text = target_text(*kernel);
        if (std::find(targets.begin(), targets.end(), text) == targets.end()) targets.push_back(text);
    }
    return "Built for " + joined(targets, "; ") + ".";
}

/// The evidence is the CPUs', and of what is not summed; runtime/fold.h bounds the sums.
std::string error_lines(const CFunction &function) {
    std::string of_element;
    std::string of_sums;
    for (const CArgument &output : function.arguments) {
        if (output.direction != "out" || output.values_per_element == 0) continue;
        if (output.per_channel) {
            of_sums += comment_lines(
                " *", " *     ",
                "Error of " + output.name + ": at most 1 ULP + 2^-45 of the sum of its terms' sizes, for every shape.");
        } else {
            of_element = output.name;
        }
    }
    const std::string of = of_sums.empty() ? "" : " of " + of_element;
    const std::string on = function.cuda ? " on CPUs" : "";
    return comment_lines(" *", " *     ", "Error" + of + on + ": " + function.kernels.front()->accuracy + ".") +
           of_sums;
}

/// The error is that of the gradient of the given y; this is what y itself has lost.
std::string loss_lines(const CFunction &function) {
    if (plain_pass(function.pass) != Pass::backward_from_output) return "";
    const std::string loss = loss_text(*function.activation, function.dtype);
    return loss.empty() ? "" : comment_lines(" *", " *     ", "Against the gradient at x: " + loss + ".");
}

std::string device_text(const CFunction &function) {
    const std::string &evidence = function.kernels.front()->device_evidence;
    return evidence.empty() ? "never run on a device" : "Run on a device: " + evidence;
}

std::string prototype(const std::string &result, const std::string &name, const std::vector<std::string> &arguments) {
    const std::string start = result + " " + name + "(";
    std::string text;
    std::string line = start;
    for (size_t i = 0; i < arguments.size(); ++i) {
        const std::string argument = arguments[i] + (i + 1 < arguments.size() ? "," : ");");
        if (line.size() + 1 + argument.size() > 118 && i > 0) {
            text += line + "\n";
            line = std::string(start.size(), ' ') + argument;
        } else {
            line += (i > 0 ? " " : "") + argument;
        }
    }
    return text + line + "\n";
}

std::vector<std::string> declarations(const std::vector<CArgument> &arguments) {
    std::vector<std::string> result;
    result.reserve(arguments.size());
    for (const CArgument &argument : arguments) result.push_back(argument.declaration);
    return result;
}

std::string workspace_declaration(const CFunction &function) {
    std::vector<std::string> sizes;
    for (const Argument &argument : function.signature.arguments) {
        if (argument.role == Argument::Role::size) sizes.push_back("size_t " + argument.name);
    }
    return "\n/* Bytes of device memory that " + function.symbol + " needs as its workspace for these sizes. */\n" +
           prototype("size_t", function.workspace_symbol, sizes);
}

}  // namespace

std::string c_prototype(const Package &package, const CFunction &function) {
    return prototype(package.prefix + "_status", function.symbol, declarations(function.arguments));
}

std::string c_declaration(const Package &package, const CFunction &function) {
    const std::string prefix = upper_case(package.prefix) + "_";
    std::vector<std::string> statuses;
    for (const std::string &name : status_names(function)) statuses.push_back(prefix + name);

    std::string text =
        "/*\n" +
        comment_lines(" *", " *",
                      fmt::format("{}, {}{}: {}", function.activation->name, to_string(function.pass),
                                  function.cuda ? " on CUDA device pointers" : "", function.activation->summary));
    text += formula_lines(function);
    text += differences_lines(function);
    for (const CArgument &argument : function.arguments) {
        text += comment_lines(" *   ", " *       ", argument_text(argument));
    }
    if (function.signature.valid_when) {
        text += comment_lines(" *", " *",
                              fmt::format("Valid when {}; other values give {}INVALID_PARAMETER.",
                                          print(*function.signature.valid_when), prefix));
    }
    if (const std::string aliasing = aliasing_text(function); !aliasing.empty()) {
        text += comment_lines(" *", " *", aliasing);
    }
    text += error_lines(function);
    text += loss_lines(function);
    text += comment_lines(" *", " *     ", targets_text(function));
    if (function.cuda)
        text += comment_lines(
            " *", " *",
            "On the GPU: " + device_text(function) + ". Asynchronous on the stream, in the caller's current context.");
    text += comment_lines(" *", " *     ", "Returns " + joined(statuses) + ".");
    text += " */\n" + c_prototype(package, function);
    if (!function.workspace_symbol.empty()) text += workspace_declaration(function);
    return text;
}

namespace {

/// What a backward pass needs of the forward pass, and what it gives for it.
struct BackwardRow {
    std::string symbol, needs, note;
};

BackwardRow backward_row(const CFunction &function) {
    const KeptArrays kept = kept_arrays(function);
    BackwardRow row{function.symbol, kept.names.empty() ? "nothing" : joined(kept.names), ""};
    row.note = kept.bytes_per_element == 0 ? "keeps nothing per element"
                                           : fmt::format("keeps {} bytes per element", kept.bytes_per_element);
    const bool is_from_output = plain_pass(function.pass) == Pass::backward_from_output;
    if (is_from_output) {
        row.note = fmt::format("saves the {} bytes of x where y is kept anyway", kept.bytes_per_element);
    }
    row.note += "; error " + function.kernels.front()->brief_accuracy;
    const auto loss = is_from_output ? loss_from_output(*function.activation, function.dtype) : std::nullopt;
    if (loss) row.note += fmt::format(", besides off by 10 % from x = {:.3g} on", loss->tenth_at);
    if (function.signature.valid_when) row.note += "; valid when " + print(*function.signature.valid_when);
    return row;
}

}  // namespace

KeptArrays kept_arrays(const CFunction &function) {
    KeptArrays kept;
    if (plain_pass(function.pass) == Pass::forward) return kept;
    for (const CArgument &argument : function.arguments) {
        if (argument.direction != "in" || argument.name == "dy") continue;
        kept.names.push_back(argument.name);
        if (!argument.per_channel) kept.bytes_per_element += argument.bits_per_element / 8.0;
    }
    return kept;
}

std::string backward_table(const std::vector<CFunction> &functions) {
    std::vector<BackwardRow> rows;
    for (const CFunction &function : functions) {
        if (plain_pass(function.pass) != Pass::forward && !function.cuda) rows.push_back(backward_row(function));
    }
    constexpr size_t usual_needs = 12;  // "gate, value"; the few with many learned parameters are longer
    size_t symbols = 0;
    size_t needs = 0;
    for (const BackwardRow &row : rows) {
        symbols = std::max(symbols, row.symbol.size());
        if (row.needs.size() <= usual_needs) needs = std::max(needs, row.needs.size());
    }
    std::string text;
    for (const BackwardRow &row : rows) {
        text += comment_lines(fmt::format(" *   {:{}}  {:{}}  ", row.symbol, symbols, row.needs, needs),
                              std::string(" *   ") + std::string(symbols + needs + 4, ' '), row.note);
    }
    return text;
}

}  // namespace actinide
