// Which names can become names of C.
#pragma once

#include <string>
#include <string_view>

namespace actinide {

/// Why `text` cannot be an identifier that C and C++ leave to the user, as in "is reserved by C or C++"; empty if it
/// can: letters, digits and single underscores, a letter first, no keyword, at most 64 characters.
std::string why_not_a_c_identifier(std::string_view text);

}  // namespace actinide
