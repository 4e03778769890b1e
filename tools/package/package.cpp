#include "tools/package/package.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/package/build_files.h"
#include "tools/package/header_c.h"
#include "tools/package/header_cpp.h"
#include "tools/package/manifest.h"
#include "tools/package/texts.h"

namespace actinide {

namespace {

using Files = std::map<std::string, std::string>;

std::string version_of(const Package &package, const std::string &component) {
    const auto found = package.versions.find(component);
    return found == package.versions.end() ? "(version unknown)" : found->second;
}

void add_archives(const Package &package, Files &files) {
    for (const PackagedArchive &archive : package.archives) {
        files[archive_path(package, archive.folder, archive.cuda)] = archive.content;
    }
}

/// One .pc beside each archive, and one for all that begins with the first.
void add_pkg_config(const Package &package, Files &files) {
    const auto add = [&](const std::string &folder, const PackagedArchive &archive) {
        const std::string path = folder + "/pkgconfig/" + package.name + (archive.cuda ? "_cuda" : "") + ".pc";
        if (!files.contains(path))
            files[path] = pkg_config(package, folder + "/pkgconfig/", archive.folder, archive.cuda);
    };
    for (const PackagedArchive &archive : package.archives) {
        add("lib/" + archive.folder, archive);
        add("lib", archive);
    }
}

void add_build_files(const Package &package, Files &files) {
    const std::string cmake = "lib/cmake/" + package.name + "/" + package.name;
    files[cmake + "Config.cmake"] = cmake_config(package);
    files[cmake + "ConfigVersion.cmake"] = cmake_config_version(package);
    add_pkg_config(package, files);
}

void add_licences(const Package &package, Files &files) {
    const std::string share = "share/" + package.name + "/";
    files[share + "LICENSE"] = text_of("LICENSE");
    files[share + "NOTICE"] =
        fill_in(text_of("NOTICE"), {{"name", package.name},
                                    {"underline", std::string(package.name.size() + 28, '=')},
                                    {"version", package.version},
                                    {"command", package.command},
                                    {"activations", fmt::format("{}", fmt::join(activation_names(package), ", "))},
                                    {"halide", version_of(package, "halide")},
                                    {"llvm", version_of(package, "llvm")}});
    files[share + "sbom.spdx.json"] = spdx_document(package);
}

void add_manifest(const Package &package, const std::vector<CFunction> &functions, Files &files) {
    const std::string share = "share/" + package.name + "/";
    files[share + "manifest.schema.json"] = text_of("manifest");
    files[share + "manifest.json"];
    std::vector<std::string> paths;
    for (const auto &[path, content] : files) paths.push_back(path);
    files[share + "manifest.json"] = manifest(package, functions, paths);
}

std::string c_compiler(const Package &package, const std::string &archive_folder) {
    for (const PackagedArchive &archive : package.archives) {
        if (archive.folder == archive_folder) return archive.c_compiler;
    }
    return "cc";
}

}  // namespace

std::string shell_word(const std::string &text) {
    const std::string plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=+:,@%";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
    return word + "'";
}

std::map<std::string, std::string> package_files(const Package &package) {
    const std::vector<CFunction> functions = c_functions(package);
    Files files;
    files["include/" + package.name + "/kernels.h"] = c_header(package, functions);
    files["include/" + package.name + "/kernels.hpp"] = cpp_header(package, functions);
    add_archives(package, files);
    add_build_files(package, files);
    add_licences(package, files);
    for (const auto &[path, content] : package.stages) files["emit/" + path] = content;
    add_manifest(package, functions, files);
    return files;
}

std::string link_line(const Package &package, const std::string &folder, const std::string &archive_folder, bool cuda) {
    const auto library = [&](bool cuda_library) {
        return shell_word(folder + "/" + archive_path(package, archive_folder, cuda_library));
    };
    // dlopen lives in libdl before glibc 2.34; later versions keep an empty one.
    return c_compiler(package, archive_folder) + " main.c " + shell_word("-I" + folder + "/include") + " " +
           (cuda ? library(true) + " " + library(false) + " -ldl" : library(false));
}

}  // namespace actinide
