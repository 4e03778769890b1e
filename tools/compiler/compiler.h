// Definitions in, objects out: the only door to Halide and LLVM for the rest of the tools.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators/catalogue/signature.h"
#include "schedules/autoscheduler_parameters.h"
#include "schedules/schedule_choice.h"
#include "schedules/target.h"

namespace actinide {

/// A stage of compilation that can be written out beside the archive.
enum class Emit { stmt, schedule, bitcode, llvm, assembly, ptx, object };
const std::vector<Emit> &all_emits();
std::string to_string(
    Emit emit);  ///< as given to --emit: "stmt", "schedule", "bitcode", "llvm", "asm", "ptx", "object"

/// One kernel: `elu/backward/f32@x86-64`.
struct KernelKey {
    const Activation *activation;
    Pass pass;
    DType dtype;
    Target target;
};
std::string to_string(const KernelKey &key);
/// "elu/backward/f32"
std::string name_without_target(const KernelKey &key);

/// Of what a kernel computes, however its loops are arranged: of its formulas, and how exact their functions are with
/// `max_ulp` as in CompileOptions.
std::string digest_of_computation(const KernelKey &key, double max_ulp);

struct CompileOptions {
    std::string prefix = "actn";
    std::string autoscheduler;  ///< empty: by hand
    std::map<std::string, std::string> autoscheduler_parameters;
    /// "elu/backward/f32@x86-64-avx2", always with a level -> what is to be otherwise than by hand.
    std::map<std::string, ScheduleChoice> choices;
    double max_ulp = 0;  ///< the error that a float32 kernel may have; 0: what its definition promises
    std::vector<Emit> emit;
    bool optimize_size = false;      ///< small code: no unrolling, no stores past the cache
    size_t split = size_t{1} << 30;  ///< longest extent given to a tile; tests make it small
    int jobs = 0;                    ///< 0: all cores
    std::string cache_folder;        ///< empty: no cache
};

/// How one tile was scheduled, as plain data for the manifest (JSON text, schema in the package's documentation).
struct TileReport {
    std::string tile;      ///< "forward", "channels_last", "lane_sums" …
    std::string target;    ///< the level: "x86-64-avx2"
    std::string schedule;  ///< JSON object
};

struct CompiledKernel {
    KernelKey key;
    std::string symbol;                ///< with prefix
    std::vector<std::string> symbols;  ///< all public symbols of the object (CUDA adds …_workspace_bytes)
    std::string object;                ///< bytes of the relocatable object
    std::string hash;                  ///< of the object, XXH3-128 in hex
    size_t bytes = 0;                  ///< of code and constants that a program with this kernel loads
    std::vector<TileReport> tiles;
    std::map<std::string, std::string> stages;  ///< file name -> content, for --emit
    /// Tile -> the rounding operations per element (tools/compiler/float_operations.h), the same for every CPU.
    std::map<std::string, std::map<uint64_t, std::string>> float_operations;
    bool from_cache = false;
};

/// Why a compilation did not happen, with the exit code of the command.
struct CompileError {
    std::string message;
    int exit_code = 70;
};

struct CompileResult {
    std::vector<CompiledKernel> kernels;  ///< in the order of the keys
    std::optional<CompileError> error;
};

/// Compiles all keys on `jobs` threads. `progress(done, total, name)` is called from any thread, one call at a time.
CompileResult compile(const std::vector<KernelKey> &keys, const CompileOptions &options,
                      const std::function<void(size_t, size_t, const std::string &)> &progress);

struct ArchiveMember {
    std::string name;
    std::string content;
};

/// Of the runtime's functions for CPUs, those that not every package needs.
struct RuntimeParts {
    bool lookup = false;  ///< of bytes in tables
    bool blocks = false;  ///< what kernels made for size share
};

/// The objects that every package of this target needs once (level choice, statuses, the CUDA launcher), and `parts`.
std::vector<ArchiveMember> runtime_objects(const Target &target, const std::string &prefix,
                                           const RuntimeParts &parts = {});

/// A static library in the target's format, with a symbol table and no timestamps.
std::string make_archive(const std::vector<ArchiveMember> &members, const Target &target);

/// Versions that decide the bytes: {"halide": "21.0.0", "llvm": "22.1.8", "actinide": "0.1.0"}.
std::map<std::string, std::string> component_versions();

}  // namespace actinide
