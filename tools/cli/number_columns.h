// Tables of numbers for people.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace actinide::cli {

using Rows = std::vector<std::vector<std::string>>;

/// Three digits that count: "0.0481", "4.81", "481", "48100".
std::string three_digits(double number);

/// "481 ns", "4.81 us", "481 ms".
std::string readable_time(double nanoseconds);

/// Numbers end below each other; the first columns, up to `first`, are words, and the last is a remark.
std::string align_numbers(Rows rows, size_t first);

/// A name stands once, before the lines that belong to it.
std::string name_unless_repeated(const std::string &name, std::string &last);

}  // namespace actinide::cli
