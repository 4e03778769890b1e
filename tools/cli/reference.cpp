#include "tools/cli/reference.h"

#include <fmt/format.h>

#include <vector>

#include "generators/catalogue/catalogue.h"
#include "tools/cli/json.h"
#include "tools/cli/markdown.h"
#include "tools/cli/picture.h"
#include "tools/package/package.h"

namespace actinide::cli {
namespace {

constexpr const char *list_of_files = "reference.json";

const FolderKind reference_folder = {"reference", [](const std::string &path) { return path == list_of_files; },
                                     "--out"};

/// The user's own definitions are a family too.
std::vector<Family> all_families(const KnownActivations &known) {
    std::vector<Family> all = families();
    for (Family &family : all) {
        for (const Activation *&member : family.members) member = known.find(member->name);  // in known's conventions
    }
    if (!known.own().empty()) all.push_back({"own", "Definitions of one's own.", known.own()});
    return all;
}

/// "piecewise_linear" as a title: "Piecewise linear".
std::string title_of(const Family &family) {
    std::string title = family.name;
    for (char &c : title) c = c == '_' ? ' ' : c;
    title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
    return title;
}

std::string page_of(const Family &family) {
    return family.name + ".md";
}

std::string picture_of(const Activation &activation) {
    return "pictures/" + activation.name + ".svg";
}

std::vector<std::string> index_row(const Activation &activation, const Family &family) {
    std::vector<std::string> passes;
    std::vector<std::string> needs;
    for (const Pass pass : all_passes()) {
        const PassFacts facts = describe(activation, pass);
        if (!facts.why_unsupported.empty()) continue;
        passes.push_back(as_code(to_string(pass)));
        if (pass != Pass::forward) needs.push_back(fmt::format("{}", fmt::join(facts.needs, " and ")));
    }
    std::vector<std::string> parameters;
    parameters.reserve(activation.parameters.size());
    for (const Parameter &parameter : activation.parameters) parameters.push_back(as_code(describe_briefly(parameter)));
    return {fmt::format("[{0}]({1}#{0})", activation.name, page_of(family)), activation.summary,
            fmt::format("{}", fmt::join(parameters, ", ")), fmt::format("{}", fmt::join(passes, ", ")),
            fmt::format("{}", fmt::join(needs, "; or "))};
}

std::string print_page(const Family &family) {
    std::string text = fmt::format("# {}\n\n{} [All activations](index.md)\n\n", title_of(family), family.summary);
    for (const Activation *member : family.members) text += fmt::format("- [{0}](#{0})\n", member->name);
    for (const Activation *member : family.members) text += "\n" + print_markdown(*member, picture_of(*member));
    return text;
}

}  // namespace

std::string print_index(const KnownActivations &known) {
    std::string text =
        "# Activations\n\nMade from the definitions by `actinide list --markdown`. Passes over rows, counts of dead "
        "outputs and fused\nforms are on the families' pages.\n";
    for (const Family &family : all_families(known)) {
        MarkdownRows rows;
        for (const Activation *member : family.members) rows.push_back(index_row(*member, family));
        text += fmt::format("\n## [{}]({})\n\n{}\n\n", title_of(family), page_of(family), family.summary);
        text += markdown_table({"activation", "what it is", "parameters", "passes", "backward keeps"}, rows);
    }
    return text;
}

std::map<std::string, std::string> reference_files(const KnownActivations &known) {
    std::map<std::string, std::string> files = {{"index.md", print_index(known)}};
    for (const Family &family : all_families(known)) {
        files[page_of(family)] = print_page(family);
        for (const Activation *member : family.members) files[picture_of(*member)] = draw_picture(*member);
    }
    JsonList paths = {list_of_files};
    for (const auto &[path, content] : files) paths.emplace_back(path);
    files[list_of_files] = print_json(JsonObject{{"files", paths}});
    return files;
}

Outcome write_reference(const KnownActivations &known, const std::string &folder) {
    const auto refusal = write_folder(folder, reference_files(known), {}, reference_folder);
    if (refusal) return fail(exit_refused, *refusal);
    return succeed(folder + (folder.ends_with('/') ? "" : "/") + "index.md\n");
}

}  // namespace actinide::cli
