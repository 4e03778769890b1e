// A library of Python, run by an interpreter in a process of its own (peer_program.py).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "tools/bench/peer_task.h"
#include "tools/bench/race.h"

namespace actinide {

class PeerProgram {
public:
    /// Each answer is waited for at most so long. Nothing is started yet.
    PeerProgram(std::string peer, std::string interpreter, double seconds);
    ~PeerProgram();
    PeerProgram(const PeerProgram &) = delete;
    PeerProgram &operator=(const PeerProgram &) = delete;

    /// Starts the process where none runs. Returns why the library cannot be used, or an empty text.
    std::string start();
    /// Returns why the library cannot run this, or an empty text.
    std::string prepare(const PeerTask &task);
    /// Its calls take infinitely long where the process failed.
    Contestant contestant();
    /// What one call gives; empty where the process failed.
    Block result(const PeerTask &task);

    const std::string &version() const { return version_; }
    /// Why the last process ended before it was told to; empty where none did.
    const std::string &failure() const { return failure_; }
    std::string how_it_is_called() const;
    std::string how_to_get_it() const;

private:
    std::string peer_, interpreter_;
    double seconds_;
    std::string folder_;  ///< for arrays and for what the process writes to standard error
    pid_t process_ = -1;
    int stream_ = -1;  ///< the process's standard input and output
    std::string unread_;
    std::string version_;
    double empty_call_ = 0;  ///< nanoseconds
    std::string failure_;

    struct Answer;
    std::string spawn();
    double nanoseconds_of(size_t calls);
    Answer ask(const std::string &request);
    Answer fail(const std::string &what);
    std::optional<std::string> read_line();
    std::string last_error_line() const;
    void stop();
};

}  // namespace actinide
