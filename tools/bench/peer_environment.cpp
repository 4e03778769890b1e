#include "tools/bench/peer_environment.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tools/bench/peer_table.h"

namespace actinide {
namespace {

/// Returns what failed, or an empty text.
std::string run_program(std::vector<std::string> words) {
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
    if (error != 0) return fmt::format("'{}' cannot be run: {}", words.front(), std::strerror(error));
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
    return fmt::format("'{}' failed", fmt::join(words, " "));
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

std::string make_peer_environment(const std::string &folder, const std::vector<std::string> &packages) {
    std::string problem = run_program({"python3", "-m", "venv", "--clear", folder});
    if (!problem.empty()) return problem;
    std::vector<std::string> words = {interpreter_of(folder), "-m", "pip", "install", "--disable-pip-version-check"};
    words.insert(words.end(), packages.begin(), packages.end());
    return run_program(words);
}

}  // namespace actinide
