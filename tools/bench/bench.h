// How fast kernels are on this machine, beside what the machine can do at best with the bytes that they move.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tools/bench/peer_contest.h"
#include "tools/bench/race.h"
#include "tools/bench/samples.h"
#include "tools/compiler/compiler.h"

namespace actinide {

/// What numbers depend on besides the kernels.
struct BenchMachine {
    std::string cpu;     ///< "AMD EPYC 9654 96-Core Processor"; empty if the system does not tell
    size_t threads = 0;  ///< that the machine runs at once; kernels take one
    std::string target;  ///< the best that it runs
    std::vector<std::pair<std::string, size_t>> caches;
    std::map<std::string, std::string> versions;
};

/// A copy of the same bytes: as many arrays read and written.
struct CopyTime {
    std::string stores;  ///< "plain" or "streaming", whichever was faster
    Spread nanoseconds;  ///< of a call
};

/// One kernel at one size.
struct BenchCell {
    std::string kernel;   ///< "elu/backward/f32@x86-64"
    std::string level;    ///< "x86-64-avx2"
    size_t size = 0;      ///< as asked for
    size_t elements = 0;  ///< what the shape makes of it
    size_t bytes = 0;     ///< read and written by a call
    Spread nanoseconds;   ///< of a call
    std::vector<double> samples;
    std::optional<CopyTime> limit;  ///< none where the kernel has more arrays than the copies are made for
    std::optional<double> cycles_per_element;
    std::optional<double> max_ulp = {};  ///< on some normal inputs, with dy = 1; known beside peers
    std::vector<PeerCell> peers = {};    ///< other libraries with the same arrays, in turn with the kernel

    double per_element() const { return nanoseconds.median / static_cast<double>(elements); }
    double gigabytes_per_second() const { return static_cast<double>(bytes) / nanoseconds.median; }
    double limit_gigabytes_per_second() const { return static_cast<double>(bytes) / limit->nanoseconds.median; }
    double share_of_limit() const { return limit->nanoseconds.median / nanoseconds.median; }
    /// Above 1 where the kernel is faster. Precondition: the peer was measured.
    double ratio_of(const PeerCell &peer) const { return peer.nanoseconds->median / nanoseconds.median; }
};

struct BenchRun {
    BenchMachine machine;
    std::vector<BenchCell> cells;
    std::vector<std::string> notes;  ///< what was left out and why, a sentence each
};

struct BenchOptions {
    std::vector<size_t> sizes;
    RaceOptions race;
    CompileOptions compile;
    PeerSettings peers;
};

/// Called before each cell, or kernel to compile, with what is done, the total and the name.
using BenchProgress = std::function<void(size_t done, size_t total, const std::string &name)>;

/// The compiled kernels, each with the forward kernel that gives its saved output where it takes one.
struct BenchKernel {
    CompiledKernel kernel;
    std::optional<CompiledKernel> forward;
};
using PreparedBench = std::variant<std::vector<BenchKernel>, CompileError>;
PreparedBench prepare_bench(const std::vector<KernelKey> &keys, const CompileOptions &options,
                            const BenchProgress &progress);

/// Without the machine's CPU, which the caller knows. Where the race is stopped, with the cells up to there.
BenchRun run_bench(const std::vector<BenchKernel> &kernels, const BenchOptions &options, const BenchProgress &progress);

/// "elu/forward/f32@x86-64 at x86-64-avx2"; a level that the kernel's name has already is not repeated.
std::string name_at_level(const std::string &kernel, const std::string &level);

/// "64M" for 2^26, "1000" for 1000.
std::string size_text(size_t size);

}  // namespace actinide
