#include "tools/bench/peer_contest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace actinide {
namespace {

/// A library whose process fails so often is left alone.
constexpr size_t most_failures = 3;

const auto version_of = [](const auto &library) -> const std::string & { return library->version(); };
const auto failure_of = [](const auto &library) -> const std::string & { return library->failure(); };

}  // namespace

PeerContest::PeerContest(const PeerSettings &settings, const Note &note) : note_(note) {
    for (const std::string &name : settings.names) {
        Peer &peer = contestants_.emplace_back();
        peer.name = name;
        if (name == "onednn") {
            peer.library = std::make_unique<Onednn>(settings.onednn);
        } else {
            peer.library = std::make_unique<PeerProgram>(name, settings.interpreter, settings.seconds);
        }
        std::visit(
            [&](const auto &library) {
                peer.missing = library->start();
                note(peer.missing.empty()
                         ? fmt::format("{} {} {}", name, library->version(), library->how_it_is_called())
                         : fmt::format("{} is not measured ({}); {}", name, peer.missing, library->how_to_get_it()));
            },
            peer.library);
    }
}

std::map<std::string, std::string> PeerContest::versions() const {
    std::map<std::string, std::string> versions;
    for (const Peer &peer : contestants_) {
        const std::string &version = std::visit(version_of, peer.library);
        if (!version.empty()) versions[peer.name] = version;
    }
    return versions;
}

void PeerContest::note_failure(Peer &peer, const KernelKey &key) {
    note_(fmt::format("{} is not measured beside {}: {}", peer.name, to_string(key),
                      std::visit(failure_of, peer.library)));
    if (++peer.failures < most_failures) return;
    peer.missing = fmt::format("failed {} times", most_failures);
    note_(fmt::format("{} {} and is left out from here on", peer.name, peer.missing));
}

/// Why the library cannot run this, or an empty text.
std::string PeerContest::prepare_one(Peer &peer, const KernelKey &key, PeerTask &task) {
    if (!peer.missing.empty()) return peer.missing;
    const std::optional<PeerCall> call = find_peer_call(key, peer.name);
    if (!call) return fmt::format("{} has no operation for it", peer.name);
    task.call = *call;
    const std::string problem = std::visit(
        [&](const auto &library) {
            std::string missing = library->start();
            return missing.empty() ? library->prepare(task) : missing;
        },
        peer.library);
    if (!problem.empty() && !std::visit(failure_of, peer.library).empty()) note_failure(peer, key);
    return problem;
}

void PeerContest::check(const KernelKey &key, PeerTask task, const Judge &judge) {
    for (Peer &peer : contestants_) {
        peer.max_ulp.reset();
        if (peer.missing.empty() && !find_peer_call(key, peer.name)) peer.gaps.push_back(to_string(key));
        if (!prepare_one(peer, key, task).empty()) continue;
        const Block outputs = std::visit([&](const auto &library) { return library->result(task); }, peer.library);
        if (outputs.empty()) {
            note_failure(peer, key);
        } else {
            peer.max_ulp = judge(outputs);
        }
    }
}

std::vector<PeerCell> PeerContest::prepare(const KernelKey &key, PeerTask task) {
    std::vector<PeerCell> cells;
    for (Peer &peer : contestants_) {
        PeerCell &cell = cells.emplace_back(PeerCell{.peer = peer.name, .max_ulp = peer.max_ulp});
        const bool was_in = peer.missing.empty();
        cell.why_not = prepare_one(peer, key, task);
        const bool is_refused = was_in && !cell.why_not.empty() && std::visit(failure_of, peer.library).empty();
        if (!is_refused || !find_peer_call(key, peer.name)) continue;
        note_(fmt::format("{} is not measured beside {}: {}", peer.name, to_string(key), cell.why_not));
    }
    return cells;
}

std::vector<std::string> PeerContest::gaps() const {
    std::vector<std::string> sentences;
    for (const Peer &peer : contestants_) {
        if (peer.gaps.empty()) continue;
        sentences.push_back(fmt::format("{} is not measured where it has no operation of its own: {}", peer.name,
                                        fmt::join(peer.gaps, ", ")));
    }
    return sentences;
}

Contestant PeerContest::contestant(size_t index) {
    return std::visit([](const auto &library) { return library->contestant(); }, contestants_[index].library);
}

void PeerContest::take(size_t index, const KernelKey &key, const Timing &timing, PeerCell &cell) {
    Peer &peer = contestants_[index];
    if (std::visit(failure_of, peer.library).empty()) {
        cell.nanoseconds = spread_of(timing.nanoseconds);
        return;
    }
    cell.why_not = std::visit(failure_of, peer.library);
    note_failure(peer, key);
}

}  // namespace actinide
