// actinide list: every name that can be asked for.
#include <fmt/format.h>

#include <set>

#include "generators/catalogue/conventions.h"
#include "generators/catalogue/fused.h"
#include "generators/catalogue/known_activations.h"
#include "schedules/target.h"
#include "schedules/tuned_records.h"
#include "tools/cli/assembly.h"
#include "tools/cli/choices.h"
#include "tools/cli/definitions.h"
#include "tools/cli/facts.h"
#include "tools/cli/json.h"
#include "tools/cli/reference.h"
#include "tools/cli/table.h"
#include "tools/cli/terminal.h"
#include "tools/cli/verbs.h"
#include "tools/compiler/compiler.h"
#include "tools/compiler/explanation.h"

namespace actinide::cli {
namespace {

/// A list as both of its readers want it.
struct Listing {
    std::string text;
    JsonList items;
};

std::string join(const std::vector<std::string> &words, std::string_view separator) {
    return fmt::format("{}", fmt::join(words, separator));
}

std::vector<std::string> existing_passes(const Activation &activation) {
    std::vector<std::string> names;
    for (const Pass pass : all_passes()) {
        if (why_unsupported(activation, pass).empty()) names.push_back(to_string(pass));
    }
    return names;
}

std::string fusions_text() {
    std::vector<std::string> names;
    names.reserve(all_fusions().size());
    for (const Fusion fusion : all_fusions()) names.push_back("NAME_" + to_string(fusion));
    return fmt::format("fused with what stands before them: {}, as in gelu_bias\n", join(names, ", "));
}

/// Which of the catalogue's are otherwise than torch has them.
std::string altered_text(const KnownActivations &known) {
    std::vector<std::string> names;
    for (const Activation *activation : known.all()) {
        if (!activation->differences.empty()) names.push_back(activation->name);
    }
    if (names.empty()) return "";
    return fmt::format("\nin the conventions of {}, unlike torch's: {}", to_string(known.profile()), join(names, ", "));
}

/// What the backward pass takes besides dy: "x", "gate and value".
std::string input_names(const Activation &activation) {
    std::vector<std::string> names;
    names.reserve(activation.inputs.size());
    for (const Input &input : activation.inputs) names.push_back(input.name);
    return join(names, " and ");
}

/// What each may be chosen of takes a while to find out, and only programs read it here.
Listing list_activations(const KnownActivations &known, bool for_programs) {
    Listing listing;
    std::vector<std::vector<std::string>> rows = {{"ACTIVATION", "PARAMETERS", "BACKWARD FROM", "WHAT IT IS"}};
    std::vector<std::string> by_default;
    for (const Activation *each : known.all()) {
        const Activation &activation = *each;
        std::vector<std::string> parameters;
        parameters.reserve(activation.parameters.size());
        for (const Parameter &parameter : activation.parameters) parameters.push_back(describe_briefly(parameter));
        const bool from_output = why_unsupported(activation, Pass::backward_from_output).empty();
        rows.push_back({activation.name, join(parameters, " "), input_names(activation) + (from_output ? " or y" : ""),
                        activation.summary});
        if (activation.in_default_set) by_default.push_back(activation.name);
        JsonObject fields{{"name", activation.name},
                          {"aliases", activation.aliases},
                          {"summary", activation.summary},
                          {"parameters", parameters},
                          {"differs_from_torch", !activation.differences.empty()},
                          {"passes", existing_passes(activation)},
                          {"in_default_set", activation.in_default_set}};
        JsonObject more;
        if (for_programs) more = print_choices(find_choices(activation, recorded_evidence(activation)));
        fields.insert(fields.end(), more.begin(), more.end());
        listing.items.emplace_back(std::move(fields));
    }
    listing.text = align_columns(rows) + altered_text(known) +
                   fmt::format(
                       "\nbuilt by default: {}; actinide show NAME tells the rest, actinide list gradients what "
                       "each backward pass costs\n",
                       join(by_default, ", ")) +
                   fusions_text();
    return listing;
}

/// Error and loss for a table: "0.500 ULP, 10 % off at -15.2".
std::string in_brief(const BackwardChoice &choice) {
    return choice.loss ? fmt::format("{}, 10 % off at {:.3g}", choice.error, choice.loss->tenth_at) : choice.error;
}

Listing list_gradients(const KnownActivations &known) {
    Listing listing;
    std::vector<std::vector<std::string>> rows = {{"ACTIVATION", "PASS", "KEEPS", "BYTES"}};
    for (const DType dtype : all_dtypes()) rows.front().push_back("ERROR IN " + to_string(dtype));
    for (const Activation *activation : known.all()) {
        const auto choices = find_backward_choices(*activation, recorded_evidence(*activation));
        std::map<Pass, std::vector<std::string>> cells;
        for (const BackwardChoice &choice : choices) {
            std::vector<std::string> &row = cells[choice.pass];
            if (row.empty()) {
                row = {activation->name, to_string(choice.pass), join(choice.needs, ", "),
                       fmt::format("{}", choice.bytes_kept)};
                row.resize(4 + all_dtypes().size(), "-");
            }
            row[4 + static_cast<size_t>(choice.dtype)] = in_brief(choice);
        }
        for (auto &[pass, row] : cells) rows.push_back(std::move(row));
        listing.items.push_back(JsonObject{{"name", activation->name}, {"backward", print_backward(choices)}});
    }
    listing.text =
        align_columns(rows) +
        "\nbytes kept per element in f32; of numbers half in f16 and bf16, twice in f64. Where it says 10 % off, a y "
        "that\nwas rounded when it was saved no longer tells x from there on. actinide show NAME says more\n";
    return listing;
}

Listing list_targets() {
    Listing listing;
    std::vector<std::vector<std::string>> rows = {{"TARGET", "ALIASES", "PROVEN", "WHAT IT IS"}};
    const auto add = [&](const std::string &name, const std::vector<std::string> &aliases, const std::string &proof,
                         const std::string &summary, const std::vector<std::string> &levels,
                         const PackagedArchive &archive) {
        rows.push_back({name, join(aliases, " "), proof, summary});
        JsonObject fields{
            {"name", name}, {"aliases", aliases}, {"proof", proof}, {"summary", summary}, {"levels", levels}};
        // What a program that links the archive calls its machine; a GPU's stands beside any.
        if (!archive.folder.empty()) {
            fields.emplace_back("platform", archive.folder);
            fields.emplace_back("system", archive.system_name);
            fields.emplace_back("processor", archive.system_processor);
        }
        listing.items.emplace_back(std::move(fields));
    };
    bool has_host = false;
    for (const Target &target : target_table()) {
        const PackagedArchive archive = target.folder.empty() ? PackagedArchive{} : describe_archive(target);
        add(target.name, target.aliases, target.proof, target.summary, target.levels, archive);
        has_host = has_host || target.name == "host";
    }
    if (!has_host) add("host", {}, "run", "the best of these that this machine can run", {}, {});
    listing.text =
        align_columns(rows) +
        "\nPROVEN says what the tests do with each: run its kernels, or link a program or library from them "
        "with nothing missing.\nHalide target strings work too where a row above can serve them (64-bit ARM, "
        "or x86-64 with AVX2 and FMA), as in\narm-64-linux-arm_dot_prod or arm-64-android\n";
    return listing;
}

Listing list_names(const std::vector<std::pair<std::string, std::string>> &names) {
    Listing listing;
    std::vector<std::vector<std::string>> rows;
    for (const auto &[name, meaning] : names) {
        rows.push_back({name, meaning});
        listing.items.push_back(JsonObject{{"name", name}, {"meaning", meaning}});
    }
    listing.text = align_columns(rows);
    return listing;
}

std::string meaning_of(Pass pass) {
    switch (arrangement_of(pass)) {
        case Arrangement::dense:
            break;
        case Arrangement::rows:
            return "the same over rows x columns, each array with a stride of its own (not part of 'all')";
        case Arrangement::counted:
            return "y, and per channel how many outputs are dead (not part of 'all')";
        case Arrangement::masked:
            return pass == Pass::forward_mask
                       ? "y, and a bit or two an element that tell the slope (not part of 'all')"
                       : "dx from those bits and dy, so that neither x nor y need be kept (not part of 'all')";
        case Arrangement::table:
            return "the integer of y for all 256 of x, in the 8-bit types s8 and u8 (not part of 'all')";
        case Arrangement::pairs:
            return pass == Pass::forward_pairs
                       ? "y of a gate whose two inputs lie in turn in one array (not part of 'all')"
                       : "both gradients of such a gate, in turn in one array (not part of 'all')";
    }
    switch (pass) {
        case Pass::forward:
            return "y from the inputs";
        case Pass::backward:
            return "dx (dgate and dvalue), and gradients of learned parameters, from the inputs and dy";
        case Pass::backward_from_output:
            return "dx from y and dy, so that x need not be kept";
        default:
            return "";
    }
}

std::string meaning_of(Emit stage) {
    switch (stage) {
        case Emit::stmt:
            return "Halide's lowered loops";
        case Emit::schedule:
            return "the schedule of every tile, as JSON";
        case Emit::bitcode:
            return "LLVM bitcode as Halide wrote it";
        case Emit::llvm:
            return "LLVM's IR after our own stage, as text";
        case Emit::assembly:
            return "the target's assembly";
        case Emit::ptx:
            return "the GPU's assembly, cuda only";
        case Emit::object:
            return "the relocatable object";
    }
    return "";
}

/// Each with the targets whose instructions it runs.
std::vector<std::pair<std::string, std::string>> name_cpus() {
    std::map<std::string, std::vector<std::string>> targets;
    for (const Target &target : target_table()) {
        if (target.models.empty()) continue;
        for (const std::string &cpu : cpus_for(target)) targets[cpu].push_back(target.name);
    }
    std::vector<std::pair<std::string, std::string>> names;
    names.reserve(targets.size());
    for (const auto &[cpu, of] : targets) names.emplace_back(cpu, "runs " + join(of, " and "));
    return names;
}

/// Each with the CPU and the targets that its records are about.
std::vector<std::pair<std::string, std::string>> name_tuned() {
    std::vector<std::pair<std::string, std::string>> names;
    for (const auto &[name, text] : shipped_records()) {
        const auto parsed = parse_records(text, name);
        const auto *read = std::get_if<ReadRecords>(&parsed);
        if (read == nullptr || read->records.empty()) continue;
        std::set<std::string> targets;
        for (const TunedRecord &record : read->records) targets.insert(record.target);
        const std::vector<std::string> all(targets.begin(), targets.end());
        names.emplace_back(name, fmt::format("{} records for {}, by {}", read->records.size(), join(all, " and "),
                                             to_string(read->records.front().by)));
    }
    return names;
}

Listing list_kind(const std::string &kind, const KnownActivations &known, bool for_programs) {
    if (kind == "targets") return list_targets();
    if (kind == "activations") return list_activations(known, for_programs);
    if (kind == "gradients") return list_gradients(known);
    std::vector<std::pair<std::string, std::string>> names;
    if (kind == "passes") {
        for (const auto &passes : {all_passes(), further_passes()}) {
            for (const Pass pass : passes) names.emplace_back(to_string(pass), meaning_of(pass));
        }
    } else if (kind == "dtypes") {
        for (const DType dtype : all_dtypes()) {
            names.emplace_back(to_string(dtype), fmt::format("{} bytes per element", bytes_per_element(dtype)));
        }
        for (const DType dtype : quantized_dtypes()) {
            names.emplace_back(to_string(dtype), "1 byte per element, in forward_table only (not part of 'all')");
        }
    } else if (kind == "cpus") {
        names = name_cpus();
    } else if (kind == "tuned") {
        names = name_tuned();
    } else if (kind == "conventions") {
        for (const Profile profile : all_profiles()) names.emplace_back(to_string(profile), meaning_of(profile));
    } else if (kind == "autoschedulers") {
        for (const std::string &name : autoscheduler_names())
            names.emplace_back(name, "brought by Halide, made safe here");
    } else {
        for (const Emit stage : all_emits()) names.emplace_back(to_string(stage), meaning_of(stage));
    }
    return list_names(names);
}

}  // namespace

Outcome run(const ListArguments &arguments) {
    KnownActivations known;
    if (const auto problem = read_definitions(arguments.definitions, known)) return *problem;
    if (!arguments.out.empty()) return write_reference(known, arguments.out);
    if (arguments.markdown) return succeed(print_index(known));
    const Listing listing = list_kind(arguments.what, known, arguments.json);
    return succeed(arguments.json ? print_json(JsonObject{{arguments.what, listing.items}}) : listing.text);
}

}  // namespace actinide::cli
