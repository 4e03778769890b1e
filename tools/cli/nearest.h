// Near-miss suggestions for every name a user can mistype.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace actinide::cli {

/// The name that was probably meant, or empty if none is near. Case and separators count for nothing.
std::string nearest(std::string_view given, const std::vector<std::string> &names);

/// "unknown activation 'leakyrelu'; did you mean 'leaky_relu'? (actinide list activations shows all)"
/// Without a near name: "unknown activation 'abc'; actinide list activations shows all".
std::string unknown_name(std::string_view kind, std::string_view given, const std::vector<std::string> &names,
                         std::string_view how_to_list);

}  // namespace actinide::cli
