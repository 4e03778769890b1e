#include <fmt/format.h>

#include <algorithm>

#include "tools/package/build_files.h"

namespace actinide {

namespace {

/// ".." for every folder between the file and the package's root.
std::string way_to_the_root(const std::string &path) {
    std::string way = "${pcfiledir}";
    for (auto left = std::count(path.begin(), path.end(), '/'); left > 0; --left) way += "/..";
    return way;
}

}  // namespace

std::string pkg_config(const Package &package, const std::string &path, const std::string &archive_folder, bool cuda) {
    // No quotes: pkgconf escapes the spaces of pcfiledir itself, and would escape them twice inside quotes.
    std::string text = fmt::format("prefix={}\narchitecture={}\nlibdir=${{prefix}}/lib/${{architecture}}\n",
                                   way_to_the_root(path), archive_folder);
    text += "includedir=${prefix}/include\n\n";
    text += fmt::format("Name: {}{}\n", package.name, cuda ? "_cuda" : "");
    text += fmt::format("Description: Activations and their gradients{}, compiled ahead of time\n",
                        cuda ? " for CUDA" : "");
    text += fmt::format("Version: {}\n", package.version);
    // dlopen lives in libdl before glibc 2.34.
    if (cuda) text += fmt::format("Requires: {} = {}\n", package.name, package.version);
    text += fmt::format("Libs: -L${{libdir}} -l{}{}\n", package.name, cuda ? "_cuda -ldl" : "");
    return text + "Cflags: -I${includedir}\n";
}

}  // namespace actinide
