// What already stands where a folder is to be written.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "tools/package/package.h"

namespace actinide {

/// Why `folder` may not be replaced; empty if it may: it does not exist, is empty, or holds one of ours of that kind
/// and nothing else. Whatever a user put there is never deleted.
std::optional<std::string> why_not_replaceable(const std::string &folder, const FolderKind &kind);

/// Whether `folder` holds exactly `files`.
bool holds_exactly(const std::string &folder, const std::map<std::string, std::string> &files);

/// Whether the file at `path` has exactly this content.
bool has_content(const std::string &path, const std::string &content);

}  // namespace actinide
