#include "schedules/proposal.h"

#include <algorithm>
#include <cctype>

#include "schedules/recorded_stage.h"

namespace actinide {
namespace {

using Halide::Internal::Definition;
using Halide::Internal::Dim;
using Halide::Internal::ForType;
using Halide::Internal::Function;
using Halide::Internal::Split;
using Halide::Internal::StageSchedule;

/// Halide draws names like v7 from a counter of the whole process. Numbered by their first appearance in a stage
/// instead, a loop has the same name in every build.
class LoopNames {
public:
    std::string operator()(const std::string &loop) {
        std::string name;
        for (size_t start = 0; start <= loop.size();) {
            const size_t end = std::min(loop.find('.', start), loop.size());
            if (start > 0) name += '.';
            name += part(loop.substr(start, end - start));
            start = end + 1;
        }
        return name;
    }

private:
    static bool is_drawn(const std::string &part) {
        return part.size() > 1 && (part[0] == 'v' || part[0] == 'r') &&
               std::all_of(part.begin() + 1, part.end(), [](unsigned char c) { return std::isdigit(c); });
    }
    std::string part(const std::string &given) {
        std::string name = stable_name(given);
        if (!is_drawn(name)) return name;
        return names_.try_emplace(name, std::string(1, 'v') + std::to_string(names_.size())).first->second;
    }

