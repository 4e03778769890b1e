#include "tools/cli/machine.h"

#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tools/compiler/timing_program.h"
#include "tools/package/package.h"

namespace actinide::cli {
namespace {

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// The first "12.2" or "12.2.0" in the text.
std::string first_version(const std::string &text) {
    for (size_t begin = 0; begin < text.size(); ++begin) {
        if (!is_digit(text[begin])) continue;
        size_t end = begin;
        while (end < text.size() &&
               (is_digit(text[end]) || (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1])))) {
            ++end;
        }
        const std::string number = text.substr(begin, end - begin);
        if (number.find('.') != std::string::npos) return number;
        begin = end;
    }
    return "";
}

std::vector<std::string> path_folders() {
    const char *path = std::getenv("PATH");
    std::vector<std::string> folders;
    std::string rest = path == nullptr ? "" : path;
    while (!rest.empty()) {
        const size_t colon = rest.find(':');
        folders.push_back(rest.substr(0, colon));
        rest.erase(0, colon == std::string::npos ? rest.size() : colon + 1);
    }
    return folders;
}

bool is_executable(const std::string &file) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

std::string loaded_library(const std::string &name) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        const size_t begin = line.find('/');
        if (begin == std::string::npos) continue;
        const std::string file = line.substr(begin);
        if (file.compare(file.rfind('/') + 1, name.size(), name) == 0) return file;
    }
    return "";
}

std::string find_program(const std::vector<std::string> &names, const std::vector<std::string> &other_folders) {
    std::vector<std::string> folders = path_folders();
    folders.insert(folders.end(), other_folders.begin(), other_folders.end());
    for (const std::string &name : names) {
        for (const std::string &folder : folders) {
            if (is_executable(folder + "/" + name)) return folder + "/" + name;
        }
    }
    return "";
}

std::string version_of(const std::string &program) {
    // NOLINTNEXTLINE(bugprone-command-processor,cert-env33-c): the shell joins both outputs; the program is quoted.
    FILE *pipe = ::popen((shell_word(program) + " --version 2>&1 </dev/null").c_str(), "r");
    if (pipe == nullptr) return "";
    std::string text;
    std::array<char, 512> block{};
    while (const size_t count = std::fread(block.data(), 1, block.size(), pipe)) text.append(block.data(), count);
    ::pclose(pipe);
    return first_version(text);
}

std::string loadable_library(const std::string &name, const std::string &symbol) {
    void *library = ::dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr) return "";
    Dl_info where{};
    const void *address = ::dlsym(library, symbol.c_str());
    std::string file = name;
    if (address != nullptr && ::dladdr(address, &where) != 0 && where.dli_fname != nullptr) file = where.dli_fname;
    ::dlclose(library);
    return file;
}

std::string cpu_model() {
    std::ifstream file("/proc/cpuinfo");
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return cpu_of_cpuinfo(text, *find_target("host").target);
}

}  // namespace actinide::cli
