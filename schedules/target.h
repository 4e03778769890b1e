// The target table: every CPU and GPU that Actinide can build for, one row each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schedules/platform.h"

namespace actinide {

/// `arm` is the 64-bit one.
enum class Architecture { x86, arm, arm32, riscv, wasm, cuda };

/// One machine that kernels are compiled for.
struct Target {
    std::string name;  ///< as given to --targets: "x86-64-avx2"
    std::vector<std::string> aliases;
    std::string summary;
    Architecture architecture;
    std::string halide;               ///< Halide's target string without the feature flags that the compiler adds
    std::string triple;               ///< LLVM's
    std::string llvm_cpu;             ///< LLVM's CPU name
    std::string llvm_features;        ///< beyond the CPU's, as LLVM has them: "+neon,+vfp4"
    std::vector<std::string> models;  ///< LLVM's names of CPUs whose figures `explain` gives
    const Platform *platform = &linux_platform;
    std::string processor;            ///< as CMake spells it: "x86_64"
    std::string folder;               ///< under lib/ in a package: "x86_64-linux"
    std::string c_compiler;           ///< the command that compiles and links a C program for it
    bool hosts_cuda = false;          ///< a GPU's archive may lie beside this target's
    std::string proof;                ///< what the tests do with its archives: "run", "linked by ld64.lld"
    int lanes = 0;                    ///< float32 lanes of a vector register; elements per thread on CUDA
    int registers = 0;                ///< vector registers
    int unroll = 0;                   ///< vectors per iteration of a cheap kernel's loop
    bool has_fma = true;              ///< without it kernels only have to be right, however slow
    bool has_float16 = true;          ///< instructions that widen and narrow it
    int level = -1;                   ///< index in the archive of levels and in runtime/level_x86.c; -1: the only level
    std::vector<std::string> levels;  ///< of an archive of levels: the targets inside, lowest first
    std::string generic_warning;      ///< for raw Halide targets: what is assumed
};

/// All rows, in the order in which `list targets` shows them.
const std::vector<Target> &target_table();

/// The levels of an archive, lowest first; any other target's own name.
std::vector<std::string> level_names(const Target &target);

/// The row of the CPU whose archives lie in `folder`, which exists: the host of a CUDA target.
const Target &host_of(const std::string &folder);

struct TargetLookup {
    std::optional<Target> target;
    std::string error;         ///< meaningful only without a target: what was given, the nearest name, how to list all
    bool unsupported = false;  ///< a Halide target that is well formed but that Actinide cannot serve (exit 4)
};

/// By name, alias, `host` (the best level of this machine), or a raw Halide target string.
TargetLookup find_target(std::string_view name);

}  // namespace actinide
