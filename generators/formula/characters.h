// What the readers of formulas and of definitions take characters for. Bytes, not the locale's idea of them.
#pragma once

#include <string>
#include <string_view>

namespace actinide {

inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
inline bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool starts_name(char c) {
    return is_letter(c) || c == '_';
}
inline bool continues_name(char c) {
    return starts_name(c) || is_digit(c);
}
inline bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// 'text' for a message, cut where it is absurdly long.
inline std::string quoted(std::string_view text) {
    constexpr size_t longest = 40;
    std::string quote(1, '\'');
    quote += text.substr(0, longest);
    quote += text.size() > longest ? "...'" : "'";
    return quote;
}

}  // namespace actinide
