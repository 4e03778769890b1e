// A Python environment of its own for the libraries that are measured beside ours.
#pragma once

#include <string>
#include <vector>

namespace actinide {

/// Packages with versions, each once, that these peers need.
std::vector<std::string> peer_packages(const std::vector<std::string> &peers);

/// The interpreter of the environment in that folder, whether or not it is there.
std::string interpreter_of(const std::string &folder);

/// Whether there is an environment, made to its end.
bool is_peer_environment(const std::string &folder);

/// Has the `python3` of this machine make the environment unless there is one, and pip install the packages that it
/// lacks. What both print goes to standard error. Interrupted, it leaves no environment but pieces, which the next call
/// removes. Returns what failed, or an empty text.
std::string make_peer_environment(const std::string &folder, const std::vector<std::string> &packages);

/// Returns why it could not be removed, or an empty text. Interrupted, it leaves pieces likewise.
std::string remove_peer_environment(const std::string &folder);

}  // namespace actinide
