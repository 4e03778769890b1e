// Schedules timed on another machine, by a command that runs a program there.
#pragma once

#include <optional>
#include <string>

#include "tools/tune/stopwatch.h"

namespace actinide {

struct Runner {
    std::string name;  ///< for messages: "qemu-aarch64 {}"
    /// For the shell: what runs that file and hands through what it prints.
    std::function<std::string(const std::string &file)> command_of;
    double seconds = 120;  ///< after which a run that has not ended is killed
};

/// One program for each comparison, which times its trials in turn. `tell_cpu` gets what the program's machine says of
/// its CPU; empty if that is nothing. Problems are sentences that name the runner.
Stopwatch time_by_runner(const Runner &runner, const std::optional<CompiledKernel> &forward, const std::string &prefix,
                         const std::function<void(const std::string &cpu)> &tell_cpu);

}  // namespace actinide
