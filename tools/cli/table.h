// Columns of text, aligned.
#pragma once

#include <string>
#include <vector>

namespace actinide::cli {

/// Rows of cells as lines: every column but the last padded to its widest cell, two spaces between, `indent` before.
std::string align_columns(const std::vector<std::vector<std::string>> &rows, size_t indent = 0);

/// "182 KiB", "3.1 MiB", "812 B".
std::string readable_bytes(size_t bytes);

}  // namespace actinide::cli
