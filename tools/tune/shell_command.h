// A command that somebody else wrote, run by the shell and never trusted to end.
#pragma once

#include <functional>
#include <string>

namespace actinide {

struct ShellResult {
    std::string output;   ///< standard output
    std::string failure;  ///< what it did instead of ending with status 0: "ended with status 1"; empty otherwise
};

/// `/bin/sh -c command` in a process group of its own, with nothing on standard input. After so many seconds, where it
/// prints without end, or once it is stopped, the whole group is killed.
ShellResult run_shell_command(const std::string &command, double seconds, const std::function<bool()> &is_stopped);

}  // namespace actinide
