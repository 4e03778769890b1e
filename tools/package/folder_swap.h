// Putting a finished folder in the place of an old one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace actinide {

enum class SwapMethod {
    exchange,  ///< one step of the kernel: at no moment is there neither folder
    two_steps  ///< for file systems that cannot exchange: the old one aside, then the new one in
};

/// Renames `finished` to `folder`, which need not exist. What stood there is afterwards at `finished` or at
/// `finished` + "-old" and is the caller's to remove. On failure `folder` is as it was, and errno's sentence comes
/// back.
std::optional<std::string> swap_in(const std::string &finished, const std::string &folder, SwapMethod method);

/// Excludes other writers of the same parent folder while it lives. The kernel lets go of it when a process is killed.
class FolderLock {
public:
    explicit FolderLock(const std::string &parent);
    ~FolderLock();
    FolderLock(const FolderLock &) = delete;
    FolderLock &operator=(const FolderLock &) = delete;

    /// False on file systems without locks: then another process may be writing beside us.
    bool holds() const { return holds_; }

private:
    int descriptor_;
    bool holds_ = false;
};

/// A sentence about a failed system call on `path`: what happened and what to do.
std::string system_refusal(const std::string &path, int error_number);

}  // namespace actinide
