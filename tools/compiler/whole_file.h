// Files that appear whole or not at all.
#pragma once

#include <string>

namespace actinide {

/// Writes `content` beside `path`, under a name that no other thread or process has, and renames it. On false nothing
/// is left behind and `path` is as it was. Where `path` is a link, what it points to is replaced.
bool write_whole_file(const std::string &path, const std::string &content);

}  // namespace actinide
