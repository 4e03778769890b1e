// CUDA: the pipeline is what one thread computes; blocks and threads are the launcher's.
#include <algorithm>

#include "schedules/by_hand.h"
#include "schedules/recorded_stage.h"

namespace actinide {
namespace {

constexpr int default_threads_per_block = 256;

/// All loops have known extents, so the buffers vanish when the tile is inlined into its kernel.
ScheduleRecord schedule_thread(const Halide::Pipeline &pipeline, int elements) {
    ScheduleRecord record;
    Halide::Func output = pipeline.outputs().front();
    RecordedStage stage(output, record);
    int extent = elements;
    for (const Halide::Var &loop : output.args()) {
        output.bound(loop, 0, extent);
        stage.note("bound(" + stable_name(loop.name()) + ", 0, " + std::to_string(extent) + ")");
        extent = 1;
    }
    if (elements > 1) stage.vectorize(output.args().front(), elements);
    if (std::optional<Halide::Func> computed = joint_computation(pipeline)) {
        computed->compute_root().store_in(Halide::MemoryType::Stack);
        RecordedStage joint(*computed, record);
        joint.note("compute_root().store_in(Stack)");
        if (elements > 1) joint.vectorize(computed->args().front(), elements);
    }
    return record;
}

/// One lane a thread: neighbouring threads read neighbouring elements.
ScheduleRecord schedule_one_lane(const Halide::Pipeline &pipeline) {
    ScheduleRecord record;
    Halide::Func sums = pipeline.outputs().front();
    Halide::Func accumulate = accumulator(pipeline);
    const Halide::Var lane = sums.args().front();
    sums.bound(lane, 0, 1);
    accumulate.compute_at(sums, lane).store_in(Halide::MemoryType::Stack);
    const std::string name = stable_name(lane.name());
    RecordedStage(sums, record).note("bound(" + name + ", 0, 1)");
    RecordedStage(accumulate, record)
        .note("compute_at(" + stable_name(sums.name()) + ", " + name + ").store_in(Stack)");
    return record;
}

/// target.lanes are float32; as many bytes of another type, unless they are more than registers hold for two outputs.
/// One lane is one element, however narrow.
int elements_per_thread(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target) {
    if (target.lanes == 1) return 1;
    const int as_many_bytes = target.lanes * 32 / shape.storage_bits;
    return std::max(1, joint_computation(pipeline) ? std::min(as_many_bytes, target.lanes) : as_many_bytes);
}

}  // namespace

ScheduleRecord schedule_for_cuda(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target) {
    using Kind = TileShape::Kind;
    const bool has_several = shape.kind == Kind::elementwise || shape.kind == Kind::channels_outside;
    const int elements = has_several ? elements_per_thread(pipeline, shape, target) : 1;
    ScheduleRecord record =
        shape.kind == Kind::lane_sums ? schedule_one_lane(pipeline) : schedule_thread(pipeline, elements);
    record.by = "hand";
    record.threads_per_block = default_threads_per_block;
    record.elements_per_thread = elements;
    return record;
}

}  // namespace actinide
