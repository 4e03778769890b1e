// SSE4.1, AVX2 and AVX-512: one loop form, tails by a branch for each lane, by vmaskmovps and by k-masks.
#include <algorithm>

#include "schedules/by_hand.h"

namespace actinide {
namespace {

// Four ymm or two zmm accumulators for each half of the product: more gained nothing when measured, fewer wait for the
// addition's latency, and 16 is what runtime/fold.h hands over for rows.
constexpr int lanes_per_sum_tile = 16;

}  // namespace

ScheduleRecord schedule_for_x86(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target,
                                const ScheduleChoice &choice) {
    if (shape.kind == TileShape::Kind::lane_sums) return schedule_lane_sums(pipeline, lanes_per_sum_tile);
    if (shape.kind == TileShape::Kind::block) {
        return schedule_block(pipeline, lanes_of(shape, target), shape.block_elements);
    }
    LoopShape loop{.lanes = lanes_of(shape, target)};
    // Unrolling a long kernel gains nothing, as out-of-order execution overlaps its iterations; wider vectors do.
    if (deserves_wide_vectors(pipeline, shape, target)) {
        loop.registers = 2;
    } else {
        loop.vectors = vectors_in_flight(shape, target);
    }
    // The compiler takes such elements from words in pairs, for which a vector has to have two registers.
    if (loop.registers == 1 && target.has_fma && shape.rounds_by_integers && !joint_computation(pipeline)) {
        loop = {.lanes = loop.lanes, .registers = 2, .vectors = std::max(1, loop.vectors / 2)};
    }
    return schedule_vector_loop(pipeline, chosen_shape(loop, choice, shape));
}

}  // namespace actinide
