// Halide's scheduling calls, each also noted for the manifest.
#pragma once

#include <Halide.h>

#include <string>

#include "schedules/schedule.h"

namespace actinide {

/// Halide numbers its names within a process ("y$3"); without the number they repeat from build to build.
std::string stable_name(const std::string &halide_name);

/// The manifest's word for a tail strategy: "GuardWithIf", "PredicateLoads" …
std::string to_string(Halide::TailStrategy tail);

/// One stage of a Func whose schedule is written by hand: what is done to the loops is done in Halide and appended to
/// the record in the same words.
class RecordedStage {
public:
    /// The pure definition of `func`.
    RecordedStage(const Halide::Func &func, ScheduleRecord &record);
    /// Its only update.
    static RecordedStage update(Halide::Func func, ScheduleRecord &record);
    /// The pure definition where `loop`, an output's, has at most `extent` iterations; to be scheduled before the
    /// others.
    static RecordedStage for_few(Halide::Func output, const Halide::Var &loop, int extent, ScheduleRecord &record);

    RecordedStage &split(const Halide::Var &loop, const Halide::Var &outer, const Halide::Var &inner, int factor,
                         Halide::TailStrategy tail);
    /// A split by `factor` whose inner loop becomes one vector.
    RecordedStage &vectorize(const Halide::Var &loop, const Halide::Var &outer, const Halide::Var &lane, int factor,
                             Halide::TailStrategy tail);
    /// The whole loop, of known extent, as one vector.
    RecordedStage &vectorize(const Halide::Var &loop, int extent);
    RecordedStage &unroll(const Halide::Var &loop);
    RecordedStage &reorder(const std::vector<Halide::VarOrRVar> &innermost_first);
    /// A call that the record needs in words only.
    RecordedStage &note(const std::string &call);

private:
    RecordedStage(Halide::Stage stage, std::string func, const std::string &words, ScheduleRecord &record);

    Halide::Stage stage_;
    std::string func_;
    ScheduleRecord &record_;
};

}  // namespace actinide
