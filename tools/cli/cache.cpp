// actinide cache: look at the folder of compiled kernels, empty it, keep it small.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "tools/cli/cache_folder.h"
#include "tools/cli/json.h"
#include "tools/cli/table.h"
#include "tools/cli/verbs.h"

namespace actinide::cli {
namespace {

struct Entry {
    std::filesystem::path path;
    size_t bytes = 0;
    time_t last_used = 0;
};

size_t total_bytes(const std::vector<Entry> &entries) {
    size_t bytes = 0;
    for (const Entry &entry : entries) bytes += entry.bytes;
    return bytes;
}

/// All files but the tag. Another process may remove some meanwhile; those are left out.
std::vector<Entry> read_entries(const std::string &folder) {
    std::vector<Entry> entries;
    for (const auto &item : std::filesystem::recursive_directory_iterator(folder)) {
        struct stat status{};
        if (::lstat(item.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
        if (item.path().filename() == cache_tag) continue;
        entries.push_back(
            {item.path(), static_cast<size_t>(status.st_size), std::max(status.st_atime, status.st_mtime)});
    }
    return entries;
}

/// The entries that must go so that the rest fits, the longest unused first.
std::vector<Entry> surplus(std::vector<Entry> entries, size_t max_bytes) {
    std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) { return a.last_used < b.last_used; });
    size_t bytes = total_bytes(entries);
    const auto first_kept = std::find_if(entries.begin(), entries.end(), [&](const Entry &entry) {
        if (bytes <= max_bytes) return true;
        bytes -= entry.bytes;
        return false;
    });
    entries.erase(first_kept, entries.end());
    return entries;
}

Outcome remove(const std::string &folder, const std::vector<Entry> &entries, size_t kept, bool json) {
    for (const Entry &entry : entries) {
        std::error_code problem;
        std::filesystem::remove(entry.path, problem);
        if (problem) {
            return fail(exit_refused,
                        fmt::format("'{}' could not be removed: {}; check who owns it and repeat the command",
                                    entry.path.string(), problem.message()));
        }
    }
    const size_t bytes = total_bytes(entries);
    if (json) {
        return succeed(print_json(
            JsonObject{{"folder", folder}, {"removed", entries.size()}, {"removed_bytes", bytes}, {"kept", kept}}));
    }
    return succeed(
        fmt::format("{} files ({}) removed from {}, {} kept\n", entries.size(), readable_bytes(bytes), folder, kept));
}

Outcome print_info(const std::string &folder, const std::vector<Entry> &entries, bool json) {
    const size_t bytes = total_bytes(entries);
    if (json) return succeed(print_json(JsonObject{{"folder", folder}, {"files", entries.size()}, {"bytes", bytes}}));
    return succeed(fmt::format("{}: {} files, {}\n", folder, entries.size(), readable_bytes(bytes)));
}

}  // namespace

Outcome run(const CacheArguments &arguments) {
    const std::string folder = find_cache_folder(arguments.cache_folder);
    if (folder.empty())
        return fail(exit_missing, "there is no home folder for a cache; give one with --cache DIR or $ACTINIDE_CACHE");
    std::vector<Entry> entries;
    std::error_code problem;
    const bool exists = std::filesystem::exists(folder, problem);
    if (problem) {
        return fail(exit_refused, fmt::format("'{}' cannot be looked into: {}; name another with --cache", folder,
                                              problem.message()));
    }
    if (exists) {
        const bool is_empty =
            std::filesystem::is_directory(folder, problem) && std::filesystem::is_empty(folder, problem);
        if (!is_empty && !is_cache_folder(folder)) {
            return fail(
                exit_refused,
                fmt::format("'{}' is not a cache of Actinide's and is left alone; name another with --cache", folder));
        }
        entries = read_entries(folder);
    }
    if (arguments.action == CacheArguments::Action::info) return print_info(folder, entries, arguments.json);
    const bool clears = arguments.action == CacheArguments::Action::clear;
    const std::vector<Entry> doomed = clears ? entries : surplus(entries, arguments.max_bytes);
    return remove(folder, doomed, entries.size() - doomed.size(), arguments.json);
}

}  // namespace actinide::cli
