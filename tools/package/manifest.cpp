#include "tools/package/manifest.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "generators/catalogue/information_loss.h"
#include "generators/formula/print.h"
#include "tools/package/header_c.h"

namespace actinide {

namespace {

// Keys in the order in which a reader wants them.
using Json = nlohmann::ordered_json;

std::string role_name(Argument::Role role) {
    switch (role) {
        case Argument::Role::input:
            return "input";
        case Argument::Role::output:
            return "output";
        case Argument::Role::size:
            return "size";
        case Argument::Role::parameter:
            return "parameter";
    }
    return {};
}

Json argument_json(const Argument &argument, const Activation &activation) {
    Json json = {{"name", argument.name},
                 {"role", role_name(argument.role)},
                 {"per_channel", argument.per_channel},
                 {"meaning", argument.meaning}};
    for (const Parameter &parameter : activation.parameters) {
        if (parameter.name == argument.name) json["default"] = parameter.default_value;
    }
    return json;
}

Json formulas_json(const CFunction &function) {
    Json json = Json::array();
    for (const OutputFormula &output : output_formulas(*function.activation, function.pass)) {
        json.push_back({{"output", output.output},
                        {"formula", print(output.exact)},
                        {"summed_over_channel", output.summed_over_channel}});
    }
    return json;
}

/// The schedule as the compiler told it; text that is no JSON is kept as text rather than lost.
Json schedule_json(const std::string &text) {
    Json schedule = Json::parse(text, nullptr, false);
    return schedule.is_discarded() ? Json(text) : schedule;
}

Json kernel_json(const Package &package, const PackagedKernel &kernel, const CFunction &function) {
    Json arguments = Json::array();
    for (const Argument &argument : function.signature.arguments) {
        arguments.push_back(argument_json(argument, *kernel.activation));
    }
    Json tiles = Json::array();
    for (const PackagedKernel::Tile &tile : kernel.tiles) {
        tiles.push_back(
            {{"tile", tile.tile}, {"target", tile.target}, {"schedule", schedule_json(tile.schedule_json)}});
    }
    Json json = {{"symbol", kernel.symbol},
                 {"symbols", kernel.symbols},
                 {"activation", kernel.activation->name},
                 {"pass", to_string(kernel.pass)},
                 {"dtype", to_string(kernel.dtype)},
                 {"target", kernel.target},
                 {"archive", archive_path(package, kernel.folder, kernel.cuda)},
                 {"levels", kernel.levels},
                 {"cuda", kernel.cuda},
                 {"arguments", arguments},
                 {"formulas", formulas_json(function)},
                 {"valid_when", function.signature.valid_when ? Json(print(*function.signature.valid_when)) : Json()},
                 {"accuracy", kernel.accuracy}};
    if (plain_pass(kernel.pass) != Pass::forward) {
        const KeptArrays kept = kept_arrays(function);
        json["keeps"] = {{"arrays", kept.names}, {"bytes_per_element", kept.bytes_per_element}};
    }
    if (plain_pass(kernel.pass) == Pass::backward_from_output) {
        const std::string loss = loss_text(*kernel.activation, kernel.dtype);
        json["loss"] = loss.empty() ? Json() : Json(loss);
    }
    if (kernel.cuda) json["device"] = kernel.device_evidence.empty() ? "never run on a device" : kernel.device_evidence;
    json["hash"] = kernel.hash;
    json["bytes"] = kernel.bytes;
    json["tiles"] = tiles;
    return json;
}

Json archives_json(const Package &package) {
    Json json = Json::array();
    for (const PackagedArchive &archive : package.archives) {
        json.push_back({{"path", archive_path(package, archive.folder, archive.cuda)},
                        {"system", archive.system_name},
                        {"processor", archive.system_processor},
                        {"cuda", archive.cuda},
                        {"bytes", archive.content.size()}});
    }
    return json;
}

}  // namespace

std::string archive_path(const Package &package, const std::string &folder, bool cuda) {
    const bool is_windows = std::any_of(
        package.archives.begin(), package.archives.end(),
        [&](const PackagedArchive &archive) { return archive.folder == folder && archive.system_name == "Windows"; });
    const std::string name = package.name + (cuda ? "_cuda" : "");
    return "lib/" + folder + "/" + (is_windows ? name + ".lib" : "lib" + name + ".a");
}

std::string manifest(const Package &package, const std::vector<CFunction> &functions,
                     const std::vector<std::string> &paths) {
    Json kernels = Json::array();
    for (const CFunction &function : functions) {
        for (const PackagedKernel *kernel : function.kernels)
            kernels.push_back(kernel_json(package, *kernel, function));
    }
    const Json json = {{"$schema", "manifest.schema.json"},
                       {"schema", 1},
                       {"name", package.name},
                       {"prefix", package.prefix},
                       {"version", package.version},
                       {"command", package.command},
                       {"versions", package.versions},
                       {"conventions", package.conventions},
                       {"licence", "Apache-2.0 WITH LLVM-exception"},
                       {"archives", archives_json(package)},
                       {"kernels", kernels},
                       {"files", paths}};
    return json.dump(2) + "\n";
}

}  // namespace actinide
