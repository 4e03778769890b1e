// How far a long sweep has come, on disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "tools/verify/kernel_sweep.h"

namespace actinide {

/// The finished parts of one sweep. Written whole every few seconds and at the end, so that an interrupted run goes on
/// where it stopped.
class SweepState {
public:
    /// `name` tells the sweep from every other; an empty folder keeps nothing.
    SweepState(std::string folder, const std::string &name);

    bool has(uint64_t part) const;
    void add(uint64_t part, const SweepPart &result);
    /// Writes what there is, now.
    void save();
    /// Forgets the file: the sweep is complete.
    void finish();

    /// Once no thread adds any more.
    const std::map<uint64_t, SweepPart> &parts() const { return parts_; }

private:
    std::string path_;
    mutable std::mutex mutex_;
    std::map<uint64_t, SweepPart> parts_;
    std::chrono::steady_clock::time_point last_saved_;

    void load();
    void save_locked();
};

}  // namespace actinide
