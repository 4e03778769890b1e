#include "tools/bench/run_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace actinide {
namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;

Json spread_json(const Spread &spread) {
    return {{"median", spread.median},
            {"lower_quartile", spread.lower_quartile},
            {"upper_quartile", spread.upper_quartile},
            {"minimum", spread.minimum}};
}

Json limit_json(const BenchCell &cell) {
    if (!cell.limit) return nullptr;
    return {{"stores", cell.limit->stores},
            {"ns_per_call", spread_json(cell.limit->nanoseconds)},
            {"gb_per_s", cell.limit_gigabytes_per_second()}};
}

/// JSON has no infinity, which is the error of a number where none should be.
Json ulp_json(const std::optional<double> &ulp) {
    if (!ulp) return nullptr;
    return std::isfinite(*ulp) ? Json(*ulp) : Json("infinite");
}

Json peer_json(const BenchCell &cell, const PeerCell &peer) {
    Json json = {{"peer", peer.peer}, {"max_ulp", ulp_json(peer.max_ulp)}};
    if (peer.nanoseconds) {
        json["ns_per_call"] = spread_json(*peer.nanoseconds);
        json["ns_per_element"] = peer.nanoseconds->median / static_cast<double>(cell.elements);
        json["ratio"] = cell.ratio_of(peer);
    } else {
        json["not_measured"] = peer.why_not;
    }
    return json;
}

Json cell_json(const BenchCell &cell) {
    Json json = {{"kernel", cell.kernel},
                 {"level", cell.level},
                 {"size", cell.size},
                 {"elements", cell.elements},
                 {"bytes", cell.bytes},
                 {"ns_per_call", spread_json(cell.nanoseconds)},
                 {"ns_per_element", cell.per_element()},
                 {"elements_per_ns", 1 / cell.per_element()},
                 {"gb_per_s", cell.gigabytes_per_second()},
                 {"limit", limit_json(cell)},
                 {"share_of_limit", cell.limit ? Json(cell.share_of_limit()) : Json()},
                 {"cycles_per_element", cell.cycles_per_element ? Json(*cell.cycles_per_element) : Json()},
                 {"samples", cell.samples}};
    if (cell.max_ulp) json["max_ulp"] = ulp_json(cell.max_ulp);
    for (const PeerCell &peer : cell.peers) json["peers"].push_back(peer_json(cell, peer));
    return json;
}

Json machine_json(const BenchMachine &machine) {
    Json caches = Json::object();
    for (const auto &[name, bytes] : machine.caches) caches[name] = bytes;
    return {{"cpu", machine.cpu},
            {"threads", machine.threads},
            {"target", machine.target},
            {"cache_bytes", caches},
            {"versions", machine.versions}};
}

/// JSON has no infinity, but a library may read 1e999 as one.
double positive_number(const Json &json) {
    const double number = json.get<double>();
    if (!std::isfinite(number) || number <= 0) throw std::invalid_argument("no time");
    return number;
}

size_t count_from(const Json &json) {
    constexpr size_t largest = size_t{1} << 40U;  // as --sizes
    const size_t count = json.is_number_unsigned() ? json.get<size_t>() : 0;
    if (count < 1 || count > largest) throw std::invalid_argument("no count");
    return count;
}

Spread spread_from(const Json &json) {
    return {positive_number(json.at("median")), positive_number(json.at("lower_quartile")),
            positive_number(json.at("upper_quartile")), positive_number(json.at("minimum"))};
}

std::optional<double> ulp_from(const Json &json) {
    if (json.is_null()) return std::nullopt;
    if (json == "infinite") return std::numeric_limits<double>::infinity();
    const double ulp = json.get<double>();
    if (!std::isfinite(ulp) || ulp < 0) throw std::invalid_argument("no error");
    return ulp;
}

PeerCell peer_from(const Json &json) {
    PeerCell peer{.peer = json.at("peer"), .max_ulp = ulp_from(json.at("max_ulp"))};
    if (json.contains("ns_per_call")) {
        peer.nanoseconds = spread_from(json.at("ns_per_call"));
    } else {
        peer.why_not = json.at("not_measured");
    }
    return peer;
}

BenchCell cell_from(const Json &json) {
    BenchCell cell;
    cell.kernel = json.at("kernel");
    cell.level = json.at("level");
    cell.size = count_from(json.at("size"));
    cell.elements = count_from(json.at("elements"));
    cell.bytes = json.at("bytes");
    cell.nanoseconds = spread_from(json.at("ns_per_call"));
    for (const Json &sample : json.at("samples")) cell.samples.push_back(positive_number(sample));
    const Json &limit = json.at("limit");
    if (!limit.is_null()) cell.limit = {limit.at("stores"), spread_from(limit.at("ns_per_call"))};
    const Json &cycles = json.at("cycles_per_element");
    if (!cycles.is_null()) cell.cycles_per_element = cycles.get<double>();
    // Runs without peers have neither.
    if (json.contains("max_ulp")) cell.max_ulp = ulp_from(json.at("max_ulp"));
    if (json.contains("peers")) {
        for (const Json &peer : json.at("peers")) cell.peers.push_back(peer_from(peer));
    }
    return cell;
}

BenchMachine machine_from(const Json &json) {
    BenchMachine machine;
    machine.cpu = json.at("cpu");
    machine.threads = json.at("threads");
    machine.target = json.at("target");
    for (const auto &[name, bytes] : json.at("cache_bytes").items()) machine.caches.emplace_back(name, bytes);
    machine.versions = json.at("versions").get<std::map<std::string, std::string>>();
    return machine;
}

/// Throws what the JSON library throws where the content is not ours.
BenchRun run_from(const Json &json) {
    if (json.at("format") != format_version) throw std::invalid_argument("another format");
    BenchRun run;
    run.machine = machine_from(json.at("machine"));
    for (const Json &cell : json.at("cells")) run.cells.push_back(cell_from(cell));
    run.notes = json.at("notes").get<std::vector<std::string>>();
    return run;
}

}  // namespace

std::string run_text(const BenchRun &run) {
    Json cells = Json::array();
    for (const BenchCell &cell : run.cells) cells.push_back(cell_json(cell));
    const Json json = {
        {"format", format_version}, {"machine", machine_json(run.machine)}, {"cells", cells}, {"notes", run.notes}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::variant<BenchRun, std::string> read_run(const std::string &path) {
    std::error_code ignored;
    const bool is_folder = std::filesystem::is_directory(path, ignored);
    std::ifstream stream(is_folder ? std::string() : path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (stream.bad() || !stream.is_open()) {
        return fmt::format("'{}' cannot be read; give a file that 'actinide bench --out FILE.json' wrote", path);
    }
    try {
        return run_from(Json::parse(text));
    } catch (const std::exception &) {
        return fmt::format(
            "'{}' is no whole file of 'actinide bench --out FILE.json' of this version: it was cut off, changed or is "
            "something else; measure again",
            path);
    }
}

}  // namespace actinide
