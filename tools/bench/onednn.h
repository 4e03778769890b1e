// oneDNN, loaded into this process from a shared library: its elementwise primitives, made once and run again and
// again.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tools/bench/peer_task.h"
#include "tools/bench/race.h"

namespace actinide {

class Onednn {
public:
    /// `library` as dlopen takes it. Nothing is loaded yet.
    explicit Onednn(std::string library) : library_(std::move(library)) {}

    /// Loads the library where that is not done. Returns why it cannot be used, or an empty text.
    std::string start();
    /// Returns why the library cannot run this, or an empty text. The call is "ALGORITHM(ALPHA, BETA)", named as
    /// dnnl_alg_kind_t does behind dnnl_eltwise_.
    std::string prepare(const PeerTask &task);
    Contestant contestant();
    /// What one call gives; empty where the library failed.
    Block result(const PeerTask &task);

    const std::string &version() const { return version_; }
    const std::string &failure() const { return failure_; }
    std::string how_it_is_called() const { return "is called in this process"; }
    std::string how_to_get_it() const;

private:
    struct Functions;
    using Handle = std::shared_ptr<void>;

    std::string library_;
    std::shared_ptr<const Functions> functions_;
    std::string version_;
    std::string failure_;
    Handle engine_, stream_, primitive_;
    std::unique_ptr<char, decltype(&std::free)> arrays_{nullptr, std::free};
    char *output_ = nullptr;
    std::vector<Handle> memories_;
    std::vector<int> places_;  ///< of the memories among a primitive's arguments

    std::string load();
    std::string make_primitive(const PeerTask &task, void *description);
    void place_arrays(const PeerTask &task, void *description);
    void run();
};

}  // namespace actinide
