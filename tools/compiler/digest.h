// Fingerprints of bytes.
#pragma once

#include <string>
#include <string_view>

namespace actinide {

/// XXH3-128 in 32 hexadecimal digits.
std::string digest(std::string_view bytes);

}  // namespace actinide
