#include "tools/cli/depfile.h"

namespace actinide::cli {
namespace {

/// As GCC writes them: backslashes before a blank are doubled, all others stand for themselves.
std::string escape(const std::string &path) {
    std::string escaped;
    size_t backslashes = 0;
    for (const char c : path) {
        if (c == ' ' || c == '\t') escaped += std::string(backslashes, '\\') + "\\";
        if (c == '#') escaped += '\\';
        if (c == '$') escaped += '$';
        escaped += c;
        backslashes = c == '\\' ? backslashes + 1 : 0;
    }
    return escaped;
}

}  // namespace

std::string depfile_text(const std::vector<std::string> &targets, const std::vector<std::string> &prerequisites) {
    std::string text;
    for (const std::string &target : targets) text += (text.empty() ? "" : " ") + escape(target);
    text += ":";
    for (const std::string &prerequisite : prerequisites) text += " \\\n  " + escape(prerequisite);
    return text + "\n";
}

}  // namespace actinide::cli
