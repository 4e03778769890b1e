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

}  // namespace

ScheduleRecord schedule_for_cuda(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target) {
    using Kind = TileShape::Kind;
    // target.lanes are float32; as many bytes of another type.
    const int elements = shape.kind == Kind::elementwise ? std::max(1, target.lanes * 32 / shape.storage_bits) : 1;
    ScheduleRecord record =
        shape.kind == Kind::lane_sums ? schedule_one_lane(pipeline) : schedule_thread(pipeline, elements);
    record.by = "hand";
    record.threads_per_block = default_threads_per_block;
    record.elements_per_thread = elements;
    return record;
}

}  // namespace actinide
