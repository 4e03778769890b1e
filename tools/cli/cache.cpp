// actinide cache: look at the folder of compiled kernels, empty it, keep it small.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "tools/bench/peer_environment.h"
#include "tools/cli/cache_folder.h"
#include "tools/cli/json.h"
#include "tools/cli/table.h"
#include "tools/cli/verbs.h"

namespace actinide::cli {
namespace {

/// A file, or the environment of peers, of which a part would be of no use.
struct Entry {
    std::filesystem::path path;
    bool is_environment = false;
    size_t bytes = 0;
    time_t last_used = 0;
};

size_t total_bytes(const std::vector<Entry> &entries) {
    size_t bytes = 0;
    for (const Entry &entry : entries) bytes += entry.bytes;
    return bytes;
}

/// Whether it is a file; another process may remove some meanwhile.
bool add_file(const std::filesystem::path &path, Entry &entry) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
    entry.bytes += static_cast<size_t>(status.st_size);
    entry.last_used = std::max({entry.last_used, status.st_atime, status.st_mtime});
    return true;
}

Entry read_environment(const std::filesystem::path &folder) {
    Entry environment{.path = folder, .is_environment = true};
    for (const auto &item : std::filesystem::recursive_directory_iterator(folder)) add_file(item.path(), environment);
    return environment;
}

/// All but the tag.
std::vector<Entry> read_entries(const std::filesystem::path &folder) {
    std::vector<Entry> entries;
    for (auto item = std::filesystem::recursive_directory_iterator(folder); item != end(item); ++item) {
        if (item->path() == folder / peers_folder &&
            item->symlink_status().type() == std::filesystem::file_type::directory) {
            entries.push_back(read_environment(item->path()));
            item.disable_recursion_pending();
        } else if (Entry file{.path = item->path()}; file.path.filename() != cache_tag && add_file(file.path, file)) {
            entries.push_back(std::move(file));
        }
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

/// Returns why not, or an empty text.
std::string remove(const Entry &entry) {
    if (entry.is_environment) return remove_peer_environment(entry.path);
    std::error_code problem;
    std::filesystem::remove(entry.path, problem);
    return problem ? problem.message() : "";
}

Outcome remove(const std::string &folder, const std::vector<Entry> &entries, size_t kept, bool json) {
    for (const Entry &entry : entries) {
        if (const std::string problem = remove(entry); !problem.empty()) {
            return fail(exit_refused,
                        fmt::format("'{}' could not be removed: {}; check who owns it and repeat the command",
                                    entry.path.string(), problem));
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
