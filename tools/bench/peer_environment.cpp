#include "tools/bench/peer_environment.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "tools/bench/peer_table.h"
#include "tools/compiler/whole_file.h"

namespace actinide {
namespace {

struct Ran {
    std::string problem;  ///< empty: none
    bool was_killed = false;
};

Ran run_program(std::vector<std::string> words) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    std::vector<char *> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string &word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t process = -1;
    const int error = ::posix_spawnp(&process, arguments.front(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) return {fmt::format("'{}' cannot be run: {}", words.front(), std::strerror(error))};
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    return {fmt::format("'{}' failed", fmt::join(words, " ")), !WIFEXITED(status)};
}

/// Makes the environment where there is none, and mends one whose Python has been upgraded.
Ran run_venv(const std::string &folder, bool is_complete) {
    std::vector<std::string> words = {"python3", "-m", "venv"};
    if (!is_complete) words.emplace_back("--clear");
    words.push_back(folder);
    return run_program(words);
}

Ran run_pip(const std::string &folder, const std::vector<std::string> &packages) {
    std::vector<std::string> words = {interpreter_of(folder), "-m", "pip", "install", "--disable-pip-version-check"};
    words.insert(words.end(), packages.begin(), packages.end());
    return run_program(words);
}

/// The file without which an environment counts as none, since whoever made it was interrupted.
std::string mark_of(const std::string &folder) {
    return folder + "/complete";
}

}  // namespace

std::vector<std::string> peer_packages(const std::vector<std::string> &peers) {
    std::vector<std::string> packages;
    for (const PeerLibrary &library : peer_libraries()) {
        if (std::find(peers.begin(), peers.end(), library.name) == peers.end()) continue;
        for (const std::string &package : library.packages) {
            if (std::find(packages.begin(), packages.end(), package) == packages.end()) packages.push_back(package);
        }
    }
    return packages;
}

std::string interpreter_of(const std::string &folder) {
    return folder + "/bin/python";
}

bool is_peer_environment(const std::string &folder) {
    return ::access(mark_of(folder).c_str(), F_OK) == 0 && ::access(interpreter_of(folder).c_str(), X_OK) == 0;
}

std::string make_peer_environment(const std::string &folder, const std::vector<std::string> &packages) {
    const bool was_complete = is_peer_environment(folder);
    ::unlink(mark_of(folder).c_str());
    Ran ran = run_venv(folder, was_complete);
    if (ran.problem.empty()) ran = run_pip(folder, packages);
    // What ends by itself leaves whole what it cannot add to.
    const bool is_complete = ran.problem.empty() || (was_complete && !ran.was_killed);
    if (is_complete && !write_whole_file(mark_of(folder), "") && ran.problem.empty())
        return fmt::format("'{}' cannot be written: {}", mark_of(folder), std::strerror(errno));
    return ran.problem;
}

std::string remove_peer_environment(const std::string &folder) {
    ::unlink(mark_of(folder).c_str());
    std::error_code problem;
    std::filesystem::remove_all(folder, problem);
    return problem ? problem.message() : "";
}

}  // namespace actinide
