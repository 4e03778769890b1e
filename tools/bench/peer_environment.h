// A Python environment of its own for the libraries that are measured beside ours.
#pragma once

#include <string>
#include <vector>

namespace actinide {

/// Packages with versions, each once, that these peers need.
std::vector<std::string> peer_packages(const std::vector<std::string> &peers);

/// The interpreter of the environment in that folder, whether or not it is there.
std::string interpreter_of(const std::string &folder);

/// Makes the environment anew with the `python3` of this machine and has pip install the packages. What both print goes
/// to standard error. Returns what failed, or an empty text.
std::string make_peer_environment(const std::string &folder, const std::vector<std::string> &packages);

}  // namespace actinide
