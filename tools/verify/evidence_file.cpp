#include "tools/verify/evidence_file.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tools/verify/number_format.h"

namespace actinide {
namespace {

using Json = nlohmann::ordered_json;

std::string hexadecimal(uint64_t value, size_t digits) {
    char text[24];
    (void)std::snprintf(text, sizeof text, "%0*lx", static_cast<int>(digits), static_cast<unsigned long>(value));
    return text;
}

Json entry_of(const KernelReport &report) {
    const ErrorStatistics &found = report.statistics;
    const size_t digits = 2 * bytes_per_element(report.key.dtype);
    return {{"max_ulp", found.max_ulp},
            {"worst_input", hexadecimal(found.worst_input, digits)},
            {"inputs", report.inputs},
            {"exhaustive", report.is_exhaustive},
            {"input_count", found.count},
            {"not_correctly_rounded", found.not_correctly_rounded},
            {"mean_ulp", found.mean_ulp()},
            {"order_breaks", found.order_breaks},
            {"digest", report.is_exhaustive ? hexadecimal(report.digest, 16) : ""},
            {"sampled_digest", report.is_exhaustive ? hexadecimal(report.sampled_digest, 16) : ""}};
}

Json read_json(const std::string &path) {
    std::ifstream stream(path);
    Json json = Json::parse(stream, nullptr, /*allow_exceptions=*/false);
    return json.is_object() && json.contains("kernels") ? json : Json{{"activation", ""}, {"kernels", Json::object()}};
}

std::optional<std::string> write_whole(const std::string &path, const std::string &content) {
    const std::string partial = path + ".partial-" + std::to_string(getpid());
    std::ofstream stream(partial, std::ios::binary);
    stream << content;
    stream.close();
    std::error_code problem;
    if (stream.good()) std::filesystem::rename(partial, path, problem);
    if (stream.good() && !problem) return std::nullopt;
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    return "'" + path + "' could not be written; check the folder and the free space";
}

std::optional<std::string> record_one(const KernelReport &report, const std::string &folder) {
    const std::string path = folder + "/" + report.key.activation->name + ".json";
    Json json = read_json(path);
    json["activation"] = report.key.activation->name;
    json["kernels"][to_string(report.key.pass) + "/" + to_string(report.key.dtype)] = entry_of(report);
    return write_whole(path, json.dump(1) + "\n");
}

}  // namespace

std::optional<std::string> record_evidence(const std::vector<KernelReport> &reports, const std::string &folder) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    std::map<std::string, const KernelReport *> recorded;
    for (const KernelReport &report : reports) {
        const auto [known, is_new] = recorded.emplace(to_string(report.key), &report);
        if (!is_new && known->second->digest != report.digest) {
            return to_string(report.key) + " gives other bits at " + report.level + " than at " + known->second->level +
                   "; nothing is recorded of it";
        }
        if (!is_new) continue;
        if (auto failure = record_one(report, folder)) return failure;
    }
    return std::nullopt;
}

}  // namespace actinide
