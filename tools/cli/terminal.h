// Standard error and standard output: colour, messages, one line of progress.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace actinide::cli {

/// Gives standard streams that the caller closed to /dev/null, so that no file of a build takes their number.
void open_closed_streams();

/// Looks at the terminal, NO_COLOR, TERM and --no-color. Called once, before anything is printed.
void choose_colour(const std::vector<std::string> &words);

/// `text` in bold if standard output shows colours, as for headings.
std::string heading(std::string_view text);

/// "error: …" on standard error.
void print_error(std::string_view message);
void print_warning(std::string_view message);
/// One line on standard error.
void print_message(std::string_view message);

/// Writes everything or says why not; a reader that went away early is no failure. Returns an exit code.
int print_output(std::string_view text);

/// One line on standard error that is overwritten as work proceeds; nothing at all where that is no terminal.
class Progress {
public:
    explicit Progress(bool quiet);
    ~Progress();
    Progress(const Progress &) = delete;
    Progress &operator=(const Progress &) = delete;

    void show(size_t done, size_t total, const std::string &name);
    void clear();

private:
    bool visible_ = false;
};

}  // namespace actinide::cli
