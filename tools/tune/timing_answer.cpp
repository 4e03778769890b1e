#include "tools/tune/timing_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "runtime/status.h"
#include "runtime/timing.h"

namespace actinide {
namespace {

using Json = nlohmann::json;

/// The first line, and not too much of it, with nothing that moves a terminal's cursor.
std::string beginning_of(const std::string &text) {
    constexpr size_t longest = 60;
    std::string line = text.substr(0, std::min(text.find('\n'), longest));
    std::replace_if(line.begin(), line.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
    return line;
}

void require(bool holds, const char *what) {
    if (!holds) throw std::invalid_argument(what);
}

uint64_t count_from(const Json &json) {
    require(json.is_number_unsigned() && json > 0, "a number that is no count");
    return json.get<uint64_t>();
}

std::string describe_failure(const Json &answer, const std::vector<const Trial *> &trials) {
    const std::string what = answer.at("failed");
    const auto kernel = answer.at("kernel").get<size_t>();
    const auto number = answer.at("number").get<uint64_t>();
    if (what == "memory") return fmt::format("found no {} bytes for the arrays; give smaller --sizes", number);
    require(kernel < trials.size(), "a kernel that there is not");
    const std::string schedule = in_words(trials[kernel]->choice);
    if (what == "bits") {
        return fmt::format(
            "got other bits from {} than from the hand schedule; this is a bug of ours or of what runs "
            "the program, please report the command",
            schedule);
    }
    require(what == "status", "a failure that there is not");
    if (number == ACTINIDE_UNSUPPORTED_CPU)
        return "found a CPU that lacks the target's instructions; name a target that it has";
    return fmt::format("got status {} from {}; this is a bug of ours, please report the command", number, schedule);
}

std::vector<double> samples_from(const Json &json) {
    const auto calls = static_cast<double>(count_from(json.at("calls")));
    const Json &nanoseconds = json.at("nanoseconds");
    require(nanoseconds.is_array() && nanoseconds.size() >= ACTINIDE_LEAST_ROUNDS &&
                nanoseconds.size() <= ACTINIDE_MOST_ROUNDS,
            "too few or too many samples");
    std::vector<double> samples;
    for (const Json &sample : nanoseconds) samples.push_back(static_cast<double>(count_from(sample)) / calls);
    return samples;
}

TrialTimes times_from(const Json &json, size_t sizes, size_t kernels) {
    require(json.is_array() && json.size() == sizes, "times of other sizes");
    TrialTimes times;
    for (const Json &of_size : json) {
        require(of_size.is_array() && of_size.size() == kernels, "times of other kernels");
        std::vector<std::vector<double>> samples;
        for (const Json &of_kernel : of_size) samples.push_back(samples_from(of_kernel));
        for (const auto &each : samples) require(each.size() == samples.front().size(), "kernels with fewer samples");
        times.push_back(std::move(samples));
    }
    return times;
}

}  // namespace

std::variant<TimingAnswer, std::string> read_timing_answer(const std::string &text, size_t sizes,
                                                           const std::vector<const Trial *> &trials) {
    if (text.empty()) return "printed nothing; its standard output has to be the program's";
    const Json answer = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!answer.is_object() || answer.value("actinide_timing", Json()) != 1) {
        return fmt::format(
            "printed '{}', which is not the program's JSON; it has to hand through what the program prints, "
            "and nothing else",
            beginning_of(text));
    }
    try {
        if (answer.contains("failed")) return describe_failure(answer, trials);
        return TimingAnswer{answer.at("cpuinfo"), times_from(answer.at("times"), sizes, trials.size())};
    } catch (const std::invalid_argument &problem) {
        return fmt::format("printed JSON with {}; it has to hand through what the program prints", problem.what());
    } catch (const Json::exception &) {
        return "printed JSON that is not the program's; it has to hand through what the program prints";
    }
}

}  // namespace actinide
