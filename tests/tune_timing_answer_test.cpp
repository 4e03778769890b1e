// links: actinide_tune actinide_generators nlohmann_json::nlohmann_json
// What a runner printed is believed only if it is what the program prints.
#include "tools/tune/timing_answer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "runtime/timing.h"

namespace actinide {
namespace {

using Json = nlohmann::json;

const Trial by_hand{};
const Trial other{.choice = {.vectors = 2}, .kernel = {}};
const std::vector<const Trial *> trials = {&by_hand, &other};

Json good_answer() {
    Json kernel = {{"calls", 10}, {"nanoseconds", Json::array()}};
    for (int i = 0; i < ACTINIDE_LEAST_ROUNDS; ++i) kernel["nanoseconds"].push_back(1000 + i);
    return {{"actinide_timing", 1}, {"cpuinfo", "processor : 0\n"}, {"times", {{kernel, kernel}}}};
}

template <class Change>
std::string problem_of(const Change &change) {
    Json answer = good_answer();
    change(answer);
    const auto read = read_timing_answer(answer.dump(), 1, trials);
    const auto *problem = std::get_if<std::string>(&read);
    return problem == nullptr ? "" : *problem;
}

TEST(TimingAnswer, HasNanosecondsOfACall) {
    const auto read = read_timing_answer(good_answer().dump() + "\n", 1, trials);
    const auto *answer = std::get_if<TimingAnswer>(&read);
    ASSERT_NE(answer, nullptr);
    EXPECT_EQ(answer->cpuinfo, "processor : 0\n");
    ASSERT_EQ(answer->times.size(), 1U);
    ASSERT_EQ(answer->times[0].size(), 2U);
    EXPECT_EQ(answer->times[0][1][1], 100.1);
}

TEST(TimingAnswer, IsRefusedWhereAnythingIsAmiss) {
    const std::vector<std::function<void(Json &)>> changes = {
        [](Json &json) { json["actinide_timing"] = 2; },
        [](Json &json) { json = Json::array(); },
        [](Json &json) { json.erase("cpuinfo"); },
        [](Json &json) { json["cpuinfo"] = 3; },
        [](Json &json) { json.erase("times"); },
        [](Json &json) { json["times"] = 3; },
        [](Json &json) { json["times"].push_back(json["times"][0]); },
        [](Json &json) { json["times"][0].erase(1); },
        [](Json &json) { json["times"][0][1] = 3; },
        [](Json &json) { json["times"][0][1]["calls"] = 0; },
        [](Json &json) { json["times"][0][1]["calls"] = "ten"; },
        [](Json &json) { json["times"][0][1]["nanoseconds"].erase(0); },
        [](Json &json) { json["times"][0][1]["nanoseconds"].push_back(1000); },
        [](Json &json) { json["times"][0][1]["nanoseconds"][3] = 0; },
        [](Json &json) { json["times"][0][1]["nanoseconds"][3] = -5; },
        [](Json &json) { json["times"][0][1]["nanoseconds"][3] = 1.5; },
        [](Json &json) { json["times"][0][1]["nanoseconds"][3] = nullptr; },
        [](Json &json) { json["failed"] = "something"; },
        [](Json &json) { json.update({{"failed", "bits"}, {"kernel", 2}, {"number", 0}}); },
        [](Json &json) { json.update({{"failed", "luck"}, {"kernel", 0}, {"number", 0}}); },
    };
    for (size_t i = 0; i < changes.size(); ++i) EXPECT_NE(problem_of(changes[i]).find("JSON"), std::string::npos) << i;
}

TEST(TimingAnswer, SaysWhatTheProgramMet) {
    const auto expect = [](const Json &failure, const std::string &part) {
        const std::string problem = problem_of([&](Json &json) { json.update(failure); });
        EXPECT_NE(problem.find(part), std::string::npos) << problem;
    };
    expect({{"failed", "bits"}, {"kernel", 1}, {"number", 0}}, "other bits from 2 vectors");
    expect({{"failed", "status"}, {"kernel", 0}, {"number", 6}}, "lacks the target's instructions");
    expect({{"failed", "status"}, {"kernel", 0}, {"number", 3}}, "status 3");
    expect({{"failed", "memory"}, {"kernel", 0}, {"number", 4096}}, "no 4096 bytes");
}

TEST(TimingAnswer, QuotesNothingThatMovesATerminal) {
    const auto read = read_timing_answer("\033[2Jhello\nworld", 1, trials);
    const std::string problem = std::get<std::string>(read);
    EXPECT_EQ(problem.find('\033'), std::string::npos);
    EXPECT_EQ(problem.find("world"), std::string::npos);
}

}  // namespace
}  // namespace actinide
