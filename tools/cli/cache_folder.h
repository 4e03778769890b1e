// Where compiled kernels are kept.
#pragma once

#include <string>

namespace actinide::cli {

/// `given` if it is not empty, else $ACTINIDE_CACHE, $XDG_CACHE_HOME/actinide or ~/.cache/actinide; empty without a
/// home.
std::string find_cache_folder(const std::string &given);

/// Makes the folder if need be and marks it as ours, so that `cache clear` can never empty another one.
/// Returns why it cannot be used, or an empty text.
std::string prepare_cache_folder(const std::string &folder);

/// Whether the folder is marked as ours.
bool is_cache_folder(const std::string &folder);

/// The file that marks it; backup programs know it too and skip the folder.
constexpr const char *cache_tag = "CACHEDIR.TAG";

/// The folder in it for the Python environment of `bench --install-peers`.
constexpr const char *peers_folder = "peers";

}  // namespace actinide::cli
