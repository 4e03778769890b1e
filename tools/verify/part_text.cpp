#include "tools/verify/part_text.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace actinide {

std::string exact_text(double number) {
    return fmt::format("{}", number);
}

double from_exact_text(const std::string &text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) throw std::invalid_argument("no number: " + text);
    return number;
}

nlohmann::ordered_json part_json(uint64_t number, const SweepPart &part) {
    const ErrorStatistics &s = part.statistics;
    return {number,
            part.digest,
            part.sampled_digest,
            s.count,
            exact_text(s.max_ulp),
            s.worst_input,
            s.worst_output,
            exact_text(s.sum_ulp),
            s.histogram,
            s.not_correctly_rounded,
            s.wrong_zero_signs,
            s.order_breaks,
            s.oddness_breaks,
            s.in_doubt};
}

std::pair<uint64_t, SweepPart> part_from_json(const nlohmann::ordered_json &json) {
    SweepPart part;
    ErrorStatistics &s = part.statistics;
    part.digest = json.at(1);
    part.sampled_digest = json.at(2);
    s.count = json.at(3);
    s.max_ulp = from_exact_text(json.at(4));
    s.worst_input = json.at(5);
    s.worst_output = json.at(6);
    s.sum_ulp = from_exact_text(json.at(7));
    s.histogram = json.at(8);
    s.not_correctly_rounded = json.at(9);
    s.wrong_zero_signs = json.at(10);
    s.order_breaks = json.at(11);
    s.oddness_breaks = json.at(12);
    s.in_doubt = json.at(13);
    return {json.at(0), part};
}

}  // namespace actinide
