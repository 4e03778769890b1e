#include "tools/cli/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tools/cli/terminal.h"

namespace actinide::cli {

std::string align_columns(const Rows &rows, size_t indent) {
    std::vector<size_t> widths;
    for (const auto &row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (size_t column = 0; column < row.size(); ++column) {
            widths[column] = std::max(widths[column], row[column].size());
        }
    }
    std::string text;
    for (const auto &row : rows) {
        std::string line(indent, ' ');
        for (size_t column = 0; column < row.size(); ++column) {
            line += fmt::format("{:<{}}", row[column], column + 1 < row.size() ? widths[column] + 2 : 0);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string section(const std::string &title, const Rows &rows) {
    return rows.empty() ? "" : "\n" + heading(title) + "\n" + align_columns(rows, 2);
}

std::string readable_bytes(size_t bytes) {
    constexpr std::array units = {"B", "KiB", "MiB", "GiB", "TiB"};
    auto amount = static_cast<double>(bytes);
    size_t unit = 0;
    while (amount >= 1024 && unit + 1 < units.size()) {
        amount /= 1024;
        ++unit;
    }
    return fmt::format("{:.{}f} {}", amount, unit > 0 && amount < 10 ? 1 : 0, units[unit]);
}

}  // namespace actinide::cli
