// An autoscheduler's proposal: read, made safe, and said in words.
#pragma once

#include <Halide.h>

#include "schedules/schedule.h"

namespace actinide {

/// Adds what the proposal holds for the pipeline's output to `record`: splits, with their tails as they stand, and
/// vector widths.
void read_proposal(const Halide::Pipeline &pipeline, ScheduleRecord &record);

/// Guards every split's tail, makes parallel loops serial, and computes in place what was to be copied into memory of
/// its own (the kernels have no allocator). Notes the last two in `record`.
void make_safe(const Halide::Pipeline &pipeline, ScheduleRecord &record);

/// The output's loops in the words of Halide's scheduling calls.
std::string in_words(const Halide::Pipeline &pipeline);

struct LaunchShape {
    int threads = 1;   ///< of one block
    int elements = 1;  ///< of one thread, as far as the proposal fixes them
};
/// What the proposal's loops over GPU threads and inside them amount to.
LaunchShape launch_shape(const Halide::Pipeline &pipeline);

/// The same pipeline with a schedule of its own.
Halide::Pipeline copy_of(const Halide::Pipeline &pipeline);

}  // namespace actinide
