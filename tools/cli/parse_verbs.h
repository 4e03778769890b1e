// The words after each verb, as its arguments.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/arguments.h"

namespace actinide::cli {

Request parse_list(const std::vector<std::string> &words);
Request parse_show(const std::vector<std::string> &words);
Request parse_build(const std::vector<std::string> &words);
Request parse_tune(const std::vector<std::string> &words);
Request parse_verify(const std::vector<std::string> &words);
Request parse_bench(const std::vector<std::string> &words);

}  // namespace actinide::cli
