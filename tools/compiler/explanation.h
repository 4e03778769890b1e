// What a compiled kernel does in each round of its loops, and what LLVM's models of CPUs make of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tools/compiler/compiler.h"

namespace actinide {

/// Stages that a kernel must have been compiled with to be explained.
std::vector<Emit> emits_for_explanation();

/// What keeps a loop from being faster.
enum class Bound { arithmetic, memory, width, latency };

/// One CPU's figures for one round of a loop.
struct CpuFigures {
    std::string cpu;
    double cycles = 0;
    double arithmetic_cycles = 0;  ///< that the units of arithmetic need
    double memory_cycles = 0;      ///< that the units of loads and stores need, with all data in the first cache
    double micro_operations = 0;
    int width = 0;
    std::string busiest;  ///< the unit that works longest, in LLVM's words
    double busiest_cycles = 0;
    std::string stall;
    Bound bound;
};

struct CountedKind {
    std::string kind;  ///< in words: "multiply"
    int count = 0;
};

struct TileExplanation {
    std::string tile;   ///< "elementwise"
    std::string level;  ///< "x86-64-avx512"
    std::string scheduled_by;
    std::string schedule;               ///< in Halide's words
    std::vector<std::string> loops;     ///< the lowered loops, indented as they stand in each other
    std::string label;                  ///< of the hot loop; empty: the tile has none
    std::vector<std::string> assembly;  ///< of the hot loop
    int elements = 0;                   ///< per round; 0: unknown
    std::vector<CountedKind> mix;       ///< per round, kinds that do not occur left out
    int constants_in_arithmetic = 0;    ///< operands that arithmetic takes from memory
    int spills_in_arithmetic = 0;       ///< likewise from the stack
    std::vector<CpuFigures> cpus;
};

struct KernelExplanation {
    double bytes_loaded = 0;  ///< per element, of all arrays
    double bytes_stored = 0;
    std::vector<TileExplanation> tiles;
};

/// Why a kernel has no explanation, or what it is.
struct ExplanationResult {
    KernelExplanation explanation;
    std::optional<CompileError> error;
};

/// With the target's own CPU models where `cpus` is empty. The kernel is of a CPU and one level.
ExplanationResult explain(const CompiledKernel &kernel, const std::vector<std::string> &cpus);

/// The CPUs that `explain` knows for a target; none where the target's row has no models.
std::vector<std::string> cpus_for(const Target &target);

}  // namespace actinide
