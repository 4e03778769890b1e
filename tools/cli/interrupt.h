// What happens when the process is stopped or breaks.
#pragma once

namespace actinide::cli {

/// Ctrl-C, hang-up and termination end the command with 130 at once, but never between the first and the last file of a
/// package. A crash says that it is our bug, and ends with 70. A reader that closes the pipe ends nothing.
void install_signal_handlers();

/// Whether an interruption waits for the end of a section; long work in one looks at it.
bool interruption_waits();

/// While one lives, an interruption waits.
class UninterruptedSection {
public:
    UninterruptedSection();
    /// Leaves the process if an interruption waited.
    ~UninterruptedSection();
    UninterruptedSection(const UninterruptedSection &) = delete;
    UninterruptedSection &operator=(const UninterruptedSection &) = delete;
};

}  // namespace actinide::cli
