// Stages of compilation as files.
#pragma once

#include <map>
#include <string>

#include "tools/compiler/halide_tile.h"

namespace actinide {

bool wants(const CompileOptions &options, Emit emit);

/// Adds `<symbol>.<tile>.<level>.stmt` and `.bc` as far as they are wanted.
void add_tile_stages(const CompileOptions &options, const std::string &symbol, const TileReport &report,
                     const HalideTile &tile, std::map<std::string, std::string> &stages);

/// Adds `<symbol>.schedule.json` if it is wanted: a JSON array of the tiles with their schedules.
void add_schedule_stage(const CompileOptions &options, const std::string &symbol, const std::vector<TileReport> &tiles,
                        std::map<std::string, std::string> &stages);

}  // namespace actinide
