// Columns of text, aligned.
#pragma once

#include <string>
#include <vector>

namespace actinide::cli {

using Rows = std::vector<std::vector<std::string>>;

/// Rows of cells as lines: every column but the last padded to its widest cell, two spaces between, `indent` before.
std::string align_columns(const Rows &rows, size_t indent = 0);

/// An empty line, the title and the rows below it, indented; nothing without rows.
std::string section(const std::string &title, const Rows &rows);

/// "182 KiB", "3.1 MiB", "812 B".
std::string readable_bytes(size_t bytes);

}  // namespace actinide::cli
