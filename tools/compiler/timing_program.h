// Programs that time kernels on another machine: Linux executables that need nothing there, not even a C library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/compiler/compiler.h"

namespace actinide {

/// One array of a call, in the order of the C function.
struct TimedArray {
    /// What it holds: numbers around 0 as networks have them, one value everywhere, or what the forward pass gave.
    enum class Filling { zero, bell, value, saved_output };
    size_t place = 0;  ///< from the beginning of the call's memory
    size_t bytes = 0;
    bool is_output = false;
    Filling filling = Filling::zero;
    uint64_t value = 0;    ///< its bits, or the seed of the numbers
    double deviation = 1;  ///< of the numbers around 0
};

struct TimedCall {
    size_t bytes = 0;  ///< of the memory that holds all arrays
    std::vector<TimedArray> arrays;
    std::vector<size_t> sizes;
    std::vector<double> parameters;
};

struct TimingProgram {
    std::vector<const CompiledKernel *> kernels;  ///< of one key, which differ in their schedules
    std::vector<TimedCall> calls;                 ///< one for each size
    std::optional<CompiledKernel> forward;        ///< makes saved outputs
    std::vector<TimedCall> forward_calls;         ///< one for each of `calls`, where there is `forward`
    double seconds = 0;                           ///< for which the kernels run in turn, at each size
};

/// Whether such programs can be had: for CPUs under Linux.
bool has_timing_programs(const Target &target);

/// Writes the executable `file` into a folder that exists, and what it is linked of beside it. `prefix` is that of the
/// kernels. What the program prints is told in runtime/timing.c. Throws CompileFailure.
void write_timing_program(const TimingProgram &program, const std::string &prefix, const std::string &file);

/// The CPU that the first bytes of its /proc/cpuinfo tell of: "AMD EPYC 9654 96-Core Processor", or for processors
/// without such a name LLVM's, "cortex-a76"; empty if they do not tell, as under an emulator.
std::string cpu_of_cpuinfo(const std::string &cpuinfo, const Target &target);

}  // namespace actinide
