#include "schedules/tuned_records.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tuple>

namespace actinide {

// NOLINTNEXTLINE(misc-use-internal-linkage): the generated source has it too.
struct EmbeddedText {
    const char *name;
    const char *text;
};

/// Ends with a null name; made of tuned/*.json when Actinide is built.
extern const EmbeddedText embedded_tuned_records[];

namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;
/// No schedule unrolls further, and no register is wider.
constexpr int most = 64;
constexpr int furthest_prefetch = 1 << 20;

Json choice_json(const ScheduleChoice &choice) {
    Json json = Json::object();
    if (choice.lanes > 0) json["lanes"] = choice.lanes;
    if (choice.registers > 0) json["registers"] = choice.registers;
    if (choice.vectors > 0) json["vectors"] = choice.vectors;
    if (!choice.autoscheduler.empty()) json["autoscheduler"] = choice.autoscheduler;
    if (!choice.streams) json["streams"] = false;
    if (choice.prefetch_bytes > 0) json["prefetch_bytes"] = choice.prefetch_bytes;
    return json;
}

Json figure_json(const TunedFigure &figure) {
    Json json = Json::object();
    if (figure.size > 0) json["size"] = figure.size;
    json["by_hand"] = figure.by_hand;
    json["tuned"] = figure.tuned;
    return json;
}

Json record_json(const TunedRecord &record) {
    Json json = {{"kernel", record.kernel},
                 {"target", record.target},
                 {"cpu", record.cpu},
                 {"size_class", to_string(record.size_class)},
                 {"by", to_string(record.by)},
                 {"versions", record.versions},
                 {"hash", record.hash},
                 {"choice", choice_json(record.choice)},
                 {"in_words", in_words(record.choice)},
                 {"unit", record.by == TunedBy::model ? "cycles an element" : "ns an element"},
                 {"figures", Json::array()}};
    for (const TunedFigure &figure : record.figures) json["figures"].push_back(figure_json(figure));
    return json;
}

void require(bool holds) {
    if (!holds) throw std::invalid_argument("not of this format");
}

int count_from(const Json &json, const char *name, int largest) {
    if (!json.contains(name)) return 0;
    const Json &count = json.at(name);
    require(count.is_number_integer() && count >= 1 && count <= largest);
    return count.get<int>();
}

ScheduleChoice choice_from(const Json &json) {
    ScheduleChoice choice;
    for (const auto &[name, value] : json.items()) {
        if (name == "autoscheduler") {
            choice.autoscheduler = value;
        } else if (name == "streams") {
            choice.streams = value;
        } else {
            require(name == "lanes" || name == "registers" || name == "vectors" || name == "prefetch_bytes");
        }
    }
    choice.lanes = count_from(json, "lanes", most);
    choice.registers = count_from(json, "registers", most);
    choice.vectors = count_from(json, "vectors", most);
    choice.prefetch_bytes = count_from(json, "prefetch_bytes", furthest_prefetch);
    for (const int count : {choice.lanes, choice.registers, choice.vectors}) require((count & (count - 1)) == 0);
    return choice;
}

double time_from(const Json &json) {
    const double time = json.get<double>();
    require(std::isfinite(time) && time > 0);
    return time;
}

template <typename Kind>
Kind kind_from(const Json &json, std::initializer_list<Kind> kinds) {
    const auto name = json.get<std::string>();
    const auto *const found =
        std::find_if(kinds.begin(), kinds.end(), [&](Kind kind) { return to_string(kind) == name; });
    require(found != kinds.end());
    return *found;
}

TunedRecord record_from(const Json &json) {
    TunedRecord record{.kernel = json.at("kernel"),
                       .target = json.at("target"),
                       .cpu = json.at("cpu"),
                       .size_class = kind_from(json.at("size_class"), {SizeClass::cached, SizeClass::memory}),
                       .by = kind_from(json.at("by"), {TunedBy::measuring, TunedBy::runner, TunedBy::model}),
                       .versions = json.at("versions").get<std::map<std::string, std::string>>(),
                       .hash = json.at("hash"),
                       .choice = choice_from(json.at("choice")),
                       .figures = {}};
    for (const Json &figure : json.at("figures")) {
        record.figures.push_back(
            {figure.value("size", size_t{0}), time_from(figure.at("by_hand")), time_from(figure.at("tuned"))});
    }
    require(!record.figures.empty());
    return record;
}

auto subject_of(const TunedRecord &record) {
    return std::tie(record.target, record.kernel, record.cpu, record.size_class);
}

}  // namespace

std::string to_string(SizeClass size_class) {
    return size_class == SizeClass::cached ? "cached" : "memory";
}

std::string to_string(TunedBy by) {
    switch (by) {
        case TunedBy::measuring:
            return "measuring";
        case TunedBy::runner:
            return "runner";
        case TunedBy::model:
            break;
    }
    return "model";
}

double TunedRecord::speedup() const {
    double logarithms = 0;
    for (const TunedFigure &figure : figures) logarithms += std::log(figure.by_hand / figure.tuned);
    return figures.empty() ? 1 : std::exp(logarithms / static_cast<double>(figures.size()));
}

std::vector<TunedRecord> merged(const std::vector<TunedRecord> &older, const std::vector<TunedRecord> &newer) {
    std::map<std::tuple<std::string, std::string, std::string, SizeClass>, TunedRecord> all;
    for (const std::vector<TunedRecord> *records : {&older, &newer}) {
        for (const TunedRecord &record : *records) all.insert_or_assign(subject_of(record), record);
    }
    std::vector<TunedRecord> sorted;
    sorted.reserve(all.size());
    for (auto &[subject, record] : all) sorted.push_back(std::move(record));
    return sorted;
}

std::string records_text(const std::vector<TunedRecord> &records) {
    // A record a line, so that two versions of a file can be compared.
    std::string text = "{\"format\": " + std::to_string(format_version) + ", \"records\": [";
    for (const TunedRecord &record : records) {
        text += (text.back() == '[' ? "\n" : ",\n") +
                record_json(record).dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return text + "\n]}\n";
}

std::variant<ReadRecords, std::string> parse_records(const std::string &text, const std::string &name) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    const bool is_ours = json.is_object() && json.contains("records") && json.at("records").is_array();
    if (!is_ours || json.value("format", Json()) != format_version) {
        return "'" + name +
               "' is no whole file of 'actinide tune --out FILE' of this version: it was cut off, changed or is "
               "something else; tune again";
    }
    ReadRecords read;
    size_t number = 0;
    for (const Json &record : json.at("records")) {
        ++number;
        try {
            read.records.push_back(record_from(record));
        } catch (const std::exception &) {
            read.warnings.push_back("record " + std::to_string(number) + " of '" + name +
                                    "' is broken and ignored; tune its kernel again");
        }
    }
    return read;
}

const std::vector<std::pair<std::string, std::string>> &shipped_records() {
    static const std::vector<std::pair<std::string, std::string>> all = [] {
        std::vector<std::pair<std::string, std::string>> files;
        for (const EmbeddedText *file = embedded_tuned_records; file->name != nullptr; ++file) {
            files.emplace_back(file->name, file->text);
        }
        return files;
    }();
    return all;
}

}  // namespace actinide
