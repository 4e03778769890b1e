#include "tools/cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "tools/cli/outcome.h"

namespace actinide::cli {
namespace {

std::atomic<int> sections{0};
std::atomic<bool> waits{false};

void say(const char *text) {
    // A handler has nothing left to do about a message that cannot be written.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, std::strlen(text));
}

[[noreturn]] void leave_interrupted() {
    say(::isatty(STDERR_FILENO) == 1 ? "\r\033[Kinterrupted; nothing was changed by halves\n"
                                     : "interrupted; nothing was changed by halves\n");
    ::_exit(exit_interrupted);
}

void interrupt(int /*number*/) {
    if (sections == 0) leave_interrupted();
    waits = true;
}

const char *describe_crash(int number) {
    if (number == SIGABRT) return "an abort";
    return number == SIGFPE ? "an arithmetic error" : "an invalid access";
}

void crash(int number) {
    say("error: Actinide stopped by ");
    say(describe_crash(number));
    say(", which is a bug of ours; please report the command and what 'actinide version' and 'actinide doctor' "
        "print\n");
    ::_exit(exit_own_bug);
}

void handle(int number, void (*handler)(int)) {
    struct sigaction action{};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(number, &action, nullptr);
}

}  // namespace

void install_signal_handlers() {
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction inherited{};
        ::sigaction(number, nullptr, &inherited);
        // nohup and shells' background jobs ask to be spared.
        if (inherited.sa_handler != SIG_IGN) handle(number, interrupt);
    }
    for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE}) handle(number, crash);
    handle(SIGPIPE, SIG_IGN);
}

bool interruption_waits() {
    return waits;
}

UninterruptedSection::UninterruptedSection() {
    ++sections;
}

UninterruptedSection::~UninterruptedSection() {
    if (--sections == 0 && waits) leave_interrupted();
}

}  // namespace actinide::cli
