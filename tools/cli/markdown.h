// Reference text about activations, in the markdown that GitHub renders. Everything is read from the definitions.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/choices.h"
#include "tools/cli/facts.h"

namespace actinide::cli {

/// All that there is to say about one activation, under a heading of its name. `picture`: path of an image to show;
/// empty: none. What a sample or a recorded run found of its errors is in `facts` and `choices`.
std::string print_markdown(const Activation &activation, const ActivationFacts &facts, const Choices &choices,
                           const std::string &picture = "");
/// The same with the recorded errors.
std::string print_markdown(const Activation &activation, const std::string &picture = "");

using MarkdownRows = std::vector<std::vector<std::string>>;

/// A table with a heading; text in cells as it stands but for what would end a cell.
std::string markdown_table(const std::vector<std::string> &heading, const MarkdownRows &rows);

/// `text` as code.
std::string as_code(const std::string &text);

}  // namespace actinide::cli
