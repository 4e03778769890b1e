// The texts that a package carries nearly as they stand in tools/package/texts/; `@name@` and the like are filled in.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace actinide {

/// The text of this name: "LICENSE", "NOTICE", "manifest" (its schema), "config", "config_version".
const char *text_of(std::string_view name);

/// `text` with every `@key@` replaced by its value. A key that the text does not hold is a mistake of the caller.
std::string fill_in(std::string text, const std::map<std::string, std::string> &values);

}  // namespace actinide
