// What lets CMake and pkg-config find a package, wherever it was copied to.
#pragma once

#include <string>

#include "tools/package/package.h"

namespace actinide {

/// lib/cmake/<name>/<name>Config.cmake: for CMake 3.16 and later.
std::string cmake_config(const Package &package);
/// lib/cmake/<name>/<name>ConfigVersion.cmake.
std::string cmake_config_version(const Package &package);

/// A .pc file at `path` in the package, for the archives in lib/`archive_folder`. The folder of the archives is the
/// variable `architecture`, so one file serves them all: pkg-config --define-variable=architecture=aarch64-linux.
std::string pkg_config(const Package &package, const std::string &path, const std::string &archive_folder, bool cuda);

/// The names of all activations inside, sorted, once each.
std::vector<std::string> activation_names(const Package &package);

}  // namespace actinide
