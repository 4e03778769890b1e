// An activation from one line of text: what a user writes instead of a definition in C++.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generators/catalogue/activation.h"
#include "generators/formula/parse.h"

namespace actinide {

struct DefinitionResult {
    std::optional<Activation> activation;
    ParseError error;  ///< meaningful only without an activation
};

/// Parses `swishy(x, beta=1.0) = x * sigmoid(beta * x)`: a name, the input x, parameters with their defaults, and a
/// formula of formula/parse.h in them. A parameter may have a range and may be learned, one value per channel:
///   f(x, alpha=1 in (0, inf), slope=1/6 in [0, 1], weight=0.25 learned) = ...
/// The names must be identifiers of C and none of Actinide's own; every parameter must occur in the formula, and so
/// must x. Two spellings of one call, exp(a * x) and exp(x * a), become one. The text, its spaces apart, stays with the
/// activation as its `definition`.
DefinitionResult parse_definition(std::string_view text);

/// The definition with another formula behind its head.
std::string with_formula(const std::string &definition, const Formula &formula);

/// One definition among several.
struct DefinitionPart {
    size_t begin;      ///< where in the whole text
    std::string text;  ///< comments are spaces in it, so that positions stay
};

/// A text's definitions: each begins at the beginning of a line, indented lines go on with it, # begins a comment.
std::vector<DefinitionPart> split_definitions(std::string_view text);

}  // namespace actinide
