#include "tools/cli/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace actinide::cli {
namespace {

std::string letters_and_digits(std::string_view text) {
    std::string plain;
    for (const unsigned char c : text) {
        if (std::isalnum(c)) plain += static_cast<char>(std::tolower(c));
    }
    return plain;
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
    for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
    for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t substitution = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, substitution});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[a.size()][b.size()];
}

/// Whether only letters were left out, as in "fwd" for "forward".
bool abbreviates(const std::string &given, const std::string &name) {
    if (given.size() < 3 || name.empty() || given[0] != name[0]) return false;
    size_t matched = 0;
    for (const char c : name) {
        if (matched < given.size() && given[matched] == c) ++matched;
    }
    return matched == given.size();
}

/// Half a step for a name that only continues, so that "mullapudi" finds "Mullapudi2016"; one for an abbreviation.
double distance(const std::string &given, const std::string &name) {
    if (given == name) return 0;
    if (given.size() >= 3 && name.starts_with(given)) return 0.5;
    if (abbreviates(given, name)) return 1;
    return static_cast<double>(edit_distance(given, name));
}

}  // namespace

std::string nearest(std::string_view given, const std::vector<std::string> &names) {
    constexpr size_t longest_name = 64;
    const std::string plain = letters_and_digits(given.substr(0, longest_name));
    if (plain.empty()) return "";
    const double limit = plain.size() <= 3 ? 1 : static_cast<double>(plain.size()) / 3;
    std::string best;
    double best_distance = limit;
    for (const std::string &name : names) {
        const double d = distance(plain, letters_and_digits(name));
        if (d > best_distance || (d == best_distance && !best.empty())) continue;
        best = name;
        best_distance = d;
    }
    return best;
}

std::string unknown_name(std::string_view kind, std::string_view given, const std::vector<std::string> &names,
                         std::string_view how_to_list) {
    const std::string near = nearest(given, names);
    if (near.empty()) return fmt::format("unknown {} '{}'; {} shows all", kind, given, how_to_list);
    return fmt::format("unknown {} '{}'; did you mean '{}'? ({} shows all)", kind, given, near, how_to_list);
}

}  // namespace actinide::cli
