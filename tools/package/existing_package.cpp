#include "tools/package/existing_package.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

namespace actinide {

namespace fs = std::filesystem;

namespace {

/// Paths of everything but folders below `folder`; nothing if it cannot be read.
std::optional<std::set<std::string>> paths_below(const std::string &folder) {
    std::set<std::string> paths;
    std::error_code error;
    auto at = fs::recursive_directory_iterator(folder, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
        if (!at->is_directory(error) || at->is_symlink(error))
            paths.insert(at->path().lexically_relative(folder).string());
    }
    if (error) return std::nullopt;
    return paths;
}

bool is_package_manifest(const std::string &path) {
    const fs::path parts(path);
    return parts.filename() == "manifest.json" && parts.parent_path().parent_path() == "share";
}

/// The files that a manifest says are its own.
std::optional<std::set<std::string>> files_of_manifest(const std::string &path) {
    std::ifstream stream(path);
    const nlohmann::json manifest = nlohmann::json::parse(stream, nullptr, false);
    if (!manifest.is_object() || !manifest.contains("files") || !manifest["files"].is_array()) return std::nullopt;
    std::set<std::string> files;
    for (const auto &file : manifest["files"]) {
        if (file.is_string()) files.insert(file.get<std::string>());
    }
    return files;
}

}  // namespace

const FolderKind package_folder = {"package", is_package_manifest, "--out or --name"};

std::optional<std::string> why_not_replaceable(const std::string &folder, const FolderKind &kind) {
    std::error_code error;
    const fs::file_status status = fs::status(folder, error);
    if (!fs::exists(status)) return std::nullopt;
    if (!fs::is_directory(status)) {
        return fmt::format("'{}' is a file where the {}'s folder should be; remove it or choose another {}", folder,
                           kind.noun, kind.where_else);
    }
    const auto paths = paths_below(folder);
    if (!paths) return fmt::format("'{}' cannot be read; allow it or choose another --out", folder);
    if (paths->empty()) return std::nullopt;
    const auto manifest = std::find_if(paths->begin(), paths->end(), kind.is_manifest);
    const auto ours = manifest == paths->end() ? std::nullopt : files_of_manifest(folder + "/" + *manifest);
    if (!ours) {
        return fmt::format(
            "'{}' holds files but no {} with a readable manifest, and is not overwritten; choose another {}, or remove "
            "it",
            folder, kind.noun, kind.where_else);
    }
    for (const std::string &path : *paths) {
        if (!ours->contains(path)) {
            return fmt::format(
                "'{}/{}' does not belong to the {} that would be replaced; move it elsewhere or choose another --out",
                folder, path, kind.noun);
        }
    }
    return std::nullopt;
}

bool has_content(const std::string &path, const std::string &content) {
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(path, error)) || fs::file_size(path, error) != content.size())
        return false;
    std::ifstream stream(path, std::ios::binary);
    std::string found(content.size(), '\0');
    stream.read(found.data(), static_cast<std::streamsize>(found.size()));
    return static_cast<size_t>(stream.gcount()) == content.size() && found == content;
}

bool holds_exactly(const std::string &folder, const std::map<std::string, std::string> &files) {
    const auto paths = paths_below(folder);
    if (!paths || paths->size() != files.size()) return false;
    return std::all_of(files.begin(), files.end(),
                       [&](const auto &file) { return has_content(folder + "/" + file.first, file.second); });
}

}  // namespace actinide
