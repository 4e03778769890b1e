// Formula to text, as `show`, the headers and the documentation print it.
#pragma once

#include <string>
#include <vector>

#include "generators/formula/formula.h"

namespace actinide {

/// For example `where(x > 0, x, alpha * expm1(x))`: only the brackets that are needed; parse(print(f)) equals f.
std::string print(const Formula &formula);

/// The same in lines, for long formulas: what stands in it several times gets a name, "a = where(x > 22, 22, x)", and
/// the last line is the formula in those names.
std::vector<std::string> print_in_parts(const Formula &formula);

}  // namespace actinide
