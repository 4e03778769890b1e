// Searches the schedules of kernels for those that are faster than the hand-written ones.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "schedules/tuned_records.h"
#include "tools/compiler/compiler.h"
#include "tools/tune/candidates.h"
#include "tools/tune/runner.h"

namespace actinide {

struct TuneOptions {
    Effort effort = Effort::normal;
    double budget = 0;             ///< seconds after which no further kernel is begun; 0: no limit
    std::vector<size_t> sizes;     ///< of arrays in the caches; empty: the usual ones
    std::string cpu;               ///< as records name it; of a runner, empty: what its machine says
    std::string model;             ///< LLVM's name of a CPU whose model judges; empty: the kernels are timed
    std::optional<Runner> runner;  ///< times the kernels elsewhere; without, they are timed here
    CompileOptions compile;
    std::function<bool()> is_stopped;
};

/// What one search found.
struct TuneResult {
    TunedRecord record;
    size_t tried = 0;   ///< schedules that differ in their code, the hand-written one among them
    double spread = 0;  ///< between the quartiles of the hand schedule's times, as a share of the median
};

struct TuneListener {
    /// What is going on: the kernels done and all of them, and a line of words.
    std::function<void(size_t done, size_t total, const std::string &what)> progress;
    /// After each search, so that an interruption loses one search at most.
    std::function<void(const TuneResult &result)> found;
};

struct TuneRun {
    std::vector<TuneResult> results;
    std::vector<std::string> notes;     ///< what was left out and why, a sentence each
    std::vector<std::string> failures;  ///< of the runner, a sentence for each search that one ended
    bool is_complete = true;            ///< neither stopped nor out of its budget
};

/// `keys` are of one level each. Throws CompileFailure where a hand-scheduled kernel cannot be compiled or loaded.
std::variant<TuneRun, CompileError> tune(const std::vector<KernelKey> &keys, const TuneOptions &options,
                                         const TuneListener &listener);

}  // namespace actinide
