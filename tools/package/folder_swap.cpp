#include "tools/package/folder_swap.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace actinide {

namespace {

bool lock_exclusively(int descriptor) {
    int result = 0;
    do {
        result = flock(descriptor, LOCK_EX);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

std::optional<std::string> swap_in_two_steps(const std::string &finished, const std::string &folder) {
    const std::string aside = finished + "-old";
    if (rename(folder.c_str(), aside.c_str()) != 0) return system_refusal(folder, errno);
    if (rename(finished.c_str(), folder.c_str()) == 0) return std::nullopt;
    const int error_number = errno;
    // Should this fail too, the first failure is the one to tell.
    static_cast<void>(rename(aside.c_str(), folder.c_str()));
    return system_refusal(folder, error_number);
}

}  // namespace

std::optional<std::string> swap_in(const std::string &finished, const std::string &folder, SwapMethod method) {
    // A folder replaces a missing or an empty one in one step anyway.
    if (rename(finished.c_str(), folder.c_str()) == 0) return std::nullopt;
    if (errno != ENOTEMPTY && errno != EEXIST) return system_refusal(folder, errno);
    if (method == SwapMethod::exchange) {
        if (renameat2(AT_FDCWD, finished.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) == 0) return std::nullopt;
        if (errno != EINVAL && errno != ENOSYS) return system_refusal(folder, errno);
    }
    return swap_in_two_steps(finished, folder);
}

FolderLock::FolderLock(const std::string &parent)
    : descriptor_(open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    holds_ = descriptor_ >= 0 && lock_exclusively(descriptor_);
}

FolderLock::~FolderLock() {
    if (descriptor_ >= 0) close(descriptor_);
}

std::string system_refusal(const std::string &path, int error_number) {
    switch (error_number) {
        case ENOSPC:
        case EDQUOT:
            return fmt::format("the disk is full: '{}' could not be written; free some space or choose another --out",
                               path);
        case EACCES:
        case EPERM:
            return fmt::format("no permission to write '{}'; allow it or choose another --out", path);
        case EROFS:
            return fmt::format("'{}' lies on a read-only file system; choose another --out", path);
        case ENOTDIR:
        case EEXIST:
            return fmt::format(
                "'{}' cannot be made: a file stands where a folder should be; remove it or choose another --out", path);
        default:
            return fmt::format("'{}' could not be written: {}; mend that or choose another --out", path,
                               std::strerror(error_number));
    }
}

}  // namespace actinide
