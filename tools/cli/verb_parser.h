// How a verb's words are read: its options with their help, and what several verbs take alike.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/arguments.h"
#include "tools/cli/help.h"
#include "tools/cli/outcome.h"

namespace actinide::cli {

/// A verb's parser: the options that all verbs have, and the texts of its help page.
class VerbParser {
public:
    explicit VerbParser(std::string verb);

    void flag(const std::string &names, bool &value, const std::string &meaning);
    /// A second value for the same option is nearly always a mistake in a script, so the parser refuses it.
    void text(const std::string &names, std::string &value, const std::string &value_name, const std::string &meaning);
    void texts(const std::string &names, std::vector<std::string> &values, const std::string &value_name,
               const std::string &meaning);
    void positional(const std::string &name, std::vector<std::string> &values);

    bool is_given(const std::string &option) const { return app_.count(option) > 0; }

    /// Nothing if the words fit the verb.
    std::optional<Outcome> parse(std::vector<std::string> words);
    Outcome usage_error(const std::string &message) const;

private:
    std::string verb_;
    CLI::App app_;
    std::vector<OptionHelp> options_;

    Outcome unexpected(const std::string &word) const;
};

constexpr const char *cache_meaning = "folder of compiled kernels (default: $ACTINIDE_CACHE or ~/.cache/actinide)";
constexpr const char *json_meaning = "machine-readable on standard output";

void take_definitions(VerbParser &parser, DefinitionArguments &definitions);
bool are_given(const DefinitionArguments &definitions);

void take_tuned(VerbParser &parser, TunedArguments &tuned);
/// Checks what was given with take_tuned's options, and splits its lists.
std::optional<Outcome> split_tuned(const VerbParser &parser, TunedArguments &tuned);

/// The number after an option; nothing if the text is none or not above zero.
template <class Number>
std::optional<Number> parse_number(const std::string &text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !(number > 0)) return std::nullopt;
    return number;
}

/// "500M" in bytes; K, M, G and T are powers of 1024.
std::optional<size_t> parse_size(const std::string &text);

/// Each checks an option that several verbs have, and stores its value if it was given.
std::optional<Outcome> take_jobs(const VerbParser &parser, const std::string &text, int &jobs);
/// "--max-ulp 1"; a kernel cannot be asked to be exact, and beyond some thousand nothing is left.
std::optional<Outcome> parse_max_ulp(const VerbParser &parser, const std::string &text, double &max_ulp);
/// "16,1024,4M" in elements, each once and in the order given.
std::optional<Outcome> take_sizes(const VerbParser &parser, const std::vector<std::string> &lists,
                                  std::vector<size_t> &sizes);

}  // namespace actinide::cli
