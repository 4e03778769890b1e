#include <fmt/format.h>

#include <cctype>
#include <set>

#include "tools/package/build_files.h"
#include "tools/package/texts.h"

namespace actinide {

namespace {

/// One spelling for the processors that have several; config.cmake maps the consumer's in the same way.
std::string common_spelling(const std::string &processor) {
    std::string lower = processor;
    for (char &c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (lower == "amd64" || lower == "x86-64" || lower == "x64") return "x86_64";
    if (lower == "arm64") return "aarch64";
    return lower;
}

}  // namespace

std::vector<std::string> activation_names(const Package &package) {
    std::set<std::string> names;
    for (const PackagedKernel &kernel : package.kernels) names.insert(kernel.activation->name);
    return {names.begin(), names.end()};
}

std::string cmake_config(const Package &package) {
    std::vector<std::string> archives;
    for (const PackagedArchive &archive : package.archives) {
        if (archive.cuda) continue;
        archives.push_back(archive.system_name + "/" + common_spelling(archive.system_processor) + "=" +
                           archive.folder);
    }
    return fill_in(text_of("config"), {{"name", package.name},
                                       {"version", package.version},
                                       {"activations", fmt::format("{}", fmt::join(activation_names(package), " "))},
                                       {"archives", fmt::format("{}", fmt::join(archives, " "))}});
}

std::string cmake_config_version(const Package &package) {
    return fill_in(text_of("config_version"), {{"name", package.name}, {"version", package.version}});
}

}  // namespace actinide
