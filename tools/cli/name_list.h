// Comma lists and globs, as options and kernel forms take them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace actinide::cli {

/// "a,b" -> {"a", "b"}; nothing if any item is empty.
std::optional<std::vector<std::string>> split_list(std::string_view text);

/// Whether `item` may stand for several names: "all", or with * or ? in it.
bool is_pattern(std::string_view item);

/// Whether `name` matches `pattern`; * stands for any characters, ? for one, "all" for everything.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace actinide::cli
