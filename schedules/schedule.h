// How a tile's loops are arranged: by hand per architecture, or by one of Halide's autoschedulers, mended.
#pragma once

#include <Halide.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "schedules/autoscheduler_parameters.h"
#include "schedules/schedule_choice.h"
#include "schedules/schedule_record.h"
#include "schedules/target.h"

namespace actinide {

/// Schedules the pipeline of one tile by hand for `target`, but for what `choice` decides about the loops of a CPU's
/// tile over elements; sums and blocks have no such loop. For CUDA the tile is what one thread computes.
ScheduleRecord schedule_by_hand(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target,
                                const ScheduleChoice &choice = {});

struct AutoscheduleResult {
    std::optional<ScheduleRecord> record;
    std::string error;  ///< without a record: why it cannot serve, and which can
};

/// Loads the plugin if needed, lets it propose, then makes the proposal safe: guarded tails everywhere, parallel loops
/// serial, nothing in memory of its own. For CUDA the proposal is made for Halide's GPU target: the record has its
/// splits as proposed, but only its launch shape is kept, and the tile of one thread is scheduled by hand. Sums are
/// always scheduled by hand, because an autoscheduler may reorder them. Safe to call from several threads.
AutoscheduleResult autoschedule(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target,
                                const std::string &name, const std::map<std::string, std::string> &parameters);

/// From now on Halide's warnings go nowhere, and its errors only into exceptions. autoschedule does it by itself.
void keep_halide_quiet();

}  // namespace actinide
