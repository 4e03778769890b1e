#include "tools/cli/cache_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace actinide::cli {
namespace {

std::string variable(const char *name) {
    const char *value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// https://bford.info/cachedir asks for the first line; ours is the second.
constexpr std::string_view tag_text =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Kernels that Actinide compiled before. This folder may be deleted at any time.\n";

bool write_tag(const std::string &folder) {
    std::ofstream file(folder + "/" + cache_tag, std::ios::binary);
    file << tag_text;
    file.close();
    return file.good();
}

}  // namespace

std::string find_cache_folder(const std::string &given) {
    if (!given.empty()) return given;
    if (const std::string own = variable("ACTINIDE_CACHE"); !own.empty()) return own;
    // The XDG specification has relative paths ignored.
    if (const std::string caches = variable("XDG_CACHE_HOME"); !caches.empty() && caches.front() == '/') {
        return caches + "/actinide";
    }
    if (const std::string home = variable("HOME"); !home.empty()) return home + "/.cache/actinide";
    return "";
}

bool is_cache_folder(const std::string &folder) {
    std::ifstream file(folder + "/" + cache_tag, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return text == tag_text;
}

std::string prepare_cache_folder(const std::string &folder) {
    const auto refuse = [&](const std::string &reason) {
        return fmt::format("cache folder '{}' cannot be used: {}; give another with --cache DIR or $ACTINIDE_CACHE",
                           folder, reason);
    };
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) return refuse(problem.message());
    if (!std::filesystem::is_directory(folder, problem)) return refuse("it is not a folder");
    if (::access(folder.c_str(), W_OK | X_OK) != 0) return refuse(std::strerror(errno));
    if (is_cache_folder(folder)) return "";
    if (!std::filesystem::is_empty(folder, problem)) return refuse("it holds files that are not Actinide's");
    return write_tag(folder) ? "" : refuse("no file can be written into it");
}

}  // namespace actinide::cli
