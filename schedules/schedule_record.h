// What a tile is to a schedule, and what a schedule did to it: plain data, without Halide.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace actinide {

struct Target;

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
    /// block: dimension 0 is `block_elements` elements, no more and no fewer.
    enum class Kind { elementwise, channels_outside, channels_last, lane_sums, block } kind;
    int operations_per_element = 0;  ///< decides the unrolling
    int arithmetic_bits = 32;        ///< of the numbers in registers
    int storage_bits = 32;           ///< of the elements in memory
    int block_elements = 0;
    bool rounds_by_integers = false;  ///< 16-bit elements that no instruction widens and narrows
};

/// Numbers of the tile's arithmetic in one vector register.
int lanes_of(const TileShape &shape, const Target &target);

}  // namespace actinide
