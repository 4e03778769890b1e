// The hand schedules, one file per architecture, and the loops that they share.
#pragma once

#include <Halide.h>

#include <optional>

#include "schedules/schedule.h"

namespace actinide {

ScheduleRecord schedule_for_x86(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target,
                                const ScheduleChoice &choice);
ScheduleRecord schedule_for_arm(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target,
                                const ScheduleChoice &choice);
ScheduleRecord schedule_for_cuda(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target);

/// As many vectors as can be in flight in `target`'s registers, at most target.unroll; a power of two.
int vectors_in_flight(const TileShape &shape, const Target &target);

/// A loop over elements.
struct LoopShape {
    int lanes = 1;      ///< numbers in a register
    int registers = 1;  ///< of one vector
    int vectors = 1;    ///< in one iteration
};

/// `by_hand` with what `choice` decides instead.
LoopShape chosen_shape(const LoopShape &by_hand, const ScheduleChoice &choice, const TileShape &shape);

/// Dimension 0 in three loops: iterations of several vectors, then single vectors, then one masked vector. A kernel of
/// n < lanes elements runs the masked vector alone. Nothing outside the arrays is read or written, and all three hold
/// the same operations per element, because masks are on loads and stores only. Where a vector has several registers
/// and the pipeline one output, up to `lanes` elements are one masked vector of one register.
ScheduleRecord schedule_vector_loop(const Halide::Pipeline &pipeline, const LoopShape &loop);

/// Whether vectors of two registers serve the tile, so that each constant is loaded once for both and each operation
/// waits less for the one before: one output, no room for two vectors, and numbers of 32 bits (in float64 LLVM folds a
/// choice in the one loop and not in the other).
bool deserves_wide_vectors(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target);

/// Dimension 0 is `elements` elements: whole vectors, all unrolled, so that what holds them on the stack can become
/// registers.
ScheduleRecord schedule_block(const Halide::Pipeline &pipeline, int lanes, int elements);

/// Where a pipeline has several outputs, the Func that computes them together: all have to be there before any is
/// stored, as outputs may lie over inputs.
std::optional<Halide::Func> joint_computation(const Halide::Pipeline &pipeline);

/// `tile_lanes` sums at a time, their accumulators in registers over all steps; the last tile's loads are masked.
ScheduleRecord schedule_lane_sums(const Halide::Pipeline &pipeline, int tile_lanes);

/// The Func that holds the sums of a lane_sums pipeline: the only one with an update.
Halide::Func accumulator(const Halide::Pipeline &pipeline);

}  // namespace actinide
