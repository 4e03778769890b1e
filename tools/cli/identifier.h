// Rules for --name and --prefix: they end up in file names, CMake targets, C symbols and macros.
#pragma once

#include <string>
#include <string_view>

namespace actinide::cli {

/// Why `text` cannot serve as the value of `option`, as a sentence; empty if it can. Asked for is an identifier that C
/// and C++ leave to the user: no keyword, no leading underscore, no double one, at most 64 characters.
std::string why_not_an_identifier(std::string_view option, std::string_view text);

}  // namespace actinide::cli
