#include "schedules/schedule.h"

#include <cassert>
#include <nlohmann/json.hpp>

#include "schedules/by_hand.h"

namespace actinide {

ScheduleRecord schedule_by_hand(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target,
                                const ScheduleChoice &choice) {
    assert(target.levels.empty() && "an archive of levels is compiled level by level");
    switch (target.architecture) {
        case Architecture::x86:
            return schedule_for_x86(pipeline, shape, target, choice);
        case Architecture::arm:
        case Architecture::arm32:
        case Architecture::riscv:
        case Architecture::wasm:
            return schedule_for_arm(pipeline, shape, target, choice);
        case Architecture::cuda:
            return schedule_for_cuda(pipeline, shape, target);
    }
    return {};
}

std::string to_json(const ScheduleRecord &record) {
    nlohmann::ordered_json splits = nlohmann::ordered_json::array();
    for (const SplitRecord &split : record.splits) {
        splits.push_back({{"func", split.func}, {"loop", split.loop}, {"factor", split.factor}, {"tail", split.tail}});
    }
    nlohmann::ordered_json json{{"by", record.by},
                                {"parameters", record.parameters},
                                {"splits", splits},
                                {"vector_widths", record.vector_widths},
                                {"made_serial", record.made_serial},
                                {"made_inline", record.made_inline},
                                {"source", record.source}};
    if (!record.note.empty()) json["note"] = record.note;
    if (record.threads_per_block > 0) {
        json["threads_per_block"] = record.threads_per_block;
        json["elements_per_thread"] = record.elements_per_thread;
    }
    return json.dump();
}

}  // namespace actinide
