#include "tools/verify/sweep_state.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tools/compiler/digest.h"
#include "tools/verify/part_text.h"

namespace actinide {
namespace {

/// A line of the file: the digest of what follows, a space, the part.
std::string line_of(uint64_t part, const SweepPart &result) {
    const std::string text = part_json(part, result).dump();
    return digest(text) + " " + text;
}

}  // namespace

SweepState::SweepState(const std::string &folder, const std::string &name) {
    if (folder.empty()) return;
    path_ = folder + "/" + name + ".sweep";
    load();
    std::error_code ignored;
    std::filesystem::create_directories(folder, ignored);
    // Where nothing can be written, an interrupted run begins afresh.
    stream_.open(path_, std::ios::app | std::ios::binary);
}

void SweepState::load() {
    std::ifstream stream(path_, std::ios::binary);
    for (std::string line; std::getline(stream, line);) {
        const size_t space = line.find(' ');
        if (space == std::string::npos || digest(line.substr(space + 1)) != line.substr(0, space)) continue;
        try {
            parts_.insert(part_from_json(nlohmann::ordered_json::parse(line.substr(space + 1))));
        } catch (const std::exception &) {
            // A line of another form is one that is not there: its part is done again.
            continue;
        }
    }
}

bool SweepState::has(uint64_t part) const {
    const std::scoped_lock lock(mutex_);
    return parts_.contains(part);
}

void SweepState::add(uint64_t part, const SweepPart &result) {
    const std::scoped_lock lock(mutex_);
    parts_[part] = result;
    // The line's end comes first: a line that was cut off spoils no other.
    if (stream_.is_open()) stream_ << "\n" + line_of(part, result) << std::flush;
}

}  // namespace actinide
