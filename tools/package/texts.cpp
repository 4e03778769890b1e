#include "tools/package/texts.h"

#include <cassert>

namespace actinide {

// NOLINTNEXTLINE(misc-use-internal-linkage): the generated source has it too.
struct EmbeddedText {
    const char *name;
    const char *text;
};

/// Ends with a null name; made of texts/ when Actinide is built.
extern const EmbeddedText embedded_package_texts[];

const char *text_of(std::string_view name) {
    for (const EmbeddedText *entry = embedded_package_texts; entry->name != nullptr; ++entry) {
        if (name == entry->name) return entry->text;
    }
    assert(!"there is no such text");
    return "";
}

std::string fill_in(std::string text, const std::map<std::string, std::string> &values) {
    for (const auto &[key, value] : values) {
        const std::string mark = "@" + key + "@";
        size_t at = text.find(mark);
        assert(at != std::string::npos && "the text does not ask for this key");
        for (; at != std::string::npos; at = text.find(mark, at + value.size())) text.replace(at, mark.size(), value);
    }
    return text;
}

}  // namespace actinide
