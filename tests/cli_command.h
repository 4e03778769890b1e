// Runs the real `actinide` and keeps what it said.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace actinide::testing {

struct Said {
    int exit_code = -1;  ///< 128 + the signal's number if one ended the command
    std::string output;
    std::string error;

    nlohmann::json json() const { return nlohmann::json::parse(output); }
};

/// A folder that lives as long as the test.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "actinide-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;

    std::string operator/(const std::string &name) const { return path_ + "/" + name; }
    const std::string &path() const { return path_; }

private:
    std::string path_;
};

/// How a command is started; the defaults are a pipe on each stream, the test's environment and a cache of its own.
struct Setting {
    std::map<std::string, std::string> environment{};
    std::string folder{};  ///< working folder; empty: the test's
    int output = -1;       ///< a stream instead of the pipe
    int error = -1;
    bool unprivileged = false;               ///< as the user "nobody", if the test runs as root
    std::function<void(pid_t)> meanwhile{};  ///< called once the command runs
};

/// One cache for all commands of a test program, so that a kernel is compiled once.
inline const std::string &shared_cache() {
    static const TemporaryFolder folder;
    static const std::string path = folder / "cache";
    return path;
}

inline void start(const std::vector<std::string> &words, const Setting &setting, int output, int error) {
    const uid_t nobody = 65534;
    if (setting.unprivileged && ::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) ::_exit(126);
    ::setenv("ACTINIDE_CACHE", shared_cache().c_str(), 1);
    ::unsetenv("NO_COLOR");
    for (const auto &[name, value] : setting.environment) ::setenv(name.c_str(), value.c_str(), 1);
    if (!setting.folder.empty() && ::chdir(setting.folder.c_str()) != 0) ::_exit(126);
    ::dup2(setting.output >= 0 ? setting.output : output, STDOUT_FILENO);
    ::dup2(setting.error >= 0 ? setting.error : error, STDERR_FILENO);
    std::vector<char *> arguments = {const_cast<char *>("actinide")};
    for (const std::string &word : words) arguments.push_back(const_cast<char *>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(ACTINIDE_TOOL, arguments.data());
    ::_exit(127);
}

/// Reads both pipes until both are closed.
inline void drain(std::array<pollfd, 2> streams, Said &said) {
    std::array<std::string *, 2> texts = {&said.output, &said.error};
    std::array<char, 4096> block{};
    size_t open = streams.size();
    while (open > 0 && ::poll(streams.data(), streams.size(), -1) > 0) {
        for (size_t i = 0; i < streams.size(); ++i) {
            if (streams[i].fd < 0 || streams[i].revents == 0) continue;
            const ssize_t count = ::read(streams[i].fd, block.data(), block.size());
            if (count > 0) {
                texts[i]->append(block.data(), static_cast<size_t>(count));
                continue;
            }
            ::close(streams[i].fd);
            streams[i].fd = -1;
            --open;
        }
    }
}

inline Said run(const std::vector<std::string> &words, const Setting &setting = {}) {
    std::array<int, 2> output{};
    std::array<int, 2> error{};
    if (::pipe2(output.data(), O_CLOEXEC) != 0 || ::pipe2(error.data(), O_CLOEXEC) != 0) return {};
    shared_cache();  // made by the test, not once by each child
    const pid_t child = ::fork();
    if (child == 0) start(words, setting, output[1], error[1]);
    ::close(output[1]);
    ::close(error[1]);
    if (setting.meanwhile) setting.meanwhile(child);
    Said said;
    drain({pollfd{output[0], POLLIN, 0}, pollfd{error[0], POLLIN, 0}}, said);
    int status = 0;
    ::waitpid(child, &status, 0);
    said.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return said;
}

/// "actinide build elu --out 'a b'" as words.
inline std::vector<std::string> split_words(const std::string &command) {
    std::vector<std::string> words;
    std::string word;
    bool quoted = false;
    for (const char c : command) {
        if (c == '\'') {
            quoted = !quoted;
        } else if (c == ' ' && !quoted) {
            words.push_back(word);
            word.clear();
        } else {
            word += c;
        }
    }
    words.push_back(word);
    return words;
}

inline bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

/// The command with each of these options, one after the other, is a usage error that names the option.
inline void expect_each_refused(const std::vector<std::string> &command,
                                const std::vector<std::vector<std::string>> &options) {
    for (const std::vector<std::string> &option : options) {
        std::vector<std::string> words = command;
        words.insert(words.end(), option.begin(), option.end());
        const Said said = run(words);
        EXPECT_EQ(said.exit_code, 2) << option.front();
        EXPECT_TRUE(contains(said.error, option.front())) << said.error;
    }
}

/// Everything below a folder: relative path, size and time of change.
inline std::map<std::string, std::string> snapshot(const std::string &folder) {
    std::map<std::string, std::string> files;
    std::error_code none;
    for (const auto &item : std::filesystem::recursive_directory_iterator(folder, none)) {
        const std::string name = std::filesystem::relative(item.path(), folder).string();
        files[name] = item.is_regular_file() ? std::to_string(item.file_size()) + " " +
                                                   std::to_string(item.last_write_time().time_since_epoch().count())
                                             : "folder";
    }
    return files;
}

inline std::string read_file(const std::string &path) {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
}

inline void write_file(const std::string &path, const std::string &content) {
    std::ofstream(path, std::ios::binary) << content;
}

}  // namespace actinide::testing
