// How a tile's loops are arranged: by hand per architecture, or by one of Halide's autoschedulers, mended.
#pragma once

#include <Halide.h>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "schedules/autoscheduler_parameters.h"
#include "schedules/target.h"

namespace actinide {

/// One split of one loop, as it stands in the manifest.
struct SplitRecord {
    std::string func;
    std::string loop;
    int factor = 0;
    std::string tail;  ///< Halide's tail strategy; "GuardWithIf" for every split of an autoscheduler after mending
};

/// What was done to the loops, for the manifest and `explain`.
struct ScheduleRecord {
    std::string by;                                 ///< "hand" or the autoscheduler's name
    std::map<std::string, std::string> parameters;  ///< the autoscheduler's
    std::vector<SplitRecord> splits;
    std::map<std::string, int> vector_widths;  ///< per Func
    std::vector<std::string> made_serial;      ///< loops that the autoscheduler wanted parallel
    std::vector<std::string> made_inline;      ///< Funcs that the autoscheduler wanted in memory of their own
    std::string source;                        ///< the schedule in Halide's words
    std::string note;                          ///< why an autoscheduler that was named did not serve; empty else
    int threads_per_block = 0;                 ///< CUDA only
    int elements_per_thread = 0;               ///< CUDA only
};

/// A JSON object with the members of the record; the two CUDA members only where they are set.
std::string to_json(const ScheduleRecord &record);

/// What the hand schedules need to know about a tile.
struct TileShape {
    /// elementwise: dimension 0 is the array. channelwise: (inner, channels, outer) or (channels, outer).
    /// lane_sums: a sum over dimension 1 for each element of dimension 0, accumulated in float64.
    enum class Kind { elementwise, channels_outside, channels_last, lane_sums } kind;
    int operations_per_element = 0;  ///< decides the unrolling
};

/// Schedules the pipeline of one tile by hand for `target`. For CUDA the tile is what one thread computes.
ScheduleRecord schedule_by_hand(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target);

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
