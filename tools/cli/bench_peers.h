// Which other libraries stand beside our kernels in a benchmark, and what they did there.
#pragma once

#include <string>
#include <variant>

#include "tools/bench/bench.h"
#include "tools/cli/arguments.h"
#include "tools/cli/outcome.h"

namespace actinide::cli {

/// The peers of --peers and the interpreter that runs them, which --install-peers makes.
std::variant<PeerSettings, Outcome> choose_peers(const BenchArguments &arguments);

/// A table with a block for each kernel, and below it where a peer is faster and each peer's mean.
std::string peers_table(const BenchRun &run);

/// What bench_csv adds for peers: names, and a cell's values; both begin with a comma. Empty without peers.
std::string peers_csv_names(const BenchRun &run);
std::string peers_csv(const BenchCell &cell);

}  // namespace actinide::cli
