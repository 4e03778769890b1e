// How far a long sweep has come, on disk.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

#include "tools/verify/statistics.h"

namespace actinide {

/// The finished parts of one sweep, by their numbers. Each is written as soon as it is there, so that a run that is
/// killed at any moment loses no more than the parts that were under way.
class SweepState {
public:
    /// Reads what an earlier run left. `name` tells the sweep from every other; an empty folder keeps nothing.
    SweepState(const std::string &folder, const std::string &name);

    bool has(uint64_t part) const;
    void add(uint64_t part, const SweepPart &result);

    /// Once no thread adds any more.
    const std::map<uint64_t, SweepPart> &parts() const { return parts_; }
    /// The file, to be removed when what was found is safe elsewhere; empty: there is none.
    const std::string &path() const { return path_; }

private:
    std::string path_;
    mutable std::mutex mutex_;
    std::map<uint64_t, SweepPart> parts_;
    std::ofstream stream_;

    void load();
};

}  // namespace actinide
