#include <cassert>
#include <map>

#include "schedules/by_hand.h"
#include "schedules/recorded_stage.h"

namespace actinide {

using Halide::TailStrategy;
using Halide::Var;

int lanes_of(const TileShape &shape, const Target &target) {
    return target.lanes * 32 / shape.arithmetic_bits;
}

int vectors_in_flight(const TileShape &shape, const Target &target) {
    // Beside the intermediate values a vector keeps its input and its mask.
    const int registers_per_vector = shape.operations_per_element + 2;
    int vectors = 1;
    while (vectors * 2 <= target.unroll && vectors * 2 * registers_per_vector <= target.registers) vectors *= 2;
    return vectors;
}

LoopShape chosen_shape(const LoopShape &by_hand, const ScheduleChoice &choice, const TileShape &shape) {
    LoopShape loop = by_hand;
    if (choice.lanes > 0) loop.lanes = choice.lanes * 32 / shape.arithmetic_bits;
    if (choice.registers > 0) loop.registers = choice.registers;
    if (choice.vectors > 0) loop.vectors = choice.vectors;
    return loop;
}

ScheduleRecord schedule_vector_loop(const Halide::Pipeline &pipeline, const LoopShape &loop) {
    ScheduleRecord record;
    record.by = "hand";
    Halide::Func output = pipeline.outputs().front();
    const std::optional<Halide::Func> computed = joint_computation(pipeline);
    const Var element = output.args().front();
    const std::string name = stable_name(element.name());
    const Var vector(name + "_vector"), lane(name + "_lane"), block(name + "_block"), in_block(name + "_in_block");
    if (loop.registers > 1 && !computed) {
        RecordedStage::for_few(output, element, loop.lanes, record)
            .vectorize(element, vector, lane, loop.lanes, TailStrategy::GuardWithIf);
    }
    const int lanes = loop.registers * loop.lanes;
    RecordedStage stage(output, record);
    stage.vectorize(element, vector, lane, lanes, TailStrategy::GuardWithIf);
    if (loop.vectors > 1) {
        stage.split(vector, block, in_block, loop.vectors, TailStrategy::GuardWithIf).unroll(in_block);
    }
    if (computed) {
        const Var each = loop.vectors > 1 ? in_block : vector;
        const std::string own_name = stable_name(computed->name());
        Halide::Func joint = *computed;
        joint.compute_at(output, each).store_in(Halide::MemoryType::Stack);
        // Whole vectors even in the tail, where only loads are masked.
        RecordedStage(joint, record)
            .note("compute_at(" + stable_name(output.name()) + ", " + stable_name(each.name()) + ").store_in(Stack)")
            .vectorize(joint.args().front(), Var(own_name + "_vector"), Var(own_name + "_lane"), lanes,
                       TailStrategy::PredicateLoads);
    }
    return record;
}

bool deserves_wide_vectors(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target) {
    const bool is_long = target.unroll > 1 && vectors_in_flight(shape, target) == 1;
    return is_long && shape.arithmetic_bits == 32 && !joint_computation(pipeline);
}

namespace {

void unroll_vectors(RecordedStage stage, const Halide::Func &func, int lanes, int elements) {
    const Var element = func.args().front();
    const std::string name = stable_name(func.name());
    const Var vector(name + "_vector"), lane(name + "_lane");
    if (elements > lanes) {
        stage.vectorize(element, vector, lane, lanes, TailStrategy::GuardWithIf).unroll(vector);
    } else {
        stage.vectorize(element, elements);
    }
}

}  // namespace

ScheduleRecord schedule_block(const Halide::Pipeline &pipeline, int lanes, int elements) {
    ScheduleRecord record;
    record.by = "hand";
    Halide::Func output = pipeline.outputs().front();
    const Var element = output.args().front();
    output.bound(element, 0, elements);
    RecordedStage stage(output, record);
    stage.note("bound(" + stable_name(element.name()) + ", 0, " + std::to_string(elements) + ")");
    unroll_vectors(stage, output, lanes, elements);
    if (std::optional<Halide::Func> computed = joint_computation(pipeline)) {
        computed->compute_root().store_in(Halide::MemoryType::Stack);
        RecordedStage joint(*computed, record);
        joint.note("compute_root().store_in(Stack)");
        unroll_vectors(joint, *computed, lanes, elements);
    }
    return record;
}

std::optional<Halide::Func> joint_computation(const Halide::Pipeline &pipeline) {
    const Halide::Func output = pipeline.outputs().front();
    if (output.outputs() == 1) return std::nullopt;
    for (const auto &[name, function] : Halide::Internal::find_transitive_calls(output.function())) {
        if (function.outputs() == output.outputs() && name != output.name()) return Halide::Func(function);
    }
    return std::nullopt;
}

Halide::Func accumulator(const Halide::Pipeline &pipeline) {
    Halide::Func output = pipeline.outputs().front();
    for (const auto &[name, function] : Halide::Internal::find_transitive_calls(output.function())) {
        if (function.has_update_definition()) return Halide::Func(function);
    }
    assert(!"a lane_sums pipeline accumulates in a Func with one update");
    return output;
}

ScheduleRecord schedule_lane_sums(const Halide::Pipeline &pipeline, int tile_lanes) {
    ScheduleRecord record;
    record.by = "hand";
    Halide::Func sums = pipeline.outputs().front();
    Halide::Func accumulate = accumulator(pipeline);
    const Var lane = sums.args().front(), tile("lane_tile"), in_tile("lane_in_tile");
    RecordedStage(sums, record).vectorize(lane, tile, in_tile, tile_lanes, TailStrategy::GuardWithIf);

    // PredicateLoads pads the accumulators, so that they are whole registers in the last tile too.
    const Var sum = accumulate.args().front(), vector("lane_vector"), in_vector("lane_in_vector");
    accumulate.compute_at(sums, tile).store_in(Halide::MemoryType::Stack);
    RecordedStage(accumulate, record)
        .note("compute_at(" + stable_name(sums.name()) + ", lane_tile).store_in(Stack)")
        .vectorize(sum, vector, in_vector, tile_lanes, TailStrategy::PredicateLoads);
    RecordedStage::update(accumulate, record)
        .reorder({sum, accumulate.rvars().front()})
        .vectorize(sum, vector, in_vector, tile_lanes, TailStrategy::PredicateLoads);
    return record;
}

}  // namespace actinide
