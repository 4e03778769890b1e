// What a verb hands back to main.
#pragma once

#include <string>

namespace actinide::cli {

/// The command's exit codes; documented, so their values never change.
enum ExitCode {
    exit_done = 0,
    exit_check_failed = 1,
    exit_usage = 2,
    exit_missing = 3,
    exit_unsupported = 4,
    exit_refused = 5,
    exit_own_bug = 70,
    exit_interrupted = 130,
};

struct Outcome {
    int exit_code = exit_done;
    std::string output;  ///< data for standard output
    std::string error;   ///< one sentence for standard error, without "error: "; empty if there is nothing to say
};

inline Outcome succeed(std::string output) {
    return {exit_done, std::move(output), ""};
}
inline Outcome fail(int exit_code, std::string error) {
    return {exit_code, "", std::move(error)};
}

}  // namespace actinide::cli
