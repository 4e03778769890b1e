#include "tools/cli/bench_peers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tools/bench/peer_environment.h"
#include "tools/cli/cache_folder.h"
#include "tools/cli/choice.h"
#include "tools/cli/number_columns.h"
#include "tools/cli/terminal.h"

namespace actinide::cli {
namespace {

constexpr size_t most_losses = 12;

std::vector<Candidate<std::string>> known_peers() {
    std::vector<Candidate<std::string>> candidates;
    for (const PeerLibrary &library : peer_libraries()) candidates.push_back({library.name, {library.name}});
    return candidates;
}

/// Otherwise a name, which dlopen or $PATH finds or not.
bool is_path(const std::string &program) {
    return program.find('/') != std::string::npos;
}

/// Runs what installs; nothing if all went well.
std::optional<Outcome> install(const std::string &folder, const std::vector<std::string> &names, bool quiet) {
    const std::vector<std::string> packages = peer_packages(names);
    if (packages.empty()) {
        return fail(exit_usage,
                    fmt::format("--install-peers has nothing to install for {}; leave it out", fmt::join(names, ", ")));
    }
    if (!quiet) {
        print_message(fmt::format(
            "{} '{}' with {}, from where pip is set to look (PIP_INDEX_URL, PIP_EXTRA_INDEX_URL); nothing "
            "else on this machine changes",
            is_peer_environment(folder) ? "adding to the Python environment in" : "making a Python environment in",
            folder, fmt::join(packages, ", ")));
    }
    const std::string problem = make_peer_environment(folder, packages);
    if (problem.empty()) return std::nullopt;
    return fail(exit_missing, fmt::format("{}; what it printed above says why; mend that and repeat the command, or "
                                          "name an interpreter that has the packages with --peers-python",
                                          problem));
}

/// A value of the cell, or what stands there instead.
std::string time_text(const BenchCell &cell, const PeerCell &peer) {
    if (!peer.nanoseconds) return "not measured";
    return three_digits(peer.nanoseconds->median / static_cast<double>(cell.elements));
}

std::string ulp_text(const std::optional<double> &ulp) {
    if (!ulp) return "";
    if (*ulp == 0) return "0";
    return std::isfinite(*ulp) ? three_digits(*ulp) : "infinite";
}

/// All cells' peers of one name.
struct Standing {
    std::string peer;
    size_t measured = 0, not_measured = 0, lost = 0;  ///< lost: the peer is faster
    double sum_of_logarithms = 0;

