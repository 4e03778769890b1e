#include "tools/cli/terminal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "tools/cli/outcome.h"

namespace actinide::cli {
namespace {

bool colours_on_error = false;
bool colours_on_output = false;

bool is_set(const char *variable) {
    const char *value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

bool is_dumb() {
    const char *term = std::getenv("TERM");
    return term == nullptr || std::strcmp(term, "dumb") == 0;
}

/// Returns 0 or the errno of the write that failed.
int write_all(int stream, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(stream, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        text.remove_prefix(static_cast<size_t>(written));
    }
    return 0;
}

void print_labelled(std::string_view colour, std::string_view label, std::string_view message) {
    const std::string shown = colours_on_error ? fmt::format("\033[{}m{}\033[0m", colour, label) : std::string(label);
    write_all(STDERR_FILENO, fmt::format("{} {}\n", shown, message));
}

}  // namespace

void open_closed_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // The lowest free number is taken, and the lower ones are open by now.
        if (::fcntl(stream, F_GETFD) == -1 && errno == EBADF && ::open("/dev/null", O_RDWR) != stream) std::abort();
    }
}

void choose_colour(const std::vector<std::string> &words) {
    const bool refused =
        is_set("NO_COLOR") || is_dumb() || std::find(words.begin(), words.end(), "--no-color") != words.end();
    colours_on_error = !refused && ::isatty(STDERR_FILENO) == 1;
    colours_on_output = !refused && ::isatty(STDOUT_FILENO) == 1;
}

std::string heading(std::string_view text) {
    return colours_on_output ? fmt::format("\033[1m{}\033[0m", text) : std::string(text);
}

void print_error(std::string_view message) {
    print_labelled("1;31", "error:", message);
}
void print_warning(std::string_view message) {
    print_labelled("1;33", "warning:", message);
}
void print_message(std::string_view message) {
    write_all(STDERR_FILENO, fmt::format("{}\n", message));
}

int print_output(std::string_view text) {
    const int problem = write_all(STDOUT_FILENO, text);
    if (problem == 0 || problem == EPIPE) return exit_done;
    print_error(fmt::format("could not write to standard output: {}; redirect it elsewhere and repeat the command",
                            std::strerror(problem)));
    return exit_refused;
}

Progress::Progress(bool quiet) : visible_(!quiet && ::isatty(STDERR_FILENO) == 1 && !is_dumb()) {}

Progress::~Progress() {
    clear();
}

void Progress::show(size_t done, size_t total, const std::string &name) {
    if (!visible_ || total == 0) return;
    constexpr size_t bar_width = 24;
    const size_t filled = bar_width * done / total;
    std::string line = fmt::format("[{:#<{}}{:.<{}}] {}/{} {}", "", filled, "", bar_width - filled, done, total, name);
    winsize size{};
    const bool knows_width = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    line.resize(std::min<size_t>(line.size(), knows_width ? size.ws_col - 1U : 79));
    write_all(STDERR_FILENO, "\r\033[K" + line);
}

void Progress::clear() {
    if (visible_) write_all(STDERR_FILENO, "\r\033[K");
}

}  // namespace actinide::cli
