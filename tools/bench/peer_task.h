// What another library is asked to do beside a kernel.
#pragma once

#include <map>
#include <string>

#include "tools/bench/numbers.h"
#include "tools/bench/peer_table.h"

namespace actinide {

/// One call on arrays of one size.
struct PeerTask {
    PeerCall call;
    DType dtype = DType::f32;
    size_t elements = 0;
    size_t channels = 1;
    std::map<std::string, const Block *> inputs;
};

}  // namespace actinide
