#include "tools/cli/identifier.h"

#include <fmt/format.h>

#include "generators/catalogue/c_identifier.h"

namespace actinide::cli {

std::string why_not_an_identifier(std::string_view option, std::string_view text) {
    constexpr size_t longest_shown = 128;
    const std::string reason = why_not_a_c_identifier(text);
    if (reason.empty()) return "";
    return fmt::format("{} '{}' {}; give a C identifier such as 'acme_kernels'", option, text.substr(0, longest_shown),
                       reason);
}

}  // namespace actinide::cli
