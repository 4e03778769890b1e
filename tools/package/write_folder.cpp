#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "tools/package/existing_package.h"
#include "tools/package/folder_swap.h"
#include "tools/package/package.h"

namespace actinide {

namespace fs = std::filesystem;

namespace {

using Refusal = std::optional<std::string>;

Refusal write_all(int descriptor, const std::string &content, const std::string &shown) {
    for (size_t done = 0; done < content.size();) {
        const ssize_t written = write(descriptor, content.data() + done, content.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return system_refusal(shown, written < 0 ? errno : ENOSPC);
        done += static_cast<size_t>(written);
    }
    return std::nullopt;
}

/// `shown` is the path that the file will have when all is done: the user never sees the partial folder.
Refusal write_file(const std::string &path, const std::string &content, const std::string &shown) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) return system_refusal(shown, errno);
    Refusal refusal = write_all(descriptor, content, shown);
    // Some file systems report a full disk only here.
    if (close(descriptor) != 0 && !refusal) refusal = system_refusal(shown, errno);
    return refusal;
}

/// The old file itself, by a second name, if its content is still right: so it keeps its time.
bool take_over(const std::string &old_path, const std::string &path, const std::string &content) {
    return has_content(old_path, content) && link(old_path.c_str(), path.c_str()) == 0;
}

Refusal make_folders(const fs::path &folder, const fs::path &shown) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return system_refusal(shown.string(), error.value());
    return std::nullopt;
}

Refusal write_tree(const std::string &partial, const std::string &folder,
                   const std::map<std::string, std::string> &files) {
    if (Refusal refusal = make_folders(partial, folder)) return refusal;
    for (const auto &[name, content] : files) {
        const std::string path = partial + "/" + name;
        const std::string shown = folder + "/" + name;
        const auto parent_of = [](const std::string &file) { return fs::path(file).parent_path(); };
        if (Refusal refusal = make_folders(parent_of(path), parent_of(shown))) return refusal;
        if (take_over(shown, path, content)) continue;
        if (Refusal refusal = write_file(path, content, shown)) return refusal;
    }
    return std::nullopt;
}

std::string partial_prefix(const fs::path &folder) {
    return "." + folder.filename().string() + ".partial-";
}

bool process_lives(const std::string &process) {
    const long id = std::strtol(process.c_str(), nullptr, 10);
    return id > 0 && (kill(static_cast<pid_t>(id), 0) == 0 || errno == EPERM);
}

/// Whoever holds the lock knows that every partial folder is a dead build's.
void remove_leftovers(const fs::path &folder, bool holds_lock) {
    std::error_code error;
    const std::string prefix = partial_prefix(folder);
    std::vector<fs::path> leftovers;
    for (auto at = fs::directory_iterator(folder.parent_path(), error); !error && at != fs::directory_iterator();
         at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (!name.starts_with(prefix)) continue;
        if (holds_lock || !process_lives(name.substr(prefix.size()))) leftovers.push_back(at->path());
    }
    for (const fs::path &leftover : leftovers) fs::remove_all(leftover, error);
}

/// The folders above `folder` that do not exist yet, innermost first.
std::vector<fs::path> missing_parents(const fs::path &folder) {
    std::vector<fs::path> missing;
    std::error_code error;
    for (fs::path parent = folder.parent_path(); !parent.empty() && !fs::exists(parent, error);
         parent = parent.parent_path()) {
        missing.push_back(parent);
    }
    return missing;
}

Refusal write_and_swap(const fs::path &folder, const std::map<std::string, std::string> &files,
                       const std::function<void()> &at_its_turn, const FolderKind &kind) {
    const FolderLock lock(folder.parent_path().string());
    if (at_its_turn) at_its_turn();
    remove_leftovers(folder, lock.holds());
    if (Refusal refusal = why_not_replaceable(folder.string(), kind)) return refusal;
    if (holds_exactly(folder.string(), files)) return std::nullopt;

    const std::string partial = (folder.parent_path() / (partial_prefix(folder) + std::to_string(getpid()))).string();
    std::error_code ignored;
    Refusal refusal = write_tree(partial, folder.string(), files);
    if (!refusal) refusal = swap_in(partial, folder.string(), SwapMethod::exchange);
    fs::remove_all(partial, ignored);
    fs::remove_all(partial + "-old", ignored);
    return refusal;
}

/// Absolute, without a slash at the end, and the folder itself where `folder` is a link to it.
fs::path real_folder(const std::string &folder) {
    std::error_code error;
    fs::path path = fs::absolute(folder, error).lexically_normal();
    if (path.filename().empty()) path = path.parent_path();
    const fs::path resolved = fs::is_symlink(path, error) ? fs::canonical(path, error) : path;
    return error ? path : resolved;
}

}  // namespace

std::optional<std::string> write_folder(const std::string &folder, const std::map<std::string, std::string> &files,
                                        const std::function<void()> &at_its_turn, const FolderKind &kind) {
    const fs::path path = real_folder(folder);
    const std::vector<fs::path> new_parents = missing_parents(path);
    Refusal refusal = make_folders(path.parent_path(), path.parent_path());
    if (!refusal) refusal = write_and_swap(path, files, at_its_turn, kind);
    if (refusal) {
        for (const fs::path &parent : new_parents) rmdir(parent.c_str());
    }
    return refusal;
}

}  // namespace actinide
