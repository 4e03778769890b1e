#include "schedules/recorded_stage.h"

#include <algorithm>

namespace actinide {

std::string stable_name(const std::string &halide_name) {
    return halide_name.substr(0, halide_name.find('$'));
}

std::string to_string(Halide::TailStrategy tail) {
    switch (tail) {
        case Halide::TailStrategy::RoundUp:
            return "RoundUp";
        case Halide::TailStrategy::GuardWithIf:
            return "GuardWithIf";
        case Halide::TailStrategy::Predicate:
            return "Predicate";
        case Halide::TailStrategy::PredicateLoads:
            return "PredicateLoads";
        case Halide::TailStrategy::PredicateStores:
            return "PredicateStores";
        case Halide::TailStrategy::ShiftInwards:
            return "ShiftInwards";
        case Halide::TailStrategy::ShiftInwardsAndBlend:
            return "ShiftInwardsAndBlend";
        case Halide::TailStrategy::RoundUpAndBlend:
            return "RoundUpAndBlend";
        case Halide::TailStrategy::Auto:
            return "Auto";
    }
    return "";
}

RecordedStage::RecordedStage(Halide::Stage stage, std::string func, const std::string &words, ScheduleRecord &record)
    : stage_(std::move(stage)), func_(std::move(func)), record_(record) {
    if (!record_.source.empty()) record_.source += ";\n";
    record_.source += words;
}

RecordedStage::RecordedStage(const Halide::Func &func, ScheduleRecord &record)
    : RecordedStage(func, stable_name(func.name()), stable_name(func.name()), record) {}

RecordedStage RecordedStage::update(Halide::Func func, ScheduleRecord &record) {
    const std::string name = stable_name(func.name());
    return {func.update(), name, name + ".update()", record};
}

RecordedStage RecordedStage::for_few(Halide::Func output, const Halide::Var &loop, int extent, ScheduleRecord &record) {
    const std::vector<Halide::Var> loops = output.args();
    const auto dimension =
        std::find_if(loops.begin(), loops.end(), [&](const Halide::Var &each) { return each.name() == loop.name(); }) -
        loops.begin();
    const Halide::Expr is_few = output.output_buffer().dim(static_cast<int>(dimension)).extent() <= extent;
    const std::string name = stable_name(output.name());
    return {output.specialize(is_few), name,
            name + ".specialize(" + stable_name(loop.name()) + " <= " + std::to_string(extent) + ")", record};
}

RecordedStage &RecordedStage::split(const Halide::Var &loop, const Halide::Var &outer, const Halide::Var &inner,
                                    int factor, Halide::TailStrategy tail) {
    stage_.split(loop, outer, inner, factor, tail);
    record_.splits.push_back({func_, stable_name(loop.name()), factor, to_string(tail)});
    return note("split(" + stable_name(loop.name()) + ", " + stable_name(outer.name()) + ", " +
                stable_name(inner.name()) + ", " + std::to_string(factor) + ", " + to_string(tail) + ")");
}

RecordedStage &RecordedStage::vectorize(const Halide::Var &loop, const Halide::Var &outer, const Halide::Var &lane,
                                        int factor, Halide::TailStrategy tail) {
    return split(loop, outer, lane, factor, tail).vectorize(lane, factor);
}

RecordedStage &RecordedStage::vectorize(const Halide::Var &loop, int extent) {
    stage_.vectorize(loop);
    record_.vector_widths[func_] = extent;
    return note("vectorize(" + stable_name(loop.name()) + ")");
}

RecordedStage &RecordedStage::unroll(const Halide::Var &loop) {
    stage_.unroll(loop);
    return note("unroll(" + stable_name(loop.name()) + ")");
}

RecordedStage &RecordedStage::reorder(const std::vector<Halide::VarOrRVar> &innermost_first) {
    stage_.reorder(innermost_first);
    std::string names;
    for (const Halide::VarOrRVar &loop : innermost_first) {
        names += (names.empty() ? "" : ", ") + stable_name(loop.name());
    }
    return note("reorder(" + names + ")");
}

RecordedStage &RecordedStage::note(const std::string &call) {
    record_.source += "." + call;
    return *this;
}

}  // namespace actinide
