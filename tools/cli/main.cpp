// The `actinide` command.
#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <variant>
#include <vector>

#include "tools/cli/arguments.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/outcome.h"
#include "tools/cli/terminal.h"
#include "tools/cli/verbs.h"

namespace actinide::cli {
namespace {

/// What escaped every room: either the system refused, or it is our bug.
Outcome explain_exception() {
    try {
        throw;
    } catch (const std::filesystem::filesystem_error &error) {
        return fail(exit_refused, fmt::format("the system refused: {}", error.what()));
    } catch (const std::bad_alloc &) {
        return fail(exit_refused, "the system refused more memory; use fewer jobs (-j 1)");
    } catch (const std::exception &error) {
        return fail(exit_own_bug, fmt::format("{}; this is a bug of ours, please report the command and what "
                                              "'actinide version' and 'actinide doctor' print",
                                              error.what()));
    }
}

Outcome perform(const std::vector<std::string> &words) {
    try {
        return std::visit([](const auto &arguments) { return run(arguments); }, parse_arguments(words));
    } catch (...) {
        return explain_exception();
    }
}

}  // namespace
}  // namespace actinide::cli

int main(int argc, char **argv) {
    using namespace actinide::cli;
    open_closed_streams();
    install_signal_handlers();
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    choose_colour(words);
    const Outcome outcome = perform(words);
    const int printed = print_output(outcome.output);
    if (!outcome.error.empty()) print_error(outcome.error);
    return outcome.exit_code != exit_done ? outcome.exit_code : printed;
}
