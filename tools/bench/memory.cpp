#include "tools/bench/memory.h"

#include <unistd.h>

#include <fstream>

namespace actinide {

size_t available_memory() {
    std::ifstream file("/proc/meminfo");
    for (std::string name; file >> name;) {
        size_t kibibytes = 0;
        if (name == "MemAvailable:" && file >> kibibytes) return kibibytes * 1024;
    }
    return 0;
}

std::vector<std::pair<std::string, size_t>> cache_sizes() {
    std::vector<std::pair<std::string, size_t>> caches;
    const std::vector<std::pair<std::string, int>> asked = {
        {"L1 data", _SC_LEVEL1_DCACHE_SIZE}, {"L2", _SC_LEVEL2_CACHE_SIZE}, {"L3", _SC_LEVEL3_CACHE_SIZE}};
    for (const auto &[name, number] : asked) {
        const long bytes = ::sysconf(number);
        if (bytes > 0) caches.emplace_back(name, static_cast<size_t>(bytes));
    }
    return caches;
}

}  // namespace actinide
