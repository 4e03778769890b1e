#include "generators/catalogue/c_identifier.h"

#include <algorithm>
#include <array>

#include "generators/formula/characters.h"

namespace actinide {
namespace {

// Keywords of C11, C23, C++17 and C++20, sorted; and names that headers of C define as macros.
constexpr std::array<std::string_view, 105> reserved_words = {
    "EOF",       "NAN",       "NULL",          "alignas",     "alignof",
    "and",       "and_eq",    "asm",           "assert",      "auto",
    "bitand",    "bitor",     "bool",          "break",       "case",
    "catch",     "char",      "char16_t",      "char32_t",    "char8_t",
    "class",     "co_await",  "co_return",     "co_yield",    "compl",
    "concept",   "const",     "const_cast",    "consteval",   "constexpr",
    "constinit", "continue",  "decltype",      "default",     "delete",
    "do",        "double",    "dynamic_cast",  "else",        "enum",
    "errno",     "explicit",  "export",        "extern",      "false",
    "float",     "for",       "friend",        "goto",        "if",
    "inline",    "int",       "linux",         "long",        "main",
    "mutable",   "namespace", "new",           "noexcept",    "not",
    "not_eq",    "nullptr",   "operator",      "or",          "or_eq",
    "private",   "protected", "public",        "register",    "reinterpret_cast",
    "requires",  "restrict",  "return",        "short",       "signed",
    "sizeof",    "static",    "static_assert", "static_cast", "std",
    "struct",    "switch",    "template",      "this",        "thread_local",
    "throw",     "true",      "try",           "typedef",     "typeid",
    "typename",  "typeof",    "typeof_unqual", "union",       "unix",
    "unsigned",  "using",     "virtual",       "void",        "volatile",
    "wchar_t",   "while",     "windows",       "xor",         "xor_eq",
};

}  // namespace

std::string why_not_a_c_identifier(std::string_view text) {
    constexpr size_t longest = 64;
    if (text.empty()) return "is empty";
    if (text.size() > longest) return "is longer than 64 characters";
    if (!std::all_of(text.begin(), text.end(), continues_name)) {
        return "has characters other than letters, digits and underscores";
    }
    if (!is_letter(text.front())) return "does not begin with a letter";
    if (text.find("__") != std::string_view::npos) return "has a double underscore, which C++ reserves";
    if (std::binary_search(reserved_words.begin(), reserved_words.end(), text)) return "is reserved by C or C++";
    return "";
}

}  // namespace actinide
