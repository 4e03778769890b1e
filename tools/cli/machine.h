// What is installed on this machine.
#pragma once

#include <string>
#include <vector>

namespace actinide::cli {

/// The file of a library that this process has loaded, by the beginning of its name; empty if it has not.
std::string loaded_library(const std::string &name);

/// An executable on the PATH or in one of the other folders; empty if there is none. Names are tried in order.
std::string find_program(const std::vector<std::string> &names, const std::vector<std::string> &other_folders = {});

/// The first version number that `program --version` prints; empty if it prints none.
std::string version_of(const std::string &program);

/// The file of a library that the system's loader finds, with the symbol inside; empty if it does not.
std::string loadable_library(const std::string &name, const std::string &symbol);

/// "AMD EPYC 9654 96-Core Processor"; empty if the system does not tell.
std::string cpu_model();

}  // namespace actinide::cli
