#include "tools/bench/peer_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

namespace actinide {

// NOLINTNEXTLINE(misc-use-internal-linkage): the generated source has it too.
struct EmbeddedText {
    const char *name;
    const char *text;
};
extern const EmbeddedText embedded_peer_texts[];

namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

constexpr double failed = std::numeric_limits<double>::infinity();

std::string make_folder() {
    std::string folder = (std::filesystem::temp_directory_path() / "actinide-peer-XXXXXX").string();
    return ::mkdtemp(folder.data()) == nullptr ? "" : folder;
}

}  // namespace

/// An object, or null where the process failed.
struct PeerProgram::Answer {
    Json json;

    bool has(const char *field) const { return json.is_object() && json.contains(field); }
    std::string text(const char *field) const { return has(field) && json[field].is_string() ? json[field] : Json(""); }
    double number(const char *field) const { return has(field) && json[field].is_number() ? json[field] : Json(0.0); }
};

PeerProgram::PeerProgram(std::string peer, std::string interpreter, double seconds)
    : peer_(std::move(peer)), interpreter_(std::move(interpreter)), seconds_(seconds), folder_(make_folder()) {}

PeerProgram::~PeerProgram() {
    stop();
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::string PeerProgram::start() {
    if (process_ >= 0) return "";
    if (folder_.empty()) return "no temporary folder could be made; check the free space of $TMPDIR";
    failure_.clear();
    if (const std::string problem = spawn(); !problem.empty()) return problem;
    const Answer answer = ask(Json{{"do", "open"}, {"peer", peer_}}.dump());
    version_ = answer.text("version");
    empty_call_ = answer.number("empty_call_ns");
    if (!version_.empty()) return "";
    std::string problem = answer.text("missing");
    if (problem.empty()) problem = failure_.empty() ? "its process answered without a version" : failure_;
    stop();
    return problem;
}

/// The process has a group of its own, so that an interruption from the keyboard is the bench's to answer.
std::string PeerProgram::spawn() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return std::strerror(errno);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (folder_ + "/errors").c_str(),
                                       O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    std::vector<std::string> words = {interpreter_, "-c", embedded_peer_texts[0].text};
    std::vector<char *> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string &word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int error = ::posix_spawnp(&process_, interpreter_.c_str(), &actions, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    stream_ = ends[0];
    unread_.clear();
    if (error == 0) return "";
    process_ = -1;
    stop();
    return fmt::format("'{}' cannot be run: {}", interpreter_, std::strerror(error));
}

std::string PeerProgram::prepare(const PeerTask &task) {
    Json files = Json::object();
    for (const auto &[name, block] : task.inputs) {
        const std::string file = folder_ + "/" + name;
        const size_t bytes = std::min(block->size(), task.elements * bytes_per_element(task.dtype));
        std::ofstream stream(file, std::ios::binary);
        stream.write(block->data(), static_cast<std::streamsize>(bytes));
        if (!stream.flush()) return fmt::format("its arrays do not fit into '{}'; set $TMPDIR", folder_);
        files[name] = file;
    }
    const Answer answer = ask(Json{
        {"do", "prepare"},
        {"operation", task.call.operation},
        {"setup", task.call.setup},
        {"dtype", to_string(task.dtype)},
        {"elements", task.elements},
        {"channels", task.channels},
        {"inputs", files}}.dump());
    if (answer.has("ready")) return "";
    if (answer.has("unsupported")) return "unsupported there: " + answer.text("unsupported");
    if (failure_.empty()) fail("answered neither 'ready' nor 'unsupported'");
    return failure_;
}

Contestant PeerProgram::contestant() {
    return {.name = peer_, .time = [this](size_t calls) { return nanoseconds_of(calls); }};
}

std::string PeerProgram::how_it_is_called() const {
    return fmt::format("is called from Python, whose empty call takes {:.0f} ns of the times told", empty_call_);
}

std::string PeerProgram::how_to_get_it() const {
    return fmt::format(
        "--peers {} --install-peers installs it, --peers-python names an interpreter that has it; asked "
        "was '{}'",
        peer_, interpreter_);
}

double PeerProgram::nanoseconds_of(size_t calls) {
    const Answer answer = ask(Json{{"do", "time"}, {"calls", calls}}.dump());
    if (!failure_.empty()) return failed;
    const double nanoseconds = answer.number("nanoseconds");
    if (nanoseconds > 0) return nanoseconds;
    fail("answered without a time");
    return failed;
}

Block PeerProgram::result(const PeerTask &task) {
    const std::string file = folder_ + "/result";
    const Answer answer = ask(Json{{"do", "result"}, {"file", file}}.dump());
    if (!answer.has("written")) return {};
    std::ifstream stream(file, std::ios::binary);
    Block block{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (block.size() == task.elements * bytes_per_element(task.dtype)) return block;
    fail("wrote a result of another size");
    return {};
}

PeerProgram::Answer PeerProgram::ask(const std::string &request) {
    if (process_ < 0) return {};
    const std::string line = request + "\n";
    for (size_t sent = 0; sent < line.size();) {
        const ssize_t count = ::send(stream_, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fail("ended" + last_error_line());
        sent += static_cast<size_t>(count);
    }
    const std::optional<std::string> answer = read_line();
    if (!answer) return {};
    Json json = Json::parse(*answer, nullptr, false);
    if (json.is_object()) return {std::move(json)};
    return fail(fmt::format("answered '{}', which is no JSON object", answer->substr(0, 60)));
}

PeerProgram::Answer PeerProgram::fail(const std::string &what) {
    stop();
    failure_ = "its process " + what;
    return {};
}

std::optional<std::string> PeerProgram::read_line() {
    const Clock::time_point end =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds_));
    std::array<char, 4096> bytes{};
    for (;;) {
        const size_t newline = unread_.find('\n');
        if (newline != std::string::npos) {
            std::string line = unread_.substr(0, newline);
            unread_.erase(0, newline + 1);
            return line;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        pollfd waiting{.fd = stream_, .events = POLLIN, .revents = 0};
        const int ready = left > 0 ? ::poll(&waiting, 1, static_cast<int>(std::min<int64_t>(left, 1 << 30))) : 0;
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) {
            fail(fmt::format("did not answer within {:g} s (--peers-timeout)", seconds_));
            return std::nullopt;
        }
        const ssize_t count = ::read(stream_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            fail("ended" + last_error_line());
            return std::nullopt;
        }
        unread_.append(bytes.data(), static_cast<size_t>(count));
    }
}

/// ": MemoryError", with which an interpreter says why it ended.
std::string PeerProgram::last_error_line() const {
    std::ifstream stream(folder_ + "/errors");
    std::string last;
    for (std::string line; std::getline(stream, line);) {
        if (!line.empty()) last = line;
    }
    return last.empty() ? "" : ": " + last;
}

void PeerProgram::stop() {
    if (stream_ >= 0) ::close(stream_);
    stream_ = -1;
    if (process_ < 0) return;
    ::kill(-process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
}

}  // namespace actinide
