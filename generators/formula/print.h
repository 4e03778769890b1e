// Formula to text, as `show`, the headers and the documentation print it.
#pragma once

#include <string>

#include "generators/formula/formula.h"

namespace actinide {

/// For example `where(x > 0, x, alpha * expm1(x))`: only the brackets that are needed; parse(print(f)) equals f.
std::string print(const Formula &formula);

}  // namespace actinide
