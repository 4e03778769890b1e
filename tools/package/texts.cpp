#include "tools/package/texts.h"

#include <cassert>

namespace actinide {

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
