// Text to formula: the inverse of print.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "generators/formula/formula.h"

namespace actinide {

struct ParseError {
    std::string message;  ///< one sentence: what was found and what was expected
    size_t position = 0;  ///< byte offset into the text, for a caret
};

struct ParseResult {
    std::optional<Formula> formula;
    ParseError error;  ///< meaningful only without a formula
};

/// Parses `x * sigmoid(beta * x)`: + - * /, unary minus, comparisons, `&&`, `||`, where(c, a, b), decimal constants,
/// names of variables, and calls of every function in generators/math. Depth is limited to 200.
ParseResult parse(std::string_view text);

}  // namespace actinide
