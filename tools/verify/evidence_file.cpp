#include "tools/verify/evidence_file.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "generators/catalogue/evidence.h"
#include "tools/compiler/whole_file.h"
#include "tools/verify/number_format.h"

namespace actinide {
namespace {

using Json = nlohmann::ordered_json;

Json entry_of(const KernelReport &report) {
    const ErrorStatistics &found = report.statistics;
    const auto of_all_inputs = [&](uint64_t digest) { return report.is_exhaustive ? digest_text(digest) : ""; };
    return {{"max_ulp", found.max_ulp},
            {"worst_input", in_hexadecimal(report.key.dtype, found.worst_input)},
            {"inputs", report.inputs},
            {"exhaustive", report.is_exhaustive},
            {"input_count", found.count},
            {"not_correctly_rounded", found.not_correctly_rounded},
            {"mean_ulp", found.mean_ulp()},
            {"order_breaks", found.order_breaks},
            {"digest", of_all_inputs(report.digest)},
            {"sampled_digest", of_all_inputs(report.sampled_digest)}};
}

/// Nothing where there is a file that cannot be read: what it holds must not be lost.
std::optional<Json> read_json(const std::string &path) {
    if (!std::filesystem::exists(path)) return Json{{"activation", ""}, {"kernels", Json::object()}};
    std::ifstream stream(path);
    Json json = Json::parse(stream, nullptr, /*allow_exceptions=*/false);
    const bool is_whole = json.is_object() && json.contains("kernels");
    return is_whole ? std::optional(json) : std::nullopt;
}

std::string key_of(const KernelReport &report) {
    return evidence_key(*report.key.activation, report.key.pass, report.key.dtype, report.function_ulp);
}

bool is_evidence(const KernelReport &report) {
    return report.failure.empty() && report.statistics.count > 0;
}

/// A sample never takes the place of what was proven.
bool is_proven_already(const Json &kernels, const std::string &key) {
    return kernels.contains(key) && kernels[key].value("exhaustive", false);
}

std::optional<std::string> record_one(const KernelReport &report, const std::string &folder) {
    const std::string path = folder + "/" + report.key.activation->name + ".json";
    std::optional<Json> json = read_json(path);
    if (!json) return "'" + path + "' is no whole file of evidence; mend it, or remove it and record all of it again";
    if (!report.is_exhaustive && is_proven_already((*json)["kernels"], key_of(report))) return std::nullopt;
    (*json)["activation"] = report.key.activation->name;
    (*json)["kernels"][key_of(report)] = entry_of(report);
    if (write_whole_file(path, json->dump(1) + "\n")) return std::nullopt;
    return "'" + path + "' could not be written; check the folder and the free space";
}

}  // namespace

std::optional<std::string> record_evidence(const std::vector<KernelReport> &reports, const std::string &folder) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    std::map<std::string, const KernelReport *> recorded;
    for (const KernelReport &report : reports) {
        if (!is_evidence(report)) continue;
        // Whatever the target: evidence is about all of them.
        const std::string name = report.key.activation->name + "/" + key_of(report);
        const auto [known, is_new] = recorded.emplace(name, &report);
        if (!is_new && known->second->digest != report.digest) {
            return fmt::format("{} gives other bits at {} than at {}; nothing is recorded", name, report.level,
                               known->second->level);
        }
    }
    for (const auto &[name, report] : recorded) {
        if (auto failure = record_one(*report, folder)) return failure;
    }
    return std::nullopt;
}

}  // namespace actinide
