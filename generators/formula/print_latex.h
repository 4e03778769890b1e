// Formula to LaTeX, as the reference pages set it.
#pragma once

#include <string>

#include "generators/formula/formula.h"

namespace actinide {

/// For example `\begin{cases} x & \text{if } x > 0 \\ \alpha \left(e^{x} - 1\right) & \text{otherwise} \end{cases}`,
/// for the math mode of KaTeX and MathJax. Greek names become letters; a function without a notation of its own is
/// written with its name.
std::string print_latex(const Formula &formula);

/// A variable or a parameter alone: `\alpha_{p}`, `\mathit{negative\_slope}`.
std::string print_latex_name(const std::string &name);

}  // namespace actinide
