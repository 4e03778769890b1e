// NEON. There are no masked loads: LLVM turns the last vector's into a branch per lane, the arithmetic stays a vector.
#include <algorithm>

#include "schedules/by_hand.h"

namespace actinide {
namespace {

constexpr int lanes_per_sum_tile = 16;

}  // namespace

ScheduleRecord schedule_for_arm(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target,
                                const ScheduleChoice &choice) {
    if (shape.kind == TileShape::Kind::lane_sums) return schedule_lane_sums(pipeline, lanes_per_sum_tile);
    if (shape.kind == TileShape::Kind::block) {
        return schedule_block(pipeline, lanes_of(shape, target), shape.block_elements);
    }
    LoopShape loop{.lanes = lanes_of(shape, target)};
    if (deserves_wide_vectors(pipeline, shape, target)) {
        // A long kernel has room for no second vector, but its operations wait less in one of two registers.
        loop.registers = 2;
    } else {
        // In-order cores fill the latency of an fma with the neighbouring vector's only if both are in one block.
        loop.vectors = std::max(std::min(2, target.unroll), vectors_in_flight(shape, target));
    }
    return schedule_vector_loop(pipeline, chosen_shape(loop, choice, shape));
}

}  // namespace actinide
