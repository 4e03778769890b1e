// --define and --define-file: what the user wrote, as activations, or what is wrong with it and where.
#pragma once

#include <optional>

#include "generators/catalogue/known_activations.h"
#include "tools/cli/arguments.h"

namespace actinide::cli {

/// Adds every definition to `known`. Returns the outcome where one is wrong: the sentence, the line and a caret under
/// the place.
std::optional<Outcome> read_definitions(const DefinitionArguments &arguments, KnownActivations &known);

/// A line of `text` and a caret under `position`; what a terminal would not show as one column is a ?.
std::string point_at(const std::string &text, size_t position);

}  // namespace actinide::cli
