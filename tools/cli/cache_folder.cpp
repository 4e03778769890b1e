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

#include "tools/compiler/whole_file.h"

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

std::string read_tag(const std::filesystem::path &file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// Another process may have been first.
bool write_tag(const std::string &folder) {
    return write_whole_file(folder + "/" + cache_tag, std::string(tag_text)) || is_cache_folder(folder);
}

/// Whether there is nothing but what a killed process left of the tag.
bool holds_only_a_broken_tag(const std::string &folder) {
    std::error_code problem;
    for (const auto &item : std::filesystem::directory_iterator(folder, problem)) {
        const bool is_named_so = item.path().filename().string().starts_with(cache_tag);
        if (!is_named_so || !tag_text.starts_with(read_tag(item.path()))) return false;
    }
    return !problem;
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
    return read_tag(folder + "/" + cache_tag) == tag_text;
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
    if (!holds_only_a_broken_tag(folder)) return refuse("it holds files that are not Actinide's");
    return write_tag(folder) ? "" : refuse("no file can be written into it");
}

}  // namespace actinide::cli
