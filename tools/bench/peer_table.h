// Which operation of which library computes what one of our kernels does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/compiler/compiler.h"

namespace actinide {

/// A library that has activations too.
struct PeerLibrary {
    const char *name;
    std::vector<std::string> packages;  ///< that a Python environment needs for it, with versions; none: no Python
};

/// In the order in which messages name them.
const std::vector<PeerLibrary> &peer_libraries();

/// Texts name inputs as signatures do, the output `out`, and the defaults of our parameters {parameter}.
struct PeerOperation {
    const char *peer;
    const char *activation;
    Pass pass;
    /// torch: a call in Python. onnxruntime: nodes in ONNX's textual syntax. onednn: ALGORITHM(ALPHA, BETA).
    const char *operation;
    const char *setup =
        "";  ///< of torch: statements before, whose time is not taken; `channels` as KernelCall has them
};

const std::vector<PeerOperation> &peer_operations();

/// What a library is asked to run.
struct PeerCall {
    std::string operation;
    std::string setup;
};

/// None where the library has no such operation. What a user or other conventions define is no peer's.
std::optional<PeerCall> find_peer_call(const KernelKey &key, const std::string &peer);

}  // namespace actinide
