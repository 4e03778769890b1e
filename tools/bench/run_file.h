// A run of the benchmark as a file, to be compared with a later one.
#pragma once

#include <string>
#include <variant>

#include "tools/bench/bench.h"

namespace actinide {

/// JSON, ended by a newline.
std::string run_text(const BenchRun &run);

/// What `run_text` wrote, or a sentence that says why the file is none.
std::variant<BenchRun, std::string> read_run(const std::string &path);

}  // namespace actinide
