#include "tools/cli/output_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace actinide::cli {

std::optional<Outcome> refuse_unwritable(const std::string &file, const std::string &option) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) {
        return fail(exit_usage, fmt::format("{} '{}' is a folder; name a file in it", option, file));
    }
    if (std::filesystem::exists(file, ignored) && !std::filesystem::is_regular_file(file, ignored)) {
        return fail(exit_usage, fmt::format("{} '{}' is no ordinary file, and would be replaced by one; leave {} "
                                            "away to print, or name another file",
                                            option, file, option));
    }
    const std::string parent = std::filesystem::absolute(file).parent_path().string();
    std::filesystem::create_directories(parent, ignored);
    if (::access(parent.c_str(), W_OK | X_OK) == 0) return std::nullopt;
    return fail(exit_refused, fmt::format("nothing can be written into '{}': {}; name another {}", parent,
                                          std::strerror(errno), option));
}

}  // namespace actinide::cli
