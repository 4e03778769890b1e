#include "runtime/bitcode.h"

#include <algorithm>

namespace actinide {
namespace {

struct Embedded {
    const char *name;
    const char *begin;
    const char *end;
};

}  // namespace

/// Ends with a null name; written by runtime/CMakeLists.txt as assembly.
extern "C" const Embedded actinide_embedded_bitcode[];

std::string_view runtime_bitcode(std::string_view name) {
    for (const Embedded *entry = actinide_embedded_bitcode; entry->name != nullptr; ++entry) {
        if (name == entry->name) return {entry->begin, static_cast<size_t>(entry->end - entry->begin)};
    }
    return {};
}

std::vector<std::string> runtime_bitcode_names() {
    std::vector<std::string> names;
    for (const Embedded *entry = actinide_embedded_bitcode; entry->name != nullptr; ++entry) {
        names.emplace_back(entry->name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace actinide
