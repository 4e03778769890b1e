// Help pages: examples first, then what can be given.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace actinide::cli {

struct OptionHelp {
    std::string usage;    ///< "--out DIR", "-j, --jobs N"
    std::string meaning;  ///< one line
};

/// A verb's page; `options` come from the parser, so that the page cannot fall behind it.
std::string verb_help(std::string_view verb, const std::vector<OptionHelp> &options);

/// The page of the command itself.
std::string command_help();

/// Every verb, in the order of the command's page.
std::vector<std::string> verb_names();

}  // namespace actinide::cli