    double mean() const { return std::exp(sum_of_logarithms / static_cast<double>(measured)); }
};

std::vector<Standing> find_standings(const BenchRun &run) {
    std::vector<Standing> standings;
    for (const BenchCell &cell : run.cells) {
        for (const PeerCell &peer : cell.peers) {
            auto standing = std::find_if(standings.begin(), standings.end(),
                                         [&](const Standing &known) { return known.peer == peer.peer; });
            if (standing == standings.end()) standing = standings.insert(standing, Standing{.peer = peer.peer});
            if (!peer.nanoseconds) {
                ++standing->not_measured;
                continue;
            }
            ++standing->measured;
            standing->sum_of_logarithms += std::log(cell.ratio_of(peer));
            if (cell.ratio_of(peer) < 1) ++standing->lost;
        }
    }
    return standings;
}

/// A line for each cell in which a peer is faster, by the ratio.
std::multimap<double, std::string> find_losses(const BenchRun &run) {
    std::multimap<double, std::string> losses;
    for (const BenchCell &cell : run.cells) {
        for (const PeerCell &peer : cell.peers) {
            if (!peer.nanoseconds || cell.ratio_of(peer) >= 1) continue;
            losses.emplace(
                cell.ratio_of(peer),
                fmt::format("  {} takes {:.2f} times as long as {} at size {}\n", peer.peer, cell.ratio_of(peer),
                            name_at_level(cell.kernel, cell.level), size_text(cell.size)));
        }
    }
    return losses;
}

std::string summary_of(const BenchRun &run) {
    std::string text;
    const auto losses = find_losses(run);
    if (!losses.empty()) text += "\nfaster than ours:\n";
    size_t listed = 0;
    for (auto loss = losses.begin(); loss != losses.end() && listed < most_losses; ++loss, ++listed)
        text += loss->second;
    if (losses.size() > listed) text += fmt::format("  and {} more by less\n", losses.size() - listed);
    text += "\n";
    for (const Standing &standing : find_standings(run)) {
        text += standing.peer + ": ";
        if (standing.measured > 0) {
            text += fmt::format("takes {:.2f} times as long as ours (geometric mean of {} cells, slower in {}), ",
                                standing.mean(), standing.measured, standing.measured - standing.lost);
        }
        text += fmt::format("not measured in {}\n", standing.not_measured);
    }
    return text;
}

const std::vector<PeerCell> &peers_of(const BenchRun &run) {
    static const std::vector<PeerCell> none;
    return run.cells.empty() ? none : run.cells.front().peers;
}

}  // namespace

std::variant<PeerSettings, Outcome> choose_peers(const BenchArguments &arguments) {
    PeerSettings settings;
    if (arguments.peers.empty()) return settings;
    auto items = join_lists(arguments.peers, "--peers");
    if (const Outcome *failure = std::get_if<Outcome>(&items)) return *failure;
    auto chosen = choose<std::string>(std::get<0>(items), known_peers(), "peer", "actinide help bench");
    if (const Outcome *failure = std::get_if<Outcome>(&chosen)) return *failure;
    for (const Choice<std::string> &choice : std::get<0>(chosen)) settings.names.push_back(choice.name);
    if (arguments.peers_timeout > 0) settings.seconds = arguments.peers_timeout;

    settings.onednn = arguments.onednn.empty() ? "libdnnl.so.3" : arguments.onednn;
    if (is_path(settings.onednn) && ::access(settings.onednn.c_str(), R_OK) != 0) {
        return fail(exit_missing,
                    fmt::format("--onednn '{}' is no file here; give the path of libdnnl.so.3", arguments.onednn));
    }
    settings.interpreter = arguments.peers_python;
    if (!settings.interpreter.empty()) {
        if (!is_path(settings.interpreter) || ::access(settings.interpreter.c_str(), X_OK) == 0) return settings;
        return fail(exit_missing,
                    fmt::format("--peers-python '{}' is no program here; name a Python interpreter, as in "
                                "--peers-python /usr/bin/python3",
                                settings.interpreter));
    }
    const std::string cache = find_cache_folder(arguments.cache_folder);
    const std::string folder = cache + "/" + peers_folder;
    if (arguments.install_peers) {
        if (cache.empty()) {
            return fail(exit_missing,
                        "there is no home folder for a cache; give one with --cache DIR or $ACTINIDE_CACHE");
        }
        if (const std::string problem = prepare_cache_folder(cache); !problem.empty())
            return fail(exit_refused, problem);
        if (const auto failure = install(folder, settings.names, arguments.quiet)) return *failure;
    }
    settings.interpreter = !cache.empty() && is_peer_environment(folder) ? interpreter_of(folder) : "python3";
    return settings;
}

std::string peers_table(const BenchRun &run) {
    Rows rows = {{"KERNEL", "SIZE", "A CALL", "NS/ELEMENT", "OF COPY", "ULP"}};
    for (const PeerCell &peer : peers_of(run)) {
        for (const char *column : {"NS/ELEMENT", "TIMES OURS", "ULP"}) rows.back().push_back(peer.peer + " " + column);
    }
    rows.back().emplace_back();
    std::string last;
    for (const BenchCell &cell : run.cells) {
        std::vector<std::string> row = {name_unless_repeated(name_at_level(cell.kernel, cell.level), last),
                                        size_text(cell.size),
                                        readable_time(cell.nanoseconds.median),
                                        three_digits(cell.per_element()),
                                        cell.limit ? fmt::format("{:.0f} %", 100 * cell.share_of_limit()) : "",
                                        ulp_text(cell.max_ulp)};
        for (const PeerCell &peer : cell.peers) {
            row.push_back(time_text(cell, peer));
            row.push_back(peer.nanoseconds ? fmt::format("{:.2f}", cell.ratio_of(peer)) : "");
            row.push_back(ulp_text(peer.max_ulp));
        }
        row.emplace_back();
        rows.push_back(row);
    }
    return align_numbers(rows, 1) + summary_of(run);
}

std::string peers_csv_names(const BenchRun &run) {
    std::string text;
    if (peers_of(run).empty()) return text;
    text += ",max_ulp";
    for (const PeerCell &peer : peers_of(run)) {
        text += fmt::format(",{0}_median_ns,{0}_ns_per_element,{0}_ratio,{0}_max_ulp", peer.peer);
    }
    return text;
}

std::string peers_csv(const BenchCell &cell) {
    std::string text;
    if (cell.peers.empty()) return text;
    const auto number = [](const std::optional<double> &value) {
        return value ? fmt::format(",{:.6g}", *value) : std::string(",");
    };
    text += number(cell.max_ulp);
    for (const PeerCell &peer : cell.peers) {
        text += peer.nanoseconds
                    ? fmt::format(",{:.6g},{:.6g},{:.6g}", peer.nanoseconds->median,
                                  peer.nanoseconds->median / static_cast<double>(cell.elements), cell.ratio_of(peer))
                    : ",,,";
        text += number(peer.max_ulp);
    }
    return text;
}

}  // namespace actinide::cli
