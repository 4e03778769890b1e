#include "tools/compiler/whole_file.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

namespace actinide {

bool write_whole_file(const std::string &path, const std::string &content) {
    static std::atomic<unsigned> counter{0};
    std::error_code unresolved;
    const std::filesystem::path behind_links = std::filesystem::canonical(path, unresolved);
    const std::string whole = unresolved ? path : behind_links.string();
    const std::string partial = whole + ".partial-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
    std::ofstream stream(partial, std::ios::binary);
    stream << content;
    stream.close();
    std::error_code problem;
    if (stream.good()) std::filesystem::rename(partial, whole, problem);
    if (stream.good() && !problem) return true;
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    return false;
}

}  // namespace actinide
