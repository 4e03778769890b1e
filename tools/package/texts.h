// The texts that a package carries nearly as they stand in tools/package/texts/; `@name@` and the like are filled in.
#pragma once

#include <map>
#include <string>

namespace actinide {

extern const char *const text_of_license;
extern const char *const text_of_notice;
extern const char *const text_of_manifest_schema_json;
extern const char *const text_of_config_cmake;
extern const char *const text_of_config_version_cmake;

/// `text` with every `@key@` replaced by its value. A key that the text does not hold is a mistake of the caller.
std::string fill_in(std::string text, const std::map<std::string, std::string> &values);

}  // namespace actinide
