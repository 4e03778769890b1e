#include "tools/compiler/emit.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

namespace actinide {

const std::vector<Emit> &all_emits() {
    static const std::vector<Emit> all{Emit::stmt,     Emit::schedule, Emit::bitcode, Emit::llvm,
                                       Emit::assembly, Emit::ptx,      Emit::object};
    return all;
}

std::string to_string(Emit emit) {
    switch (emit) {
        case Emit::stmt:
            return "stmt";
        case Emit::schedule:
            return "schedule";
        case Emit::bitcode:
            return "bitcode";
        case Emit::llvm:
            return "llvm";
        case Emit::assembly:
            return "asm";
        case Emit::ptx:
            return "ptx";
        case Emit::object:
            return "object";
    }
    return "";
}

bool wants(const CompileOptions &options, Emit emit) {
    return std::find(options.emit.begin(), options.emit.end(), emit) != options.emit.end();
}

void add_tile_stages(const CompileOptions &options, const std::string &symbol, const TileReport &report,
                     const HalideTile &tile, std::map<std::string, std::string> &stages) {
    const std::string base = symbol + "." + report.tile + "." + report.target;
    // Halide numbers its names within a process; without the numbers they repeat from build to build.
    static const std::regex number("\\$[0-9]+");
    if (wants(options, Emit::stmt)) stages[base + ".stmt"] = std::regex_replace(tile.stmt, number, "");
    if (wants(options, Emit::bitcode)) stages[base + ".bc"] = tile.bitcode;
}

void add_schedule_stage(const CompileOptions &options, const std::string &symbol, const std::vector<TileReport> &tiles,
                        std::map<std::string, std::string> &stages) {
    if (!wants(options, Emit::schedule)) return;
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const TileReport &tile : tiles) {
        list.push_back(
            {{"tile", tile.tile}, {"target", tile.target}, {"schedule", nlohmann::ordered_json::parse(tile.schedule)}});
    }
    stages[symbol + ".schedule.json"] = list.dump(2) + "\n";
}

}  // namespace actinide