    std::map<std::string, std::string> names_;
};

Function output_of(const Halide::Pipeline &pipeline) {
    return pipeline.outputs().front().function();
}

/// The definition of the pure stage, its specializations, and those of the updates.
void collect(Definition definition, std::vector<Definition> &definitions) {
    for (const auto &specialization : definition.specializations()) collect(specialization.definition, definitions);
    definitions.push_back(std::move(definition));
}

std::vector<Definition> definitions_of(Function function) {
    std::vector<Definition> definitions;
    collect(function.definition(), definitions);
    for (const Definition &update : function.updates()) collect(update, definitions);
    return definitions;
}

/// -1 if it is not a constant.
int constant_factor(const Split &split) {
    const auto factor = Halide::Internal::as_const_int(split.factor);
    return factor ? static_cast<int>(*factor) : -1;
}

/// Extents that the splits fix: of inner loops, and of outer loops of such.
std::map<std::string, int> known_extents(const StageSchedule &schedule) {
    std::map<std::string, int> extents;
    for (const Split &split : schedule.splits()) {
        const int factor = split.split_type == Split::SplitVar ? constant_factor(split) : -1;
        if (factor <= 0) continue;
        const auto old = extents.find(split.old_var);
        if (old != extents.end()) extents[split.outer] = (old->second + factor - 1) / factor;
        extents[split.inner] = factor;
    }
    return extents;
}

bool is_computed_in_place(const Function &function) {
    Halide::LoopLevel level = function.schedule().compute_level();
    level.lock();  // Halide answers only about locked levels; nobody changes this one, it is replaced or kept
    return level.is_inlined();
}

/// Undoes what was done to the loops of a Func without updates.
void forget_schedule(Function function) {
    StageSchedule &schedule = function.definition().schedule();
    schedule.splits().clear();
    std::vector<Dim> dims;
    for (const std::string &loop : function.args()) {
        dims.push_back({loop, ForType::Serial, Halide::DeviceAPI::None, Halide::Internal::DimType::PureVar,
                        Halide::Partition::Auto});
    }
    dims.push_back({Halide::Var::outermost().name(), ForType::Serial, Halide::DeviceAPI::None,
                    Halide::Internal::DimType::PureVar, Halide::Partition::Auto});
    schedule.dims() = dims;
    function.schedule().compute_level() = Halide::LoopLevel::inlined();
    function.schedule().store_level() = Halide::LoopLevel::inlined();
}

std::string split_in_words(const Split &split, LoopNames &names) {
    if (split.split_type == Split::FuseVars) {
        return ".fuse(" + names(split.inner) + ", " + names(split.outer) + ", " + names(split.old_var) + ")";
    }
    if (split.split_type == Split::RenameVar) {
        return ".rename(" + names(split.old_var) + ", " + names(split.outer) + ")";
    }
    return ".split(" + names(split.old_var) + ", " + names(split.outer) + ", " + names(split.inner) + ", " +
           std::to_string(constant_factor(split)) + ", " + to_string(split.tail) + ")";
}

std::string kind_in_words(ForType kind) {
    switch (kind) {
        case ForType::Vectorized:
            return "vectorize";
        case ForType::Unrolled:
            return "unroll";
        case ForType::Parallel:
            return "parallel";
        case ForType::GPUBlock:
            return "gpu_blocks";
        case ForType::GPUThread:
            return "gpu_threads";
        case ForType::GPULane:
            return "gpu_lanes";
        case ForType::Serial:
        case ForType::Extern:
            break;
    }
    return "";
}

bool is_outermost(const Dim &loop) {
    return loop.var == Halide::Var::outermost().name();
}

std::string loops_in_words(const StageSchedule &schedule, LoopNames &names) {
    std::string order, kinds;
    for (const Dim &loop : schedule.dims()) {
        if (is_outermost(loop)) continue;
        order += (order.empty() ? "" : ", ") + names(loop.var);
        const std::string kind = kind_in_words(loop.for_type);
        if (!kind.empty()) kinds += "." + kind + "(" + names(loop.var) + ")";
    }
    return ".reorder(" + order + ")" + kinds;
}

}  // namespace

void read_proposal(const Halide::Pipeline &pipeline, ScheduleRecord &record) {
    const Function output = output_of(pipeline);
    const std::string func = stable_name(output.name());
    const StageSchedule &schedule = output.definition().schedule();
    const std::map<std::string, int> extents = known_extents(schedule);
    LoopNames names;
    for (const Split &split : schedule.splits()) {
        const std::string loop = names(split.old_var);
        names(split.outer);
        if (split.split_type != Split::SplitVar) continue;
        names(split.inner);
        record.splits.push_back({func, loop, constant_factor(split), to_string(split.tail)});
    }
    for (const Dim &loop : schedule.dims()) {
        const auto extent = extents.find(loop.var);
        if (loop.for_type == ForType::Vectorized && extent != extents.end()) {
            record.vector_widths[func] = extent->second;
        }
    }
}

void make_safe(const Halide::Pipeline &pipeline, ScheduleRecord &record) {
    const Function output = output_of(pipeline);
    for (const auto &[name, function] : Halide::Internal::find_transitive_calls(output)) {
        if (function.same_as(output) || is_computed_in_place(function)) continue;
        forget_schedule(function);
        record.made_inline.push_back(stable_name(name));
    }
    const std::string func = stable_name(output.name());
    LoopNames names;
    for (Definition &definition : definitions_of(output)) {
        for (Split &split : definition.schedule().splits()) {
            names(split.old_var);
            names(split.outer);
            names(split.inner);
            if (split.split_type == Split::SplitVar) split.tail = Halide::TailStrategy::GuardWithIf;
        }
        for (Dim &loop : definition.schedule().dims()) {
            if (loop.for_type != ForType::Parallel) continue;
            loop.for_type = ForType::Serial;
            record.made_serial.push_back(func + "." + names(loop.var));
        }
    }
    for (SplitRecord &split : record.splits) split.tail = to_string(Halide::TailStrategy::GuardWithIf);
}

std::string in_words(const Halide::Pipeline &pipeline) {
    const Function output = output_of(pipeline);
    const StageSchedule &schedule = output.definition().schedule();
    LoopNames names;
    std::string words = stable_name(output.name()) + ".compute_root()";
    for (const Split &split : schedule.splits()) words += split_in_words(split, names);
    return words + loops_in_words(schedule, names);
}

LaunchShape launch_shape(const Halide::Pipeline &pipeline) {
    const StageSchedule schedule = output_of(pipeline).definition().schedule();
    const std::map<std::string, int> extents = known_extents(schedule);
    LaunchShape shape;
    for (const Dim &loop : schedule.dims()) {
        const auto extent = extents.find(loop.var);
        if (extent == extents.end() || is_outermost(loop) || loop.for_type == ForType::GPUBlock) continue;
        const bool over_threads = loop.for_type == ForType::GPUThread || loop.for_type == ForType::GPULane;
        (over_threads ? shape.threads : shape.elements) *= extent->second;
    }
    return shape;
}

Halide::Pipeline copy_of(const Halide::Pipeline &pipeline) {
    const Function output = output_of(pipeline);
    std::map<std::string, Function> environment = Halide::Internal::find_transitive_calls(output);
    environment.emplace(output.name(), output);
    const auto copied = Halide::Internal::deep_copy({output}, environment);
    return {Halide::Func(copied.first.front())};
}

}  // namespace actinide
