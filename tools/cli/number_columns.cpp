#include "tools/cli/number_columns.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/cli/table.h"

namespace actinide::cli {

std::string three_digits(double number) {
    int decimals = 4;
    // 9.996 is 10.0.
    for (const double limit : {0.09995, 0.9995, 9.995, 99.95}) decimals -= number >= limit ? 1 : 0;
    return fmt::format("{:.{}f}", number, decimals);
}

std::string readable_time(double nanoseconds) {
    if (nanoseconds < 1e3) return three_digits(nanoseconds) + " ns";
    if (nanoseconds < 1e6) return three_digits(nanoseconds / 1e3) + " us";
    return three_digits(nanoseconds / 1e6) + " ms";
}

std::string align_numbers(Rows rows, size_t first) {
    std::vector<size_t> widths;
    for (const auto &row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    for (auto &row : rows) {
        // The last column is a remark.
        for (size_t i = first; i + 1 < row.size(); ++i) row[i].insert(0, widths[i] - row[i].size(), ' ');
    }
    return align_columns(rows);
}

std::string name_unless_repeated(const std::string &name, std::string &last) {
    if (name == last) return "";
    last = name;
    return name;
}

}  // namespace actinide::cli
