#include "tools/package/comment.h"

#include <array>
#include <sstream>
#include <utility>

namespace actinide {

namespace {

constexpr size_t columns = 118;

void replace_all(std::string &text, const std::string &what, const std::string &with) {
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
}

}  // namespace

std::string comment_text(const std::string &text) {
    static const std::array<std::pair<const char *, const char *>, 10> spellings{{{"≤", "<="},
                                                                                  {"≥", ">="},
                                                                                  {"·", "*"},
                                                                                  {"×", "x"},
                                                                                  {"−", "-"},
                                                                                  {"–", "-"},
                                                                                  {"±", "+-"},
                                                                                  {"Σ", "sum "},
                                                                                  {"√", "sqrt"},
                                                                                  {"∞", "inf"}}};
    std::string result = text;
    for (const auto &[what, with] : spellings) replace_all(result, what, with);
    for (char &c : result) {
        if (c == '\n' || c == '\t') c = ' ';
        if (c < ' ' || c > '~') c = '?';
    }
    replace_all(result, "*/", "* /");
    replace_all(result, "/*", "/ *");
    return result;
}

std::string comment_lines(const std::string &first, const std::string &next, const std::string &text) {
    std::istringstream words(comment_text(text));
    std::string lines;
    std::string line = first;
    bool empty = true;
    for (std::string word; words >> word; empty = false) {
        if (!empty && line.size() + 1 + word.size() > columns) {
            lines += line + "\n";
            line = next;
        }
        line += (line.back() == ' ' ? "" : " ") + word;
    }
    return lines + line + "\n";
}

}  // namespace actinide
