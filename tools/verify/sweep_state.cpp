#include "tools/verify/sweep_state.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tools/compiler/whole_file.h"

namespace actinide {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds between_saves(5);

Json json_of(const ErrorStatistics &s) {
    // JSON has no infinity.
    const double max_ulp = s.max_ulp > std::numeric_limits<double>::max() ? -1 : s.max_ulp;
    const double sum_ulp = s.sum_ulp > std::numeric_limits<double>::max() ? -1 : s.sum_ulp;
    return {s.count,     max_ulp,        s.worst_input,           s.worst_output,     sum_ulp,
            s.histogram, s.order_breaks, s.not_correctly_rounded, s.wrong_zero_signs, s.oddness_breaks,
            s.in_doubt};
}

double or_infinite(double value) {
    return value < 0 ? std::numeric_limits<double>::infinity() : value;
}

ErrorStatistics statistics_of(const Json &json) {
    ErrorStatistics s;
    s.count = json.at(0);
    s.max_ulp = or_infinite(json.at(1));
    s.worst_input = json.at(2);
    s.worst_output = json.at(3);
    s.sum_ulp = or_infinite(json.at(4));
    s.histogram = json.at(5);
    s.order_breaks = json.at(6);
    s.not_correctly_rounded = json.at(7);
    s.wrong_zero_signs = json.at(8);
    s.oddness_breaks = json.at(9);
    s.in_doubt = json.at(10);
    return s;
}

}  // namespace

SweepState::SweepState(std::string folder, const std::string &name) {
    if (folder.empty()) return;
    path_ = std::move(folder) + "/" + name + ".sweep";
    last_saved_ = std::chrono::steady_clock::now();
    load();
}

void SweepState::load() {
    std::ifstream stream(path_, std::ios::binary);
    const Json json = Json::parse(stream, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) return;
    try {
        std::map<uint64_t, SweepPart> parts;
        for (const auto &[part, result] : json.items()) {
            parts[std::stoull(part)] = {result.at("digest"), statistics_of(result.at("statistics"))};
        }
        parts_ = std::move(parts);
    } catch (const std::exception &) {
        // A file of another form is one that is not there: the sweep begins afresh.
        parts_.clear();
    }
}

bool SweepState::has(uint64_t part) const {
    const std::scoped_lock lock(mutex_);
    return parts_.contains(part);
}

void SweepState::add(uint64_t part, const SweepPart &result) {
    const std::scoped_lock lock(mutex_);
    parts_[part] = result;
    if (std::chrono::steady_clock::now() - last_saved_ > between_saves) save_locked();
}

void SweepState::save() {
    const std::scoped_lock lock(mutex_);
    save_locked();
}

void SweepState::save_locked() {
    last_saved_ = std::chrono::steady_clock::now();
    if (path_.empty()) return;
    Json json = Json::object();
    for (const auto &[part, result] : parts_) {
        json[std::to_string(part)] = {{"digest", result.digest}, {"statistics", json_of(result.statistics)}};
    }
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
    // Without it an interrupted run begins afresh.
    static_cast<void>(write_whole_file(path_, json.dump()));
}

void SweepState::finish() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

}  // namespace actinide
