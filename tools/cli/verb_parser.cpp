#include "tools/cli/verb_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/cli/name_list.h"
#include "tools/cli/nearest.h"

namespace actinide::cli {
namespace {

std::string spaced(const std::string &names) {
    const size_t comma = names.find(',');
    return comma == std::string::npos ? names : names.substr(0, comma) + ", " + names.substr(comma + 1);
}

/// The parser's sentences begin with the option's name; what follows is ours.
std::string explain(const CLI::ParseError &error) {
    std::string message = error.what();
    const std::string option = message.substr(0, message.find(':'));
    if (message.find("missing") != std::string::npos) return option + " needs a value";
    if (message.find("received") != std::string::npos) return option + " is given more than once";
    const size_t begin = message.find("--");
    const bool flag_with_value = message.starts_with("Could not convert") && begin != std::string::npos;
    if (flag_with_value) return message.substr(begin, message.find(' ', begin) - begin) + " takes no value";
    return message;
}

}  // namespace

VerbParser::VerbParser(std::string verb) : verb_(std::move(verb)) {
    app_.set_help_flag();
    app_.allow_extras();
}

void VerbParser::flag(const std::string &names, bool &value, const std::string &meaning) {
    app_.add_flag(names, value, meaning);
    options_.push_back({spaced(names), meaning});
}

void VerbParser::text(const std::string &names, std::string &value, const std::string &value_name,
                      const std::string &meaning) {
    app_.add_option(names, value, meaning)->type_size(1);
    options_.push_back({spaced(names) + " " + value_name, meaning});
}

void VerbParser::texts(const std::string &names, std::vector<std::string> &values, const std::string &value_name,
                       const std::string &meaning) {
    app_.add_option(names, values, meaning)
        ->type_size(1)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);  // the next word is an activation
    options_.push_back({spaced(names) + " " + value_name, meaning});
}

void VerbParser::positional(const std::string &name, std::vector<std::string> &values) {
    app_.add_option(name, values);
}

std::optional<Outcome> VerbParser::parse(std::vector<std::string> words) {
    bool asks_for_help = false;
    bool no_color = false;  // terminal.cpp looks for it before anything is parsed
    flag("--no-color", no_color, "plain text on a terminal");
    flag("-h,--help", asks_for_help, "this page");
    std::reverse(words.begin(), words.end());
    try {
        app_.parse(words);
    } catch (const CLI::ParseError &error) {
        return usage_error(explain(error));
    }
    if (asks_for_help) return succeed(verb_help(verb_, options_));
    const std::vector<std::string> unknown = app_.remaining();
    if (!unknown.empty()) return unexpected(unknown.front());
    return std::nullopt;
}

Outcome VerbParser::usage_error(const std::string &message) const {
    return fail(exit_usage, fmt::format("{}; actinide help {} shows the usage", message, verb_));
}

Outcome VerbParser::unexpected(const std::string &word) const {
    if (word.empty() || word.front() != '-') {
        return usage_error(fmt::format("{} takes no further argument, but got '{}'", verb_, word));
    }
    std::vector<std::string> names;
    for (const CLI::Option *option : app_.get_options()) {
        for (const std::string &name : option->get_lnames()) names.push_back("--" + name);
    }
    return fail(exit_usage, unknown_name("option", word.substr(0, word.find('=')), names, "actinide help " + verb_));
}

void take_definitions(VerbParser &parser, DefinitionArguments &definitions) {
    parser.texts("--define", definitions.texts, "TEXT", "an activation of your own: 'f(x, a=1) = x * sigmoid(a * x)'");
    parser.texts("--define-file", definitions.files, "FILE", "a file of such definitions");
    parser.texts("--plugin", definitions.plugins, "FILE", "a shared library that defines activations in C++");
    parser.text("--conventions", definitions.conventions, "NAME",
                "whose constants, defaults and slopes at kinks (default: torch; 'list conventions' shows all)");
}

bool are_given(const DefinitionArguments &definitions) {
    return !definitions.texts.empty() || !definitions.files.empty() || !definitions.plugins.empty();
}

void take_tuned(VerbParser &parser, TunedArguments &tuned) {
    parser.texts("--tuned", tuned.files, "LIST", "schedules that 'actinide tune' found: its files, or built-in names");
    parser.text("--tuned-cpu", tuned.cpu, "CPU", "whose records are taken (default: this machine's, or the only one)");
}

std::optional<Outcome> split_tuned(const VerbParser &parser, TunedArguments &tuned) {
    if (parser.is_given("--tuned-cpu") && !parser.is_given("--tuned")) {
        return parser.usage_error("--tuned-cpu is for --tuned; add it");
    }
    std::vector<std::string> files;
    for (const std::string &list : tuned.files) {
        const auto items = split_list(list);
        if (!items) return parser.usage_error(fmt::format("--tuned '{}' has an empty name in it", list));
        files.insert(files.end(), items->begin(), items->end());
    }
    tuned.files = std::move(files);
    return std::nullopt;
}

std::optional<size_t> parse_size(const std::string &text) {
    double amount = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    if (error != std::errc() || !std::isfinite(amount) || amount < 0) return std::nullopt;
    std::string unit(end, text.data() + text.size());
    if (unit == "B") unit.clear();
    if (unit.size() == 2 && unit[1] == 'B') unit.pop_back();
    if (unit.size() == 3 && unit.substr(1) == "iB") unit.resize(1);
    constexpr std::string_view units = "KMGT";
    if (!unit.empty()) {
        const size_t power =
            unit.size() == 1 ? units.find(static_cast<char>(std::toupper(unit[0]))) : std::string::npos;
        if (power == std::string::npos) return std::nullopt;
        amount *= std::pow(1024.0, static_cast<double>(power + 1));
    }
    constexpr double largest = 9e18;
    if (amount > largest || (unit.empty() && amount != std::floor(amount))) return std::nullopt;
    return static_cast<size_t>(amount);
}

std::optional<Outcome> take_jobs(const VerbParser &parser, const std::string &text, int &jobs) {
    if (!parser.is_given("--jobs")) return std::nullopt;
    const std::optional<int> number = parse_number<int>(text);
    if (!number || *number > 4096) {
        return parser.usage_error(fmt::format("-j '{}' is not a number of jobs; give 1 to 4096", text));
    }
    jobs = *number;
    return std::nullopt;
}

std::optional<Outcome> parse_max_ulp(const VerbParser &parser, const std::string &text, double &max_ulp) {
    if (!parser.is_given("--max-ulp")) return std::nullopt;
    const std::optional<double> number = parse_number<double>(text);
    if (!number || *number < 1 || *number > 4096) {
        return parser.usage_error(fmt::format("--max-ulp '{}' is no bound; give a number from 1 to 4096", text));
    }
    max_ulp = *number;
    return std::nullopt;
}

std::optional<Outcome> take_sizes(const VerbParser &parser, const std::vector<std::string> &lists,
                                  std::vector<size_t> &sizes) {
    for (const std::string &list : lists) {
        for (const std::string &text : split_list(list).value_or(std::vector<std::string>{""})) {
            const std::optional<size_t> size = parse_size(text);
            constexpr size_t largest = size_t{1} << 40U;
            if (!size || *size < 1 || *size > largest) {
                return parser.usage_error(
                    fmt::format("--sizes '{}' is no number of elements; give one or more, as in 16,1024,4M", text));
            }
            if (std::find(sizes.begin(), sizes.end(), *size) == sizes.end()) sizes.push_back(*size);
        }
    }
    return std::nullopt;
}

}  // namespace actinide::cli
