#include "tools/tune/shell_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

namespace actinide {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t most_output = size_t{16} << 20U;
constexpr size_t most_errors = size_t{64} << 10U;
constexpr int milliseconds_between_looks = 20;

/// The end of a pipe that this process reads.
class Reader {
public:
    explicit Reader(size_t most) : most_(most) {}
    ~Reader() { close(); }
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;

    /// The end to write to, which the caller closes; below 0 if the system refuses.
    int open() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) return -1;
        stream_ = ends[0];
        ::fcntl(stream_, F_SETFL, O_NONBLOCK);
        return ends[1];
    }
    int stream() const { return stream_; }
    bool is_full() const { return text_.size() > most_; }
    const std::string &text() const { return text_; }

    /// All that is there.
    void read() {
        std::array<char, 65536> bytes{};
        while (stream_ >= 0 && !is_full()) {
            const ssize_t count = ::read(stream_, bytes.data(), bytes.size());
            if (count > 0) text_.append(bytes.data(), static_cast<size_t>(count));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0 && errno == EAGAIN) return;
            if (count <= 0) close();
        }
    }

    /// Drops what is too much, so that the process goes on.
    void forget() { text_.erase(0, text_.size() - std::min(text_.size(), most_ / 2)); }

private:
    size_t most_;
    int stream_ = -1;
    std::string text_;

    void close() {
        if (stream_ >= 0) ::close(stream_);
        stream_ = -1;
    }
};

class Command {
public:
    ShellResult run(const std::string &command, double seconds, const std::function<bool()> &is_stopped) {
        if (const std::string problem = spawn(command); !problem.empty()) return {"", problem};
        const auto end =
            Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
        std::string failure;
        while (!has_ended() && failure.empty()) {
            wait_for_more();
            read();
            if (output_.is_full()) failure = fmt::format("printed more than {} MiB", most_output >> 20U);
            if (Clock::now() >= end) failure = fmt::format("did not end within {:g} s (--runner-timeout)", seconds);
            if (is_stopped && is_stopped()) failure = "was interrupted";
        }
        // What it started may still run, and hold the pipes.
        ::kill(-process_, SIGKILL);
        wait_for_end();
        read();
        if (failure.empty()) failure = describe_end();
        return {output_.text(), failure};
    }

private:
    pid_t process_ = -1;
    int status_ = -1;
    bool has_ended_ = false;
    Reader output_{most_output}, errors_{most_errors};

    std::string spawn(const std::string &command) {
        const int output = output_.open();
        const int errors = errors_.open();
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
        posix_spawnattr_t attributes;
        ::posix_spawnattr_init(&attributes);
        sigset_t ignored_here;
        ::sigemptyset(&ignored_here);
        ::sigaddset(&ignored_here, SIGPIPE);
        ::posix_spawnattr_setsigdefault(&attributes, &ignored_here);
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
        std::string shell = "/bin/sh";
        std::string option = "-c";
        std::string text = command;
        const std::array<char *, 4> words = {shell.data(), option.data(), text.data(), nullptr};
        const int error = ::posix_spawn(&process_, shell.c_str(), &actions, &attributes, words.data(), environ);
        ::posix_spawnattr_destroy(&attributes);
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(output);
        ::close(errors);
        return error == 0 ? "" : fmt::format("cannot be started: {}", std::strerror(error));
    }

    bool has_ended() {
        if (!has_ended_) has_ended_ = ::waitpid(process_, &status_, WNOHANG) == process_;
        return has_ended_;
    }

    void wait_for_end() {
        while (!has_ended_ && ::waitpid(process_, &status_, 0) < 0 && errno == EINTR) {
        }
    }

    void wait_for_more() const {
        std::array<pollfd, 2> streams = {pollfd{output_.stream(), POLLIN, 0}, pollfd{errors_.stream(), POLLIN, 0}};
        ::poll(streams.data(), streams.size(), milliseconds_between_looks);
    }

    void read() {
        output_.read();
        errors_.read();
        if (errors_.is_full()) errors_.forget();
    }

    std::string describe_end() const {
        if (WIFSIGNALED(status_)) return fmt::format("was ended by signal {}", WTERMSIG(status_)) + last_error_line();
        const int status = WEXITSTATUS(status_);
        return status == 0 ? "" : fmt::format("ended with status {}", status) + last_error_line();
    }

    /// ": Permission denied", with which programs say why they ended.
    std::string last_error_line() const {
        const std::string &text = errors_.text();
        const size_t end = text.find_last_not_of("\r\n \t");
        if (end == std::string::npos) return "";
        const size_t begin = text.find_last_of('\n', end);
        std::string line = text.substr(begin == std::string::npos ? 0 : begin + 1, end - begin);
        constexpr size_t longest = 200;
        if (line.size() > longest) line.resize(longest);
        return ": " + line;
    }
};

}  // namespace

ShellResult run_shell_command(const std::string &command, double seconds, const std::function<bool()> &is_stopped) {
    return Command().run(command, seconds, is_stopped);
}

}  // namespace actinide
