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
    const auto digest_text = [&](uint64_t digest) {
        return report.is_exhaustive ? fmt::format("{:016x}", digest) : "";
    };
    return {{"max_ulp", found.max_ulp},
            {"worst_input", in_hexadecimal(report.key.dtype, found.worst_input)},
            {"inputs", report.inputs},
            {"exhaustive", report.is_exhaustive},
            {"input_count", found.count},
            {"not_correctly_rounded", found.not_correctly_rounded},
            {"mean_ulp", found.mean_ulp()},
            {"order_breaks", found.order_breaks},
            {"digest", digest_text(report.digest)},
            {"sampled_digest", digest_text(report.sampled_digest)}};
}

Json read_json(const std::string &path) {
    std::ifstream stream(path);
    Json json = Json::parse(stream, nullptr, /*allow_exceptions=*/false);
    return json.is_object() && json.contains("kernels") ? json : Json{{"activation", ""}, {"kernels", Json::object()}};
}

bool is_evidence(const KernelReport &report) {
    const bool is_complete = report.is_exhaustive || report.key.dtype == DType::f64;
    return is_complete && report.failure.empty();
}

std::optional<std::string> record_one(const KernelReport &report, const std::string &folder) {
    const std::string path = folder + "/" + report.key.activation->name + ".json";
    Json json = read_json(path);
    json["activation"] = report.key.activation->name;
    json["kernels"][evidence_key(*report.key.activation, report.key.pass, report.key.dtype, report.function_ulp)] =
        entry_of(report);
    if (write_whole_file(path, json.dump(1) + "\n")) return std::nullopt;
    return "'" + path + "' could not be written; check the folder and the free space";
}

}  // namespace

std::optional<std::string> record_evidence(const std::vector<KernelReport> &reports, const std::string &folder) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    std::map<std::string, const KernelReport *> recorded;
    for (const KernelReport &report : reports) {
        if (!is_evidence(report)) continue;
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
