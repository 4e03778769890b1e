// A folder for one test, and commands run in it.
#pragma once

#include <stdlib.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace actinide {

class Scratch {
public:
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "actinide package XXXXXX").string();
        folder_ = mkdtemp(name.data());
    }
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Scratch(const Scratch &) = delete;
    Scratch &operator=(const Scratch &) = delete;

    /// The name has spaces: what breaks on them breaks here.
    std::string path(const std::string &name) const { return folder_ + "/" + name; }

    void write(const std::string &name, const std::string &content) const {
        std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
        std::ofstream(path(name), std::ios::binary) << content;
    }

    std::string read(const std::string &name) const {
        std::ostringstream content;
        content << std::ifstream(path(name), std::ios::binary).rdbuf();
        return content.str();
    }

    /// Without the checks and care of write_folder.
    void write_all(const std::string &name, const std::map<std::string, std::string> &files) const {
        for (const auto &[file, content] : files) write(name + "/" + file, content);
    }

private:
    std::string folder_;
};

struct CommandResult {
    int exit_code = -1;
    std::string output;  ///< both streams
};

inline CommandResult run(const std::string &command) {
    CommandResult result;
    FILE *pipe = popen(("(" + command + ") 2>&1").c_str(), "r");
    if (pipe == nullptr) return result;
    char buffer[4096];
    for (size_t got = 0; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) result.output.append(buffer, got);
    const int status = pclose(pipe);
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
}

inline bool has_program(const std::string &name) {
    return run("command -v " + name).exit_code == 0;
}

inline std::string quoted(const std::string &path) {
    return "'" + path + "'";
}

}  // namespace actinide
