#include "tools/cli/build_steering.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>
#include <vector>

#include "tools/cli/assembly.h"
#include "tools/cli/depfile.h"
#include "tools/cli/json.h"
#include "tools/cli/output_file.h"
#include "tools/compiler/whole_file.h"
#include "tools/package/manifest.h"

namespace actinide::cli {
namespace {

std::set<std::string> archive_paths(const Package &package) {
    std::set<std::string> paths;
    for (const PackagedArchive &archive : package.archives) {
        paths.insert(archive_path(package, archive.folder, archive.cuda));
    }
    return paths;
}

/// Archives, which others link, then headers, which they include; the rest is read by few.
std::vector<std::string> output_paths(const Package &package) {
    const std::set<std::string> archives = archive_paths(package);
    std::vector<std::string> paths(archives.begin(), archives.end());
    std::vector<std::string> rest;
    for (const auto &[path, content] : package_files(package)) {
        if (archives.contains(path)) continue;
        (path.starts_with("include/") ? paths : rest).push_back(path);
    }
    paths.insert(paths.end(), rest.begin(), rest.end());
    return paths;
}

/// This very program, whose bytes decide those of the kernels.
std::string own_path() {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).string();
}

std::vector<std::string> prerequisites_of(const BuildArguments &arguments) {
    std::vector<std::string> paths = arguments.definitions.files;
    paths.insert(paths.end(), arguments.definitions.plugins.begin(), arguments.definitions.plugins.end());
    // What is built in has a name, but no file.
    for (const std::string &file : arguments.tuned.files) {
        if (std::filesystem::exists(file)) paths.push_back(file);
    }
    if (const std::string own = own_path(); !own.empty()) paths.push_back(own);
    return paths;
}

std::string depfile_of(const BuildArguments &arguments, const BuildPlan &plan) {
    std::vector<std::string> targets;
    if (arguments.stamp.empty()) {
        for (const std::string &path : archive_paths(outline(arguments, plan)))
            targets.push_back(plan.folder + "/" + path);
    } else {
        targets = {arguments.stamp};
    }
    return depfile_text(targets, prerequisites_of(arguments));
}

std::optional<Outcome> write_file(const std::string &option, const std::string &path, const std::string &content) {
    if (write_whole_file(path, content)) return std::nullopt;
    return fail(exit_refused, fmt::format("{} '{}' could not be written: {}; mend that or name another file", option,
                                          path, std::strerror(errno)));
}

bool has_line_break(const std::string &path) {
    return path.find_first_of("\r\n") != std::string::npos;
}

}  // namespace

std::string print_outputs(const BuildArguments &arguments, const BuildPlan &plan) {
    std::vector<std::string> paths = output_paths(outline(arguments, plan));
    for (std::string &path : paths) path = plan.folder + "/" + path;
    if (arguments.json) return print_json(JsonObject{{"outputs", paths}});
    return fmt::format("{}\n", fmt::join(paths, "\n"));
}

std::optional<Outcome> refuse_unwritable_steering(const BuildArguments &arguments) {
    for (const auto &[option, path] :
         {std::pair("--depfile", arguments.depfile), std::pair("--stamp", arguments.stamp)}) {
        if (path.empty()) continue;
        if (const auto refusal = refuse_unwritable(path, option)) return refusal;
    }
    if (arguments.depfile.empty()) return std::nullopt;
    std::vector<std::string> paths = prerequisites_of(arguments);
    paths.push_back(arguments.stamp.empty() ? arguments.out : arguments.stamp);
    const auto broken = std::find_if(paths.begin(), paths.end(), has_line_break);
    if (broken == paths.end()) return std::nullopt;
    return fail(exit_usage, fmt::format("--depfile cannot name '{}', which has a line break; rename it", *broken));
}

std::optional<Outcome> write_steering(const BuildArguments &arguments, const BuildPlan &plan,
                                      std::filesystem::file_time_type start) {
    if (!arguments.depfile.empty()) {
        const std::string text = depfile_of(arguments, plan);
        if (const auto refusal = write_file("--depfile", arguments.depfile, text)) return refusal;
    }
    if (arguments.stamp.empty()) return std::nullopt;
    if (const auto refusal = write_file("--stamp", arguments.stamp, "")) return refusal;
    std::error_code ignored;
    std::filesystem::last_write_time(arguments.stamp, start, ignored);
    return std::nullopt;
}

}  // namespace actinide::cli
