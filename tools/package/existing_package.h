// What already stands where a package is to be written.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace actinide {

/// Why `folder` may not be replaced; empty if it may: it does not exist, is empty, or holds one package of ours and
/// nothing else. Whatever a user put there is never deleted.
std::optional<std::string> why_not_replaceable(const std::string &folder);

/// Whether `folder` holds exactly `files`.
bool holds_exactly(const std::string &folder, const std::map<std::string, std::string> &files);

/// Whether the file at `path` has exactly this content.
bool has_content(const std::string &path, const std::string &content);

}  // namespace actinide
