#include "tools/cli/definitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "generators/catalogue/conventions.h"
#include "generators/catalogue/definition_text.h"
#include "generators/catalogue/plugins.h"
#include "generators/math/function.h"
#include "tools/cli/choice.h"
#include "tools/cli/nearest.h"

namespace actinide::cli {
namespace {

constexpr size_t largest_file = size_t{1} << 20;

/// A text that holds definitions, and what it is called in messages: "--define", "my.txt:3".
struct Source {
    std::string text;
    std::string file;  ///< empty: from the command line

    std::string place_of(size_t position) const {
        if (file.empty()) return "--define";
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(position), '\n');
        return fmt::format("{}:{}", file, line);
    }
};

Outcome refuse(const Source &source, size_t position, const std::string &message) {
    position = std::min(position, source.text.size());
    return fail(exit_usage,
                fmt::format("{}: {}\n{}", source.place_of(position), message, point_at(source.text, position)));
}

/// "; did you mean 'sigmoid'?" where a name that is not known is near one that is.
std::string proposal(const ParseError &error, std::string_view definition) {
    if (error.unknown.empty()) return "";
    std::vector<std::string> names = formula_words();
    names.emplace_back("x");
    for (const math::Function *function : math::functions()) names.push_back(function->name);
    // The parameters: what stands in the head before a '='.
    std::string word;
    for (const char c : definition.substr(0, definition.find(')'))) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
            word += c;
            continue;
        }
        if (c == '=' && !word.empty()) names.push_back(word);
        if (c != ' ') word.clear();
    }
    if (error.unknown == "e") return "; write exp(a) for e^a";
    const std::string near = nearest(error.unknown, names);
    return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

std::optional<Outcome> add_definition(const Source &source, const DefinitionPart &part, KnownActivations &known) {
    DefinitionResult result = parse_definition(part.text);
    if (!result.activation) {
        return refuse(source, part.begin + result.error.position,
                      result.error.message + proposal(result.error, part.text));
    }
    const std::string name = result.activation->name;
    if (known.add(std::move(*result.activation)) == nullptr) {
        const size_t begin = part.begin + part.text.find_first_not_of(" \t\r\n");
        return refuse(source, begin, fmt::format("'{}' is defined twice; take another name", name));
    }
    return std::nullopt;
}

std::optional<Outcome> add_file(const std::string &path, KnownActivations &known) {
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    if (!problem && size > largest_file) {
        return fail(exit_usage,
                    fmt::format("--define-file '{}' has more than 1 MiB; give a file of definitions", path));
    }
    std::ifstream stream(path, std::ios::binary);
    Source source{std::string(largest_file + 1, '\0'), path};
    stream.read(source.text.data(), static_cast<std::streamsize>(source.text.size()));
    if (!stream.is_open() || stream.bad() || std::filesystem::is_directory(path, problem)) {
        return fail(exit_usage,
                    fmt::format("--define-file '{}' cannot be read; give a file of definitions, one a line", path));
    }
    source.text.resize(static_cast<size_t>(stream.gcount()));
    if (source.text.size() > largest_file) {
        return fail(exit_usage,
                    fmt::format("--define-file '{}' has more than 1 MiB; give a file of definitions", path));
    }
    const std::vector<DefinitionPart> parts = split_definitions(source.text);
    if (parts.empty()) {
        return fail(exit_usage,
                    fmt::format("--define-file '{}' defines nothing; write f(x) = x * sigmoid(x) into it", path));
    }
    for (const DefinitionPart &part : parts) {
        if (const auto refusal = add_definition(source, part, known)) return refusal;
    }
    return std::nullopt;
}

std::optional<Outcome> add_plugin(const std::string &path, KnownActivations &known) {
    PluginResult result = load_plugin(path);
    if (!result.error.empty()) return fail(exit_usage, fmt::format("--plugin '{}' {}", path, result.error));
    for (Activation &activation : result.activations) {
        const std::string name = activation.name;
        if (known.add(std::move(activation)) != nullptr) continue;
        return fail(exit_usage,
                    fmt::format("--plugin '{}' defines '{}', which there is already; take another name", path, name));
    }
    return std::nullopt;
}

Result<Profile> read_conventions(const std::string &name) {
    if (const std::optional<Profile> profile = profile_from_name(name)) return *profile;
    std::vector<std::string> names;
    for (const Profile profile : all_profiles()) names.push_back(to_string(profile));
    return fail(exit_usage, unknown_name("conventions", name, names, "actinide list conventions"));
}

bool is_shown_as_one_column(char c) {
    return c >= ' ' && c < '\x7f';
}

}  // namespace

std::optional<Outcome> read_definitions(const DefinitionArguments &arguments, KnownActivations &known) {
    const auto profile = read_conventions(arguments.conventions);
    if (const Outcome *failure = std::get_if<Outcome>(&profile)) return *failure;
    known = KnownActivations(std::get<Profile>(profile));
    for (const std::string &path : arguments.plugins) {
        if (const auto refusal = add_plugin(path, known)) return refusal;
    }
    for (const std::string &text : arguments.texts) {
        if (const auto refusal = add_definition({text, ""}, {0, text}, known)) return refusal;
    }
    for (const std::string &path : arguments.files) {
        if (const auto refusal = add_file(path, known)) return refusal;
    }
    return std::nullopt;
}

std::string point_at(const std::string &text, size_t position) {
    constexpr size_t before = 60;
    constexpr size_t after = 40;
    const size_t line_begin = position == 0 ? 0 : text.rfind('\n', position - 1) + 1;
    const size_t line_end = std::min(text.find('\n', position), text.size());
    const size_t begin = position - line_begin > before ? position - before : line_begin;
    const size_t end = std::min(line_end, position + after);
    std::string line = text.substr(begin, end - begin);
    for (char &c : line) {
        if (!is_shown_as_one_column(c)) c = c == '\t' ? ' ' : '?';
    }
    const std::string left = begin > line_begin ? "..." : "";
    const std::string right = end < line_end ? "..." : "";
    return fmt::format("  {}{}{}\n  {}^", left, line, right, std::string(left.size() + position - begin, ' '));
}

}  // namespace actinide::cli
