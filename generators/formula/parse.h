// Text to formula: the inverse of print.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generators/formula/formula.h"

namespace actinide {

struct ParseError {
    std::string message;       ///< one sentence: what was found and what was expected
    size_t position = 0;       ///< byte offset into the text, for a caret
    std::string unknown = {};  ///< the variable or function that is not known, so that near ones can be proposed
};

struct ParseResult {
    std::optional<Formula> formula;
    ParseError error;  ///< meaningful only without a formula
};

/// Parses `x * sigmoid(beta * x)`: + - * /, unary minus, powers, comparisons, `&&`, `||`, where(c, a, b) and the other
/// formula_words, decimal constants, names of variables, and calls of every function in generators/math. Powers (x^2,
/// x**-1, x^0.5) bind tighter than a minus sign in front and take whole and half exponents up to 64; shorthand.h says
/// which side min and max take at a tie. Depth is limited to 200, the tree's size to 10,000.
ParseResult parse(std::string_view text);
/// Likewise, where no other variable than these may stand.
ParseResult parse(std::string_view text, const std::vector<std::string> &variables);

/// What formula text has besides operators, constants, variables and the functions of generators/math: "where", "min",
/// "pi" and such.
std::vector<std::string> formula_words();

}  // namespace actinide
