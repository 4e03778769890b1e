#include "tools/cli/json.h"

#include <nlohmann/json.hpp>
#include <type_traits>

namespace actinide::cli {
namespace {

nlohmann::ordered_json convert(const Json &value) {
    return std::visit(
        [](const auto &content) {
            using Content = std::decay_t<decltype(content)>;
            if constexpr (std::is_same_v<Content, JsonList>) {
                nlohmann::ordered_json list = nlohmann::ordered_json::array();
                for (const Json &item : content) list.push_back(convert(item));
                return list;
            } else if constexpr (std::is_same_v<Content, JsonObject>) {
                nlohmann::ordered_json object = nlohmann::ordered_json::object();
                for (const auto &[name, field] : content) object[name] = convert(field);
                return object;
            } else {
                return nlohmann::ordered_json(content);
            }
        },
        value.content);
}

}  // namespace

std::string print_json(const Json &value) {
    return convert(value).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace actinide::cli
