// How a compilation stops: thrown inside this room only, turned into a CompileError at its door.
#pragma once

#include <stdexcept>
#include <string>

namespace actinide {

/// Exit codes of the command that the compiler can cause.
constexpr int exit_missing_component = 3;
constexpr int exit_unsupported = 4;
constexpr int exit_system_refused = 5;
constexpr int exit_own_bug = 70;

class CompileFailure : public std::runtime_error {
public:
    explicit CompileFailure(const std::string &message, int exit_code = exit_own_bug)
        : std::runtime_error(message), exit_code_(exit_code) {}
    int exit_code() const { return exit_code_; }

private:
    int exit_code_;
};

}  // namespace actinide
