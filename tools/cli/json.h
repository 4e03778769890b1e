// A value for --json. Only json.cpp includes the JSON library, which costs seconds in every file that does.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace actinide::cli {

struct Json;
using JsonList = std::vector<Json>;
/// Fields keep their order.
using JsonObject = std::vector<std::pair<std::string, Json>>;

struct Json {
    std::variant<std::nullptr_t, bool, int64_t, double, std::string, JsonList, JsonObject> content;

    Json() : content(nullptr) {}
    // NOLINTBEGIN(google-explicit-constructor): `{"bytes", 12}` should read as JSON.
    Json(bool value) : content(value) {}
    Json(int value) : content(int64_t{value}) {}
    Json(size_t value) : content(static_cast<int64_t>(value)) {}
    Json(double value) : content(value) {}
    Json(const char *value) : content(std::string(value)) {}
    Json(std::string value) : content(std::move(value)) {}
    Json(JsonList value) : content(std::move(value)) {}
    Json(JsonObject value) : content(std::move(value)) {}
    Json(const std::vector<std::string> &values) : content(JsonList(values.begin(), values.end())) {}
    // NOLINTEND(google-explicit-constructor)
};

/// Indented by two, ended by a newline. Bytes that are not UTF-8 become the replacement character.
std::string print_json(const Json &value);

}  // namespace actinide::cli
