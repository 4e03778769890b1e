// --define, --define-file and --conventions: which activations there are, or what is wrong with what the user wrote.
#pragma once

#include <optional>

#include "generators/catalogue/known_activations.h"
#include "tools/cli/arguments.h"

namespace actinide::cli {

/// Makes `known` the catalogue in the conventions that were asked for, with every definition. Returns the outcome where
/// one is wrong: the sentence, the line and a caret under the place.
std::optional<Outcome> read_definitions(const DefinitionArguments &arguments, KnownActivations &known);

/// A line of `text` and a caret under `position`; what a terminal would not show as one column is a ?.
std::string point_at(const std::string &text, size_t position);

}  // namespace actinide::cli
