#include "tools/compiler/loop_skeleton.h"

#include <cctype>
#include <map>
#include <sstream>

namespace actinide {
namespace {

bool is_part_of_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

/// "t168" where a let said that it is y.extent.0/16.
std::string written_out(const std::string &line, const std::map<std::string, std::string> &lets) {
    std::string text;
    for (size_t i = 0; i < line.size();) {
        size_t end = i;
        while (end < line.size() && is_part_of_name(line[end])) ++end;
        const std::string name = line.substr(i, end - i);
        const auto let = lets.find(name);
        if (end == i) {
            text += line[i++];
            continue;
        }
        text += let == lets.end() ? name : let->second;
        i = end;
    }
    return text;
}

}  // namespace

std::vector<std::string> loop_skeleton(const std::string &statement) {
    std::vector<std::string> loops;
    std::map<std::string, std::string> lets;
    std::vector<size_t> indents;  // of the loops around
    std::istringstream lines(statement);
    for (std::string line; std::getline(lines, line);) {
        const size_t indent = line.find_first_not_of(' ');
        if (indent == std::string::npos) continue;
        std::string content = line.substr(indent);
        while (!indents.empty() && indents.back() >= indent) indents.pop_back();
        if (content.starts_with("let t")) {
            const size_t equals = content.find(" = ");
            if (equals == std::string::npos) continue;
            lets[content.substr(4, equals - 4)] = written_out(content.substr(equals + 3), lets);
            continue;
        }
        if (!content.starts_with("for ") && !content.starts_with("parallel ")) continue;
        if (content.ends_with(" {")) content.resize(content.size() - 2);
        loops.push_back(std::string(2 * indents.size(), ' ') + written_out(content, lets));
        indents.push_back(indent);
    }
    return loops;
}

}  // namespace actinide
