// Other libraries beside one of our kernels, on the same inputs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tools/bench/onednn.h"
#include "tools/bench/peer_program.h"
#include "tools/bench/race.h"
#include "tools/bench/samples.h"

namespace actinide {

struct PeerSettings {
    std::vector<std::string> names;  ///< of peer_libraries; empty: none
    std::string interpreter;         ///< of Python
    double seconds = 60;             ///< for each answer of a library's process
    std::string onednn;              ///< its shared library
};

/// What a library did where a kernel was measured.
struct PeerCell {
    std::string peer;
    std::optional<Spread> nanoseconds = {};  ///< of a call
    std::optional<double> max_ulp = {};      ///< on the inputs on which the kernel's own error is taken
    std::string why_not = {};                ///< not measured: the reason
};

class PeerContest {
public:
    using Note = std::function<void(const std::string &)>;
    /// The largest error, in ULP, of what a library gave for the inputs of a check.
    using Judge = std::function<double(const Block &outputs)>;

    /// Loads the libraries or starts their processes; what is missing is noted.
    PeerContest(const PeerSettings &settings, const Note &note);

    bool is_empty() const { return contestants_.empty(); }
    std::map<std::string, std::string> versions() const;
    /// A sentence for each library that has no operation for some of the kernels.
    std::vector<std::string> gaps() const;

    /// Asks each library for the results of the task, whose call is the library's own for this kernel.
    void check(const KernelKey &key, PeerTask task, const Judge &judge);
    /// Prepares each library for the task. Those that cannot take part say why.
    std::vector<PeerCell> prepare(const KernelKey &key, PeerTask task);
    /// Of the prepared library at that place in the cells.
    Contestant contestant(size_t index);
    /// Takes what the race has measured, or why it has not.
    void take(size_t index, const KernelKey &key, const Timing &timing, PeerCell &cell);

private:
    struct Peer {
        std::string name;
        std::variant<std::unique_ptr<PeerProgram>, std::unique_ptr<Onednn>> library;
        std::string missing;  ///< why it is out of the contest; empty: it is in
        size_t failures = 0;
        std::optional<double> max_ulp = {};
        std::vector<std::string> gaps = {};  ///< kernels
    };
    Note note_;
    std::vector<Peer> contestants_;

    std::string prepare_one(Peer &peer, const KernelKey &key, PeerTask &task);
    void note_failure(Peer &peer, const KernelKey &key);
};

}  // namespace actinide
