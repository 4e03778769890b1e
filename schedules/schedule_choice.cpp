#include "schedules/schedule_choice.h"

#include <vector>

namespace actinide {
namespace {

std::string counted(int count, const std::string &thing) {
    return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

}  // namespace

std::string in_words(const ScheduleChoice &choice) {
    std::vector<std::string> parts;
    if (!choice.autoscheduler.empty()) parts.push_back("by " + choice.autoscheduler);
    if (choice.vectors > 0) parts.push_back(counted(choice.vectors, "vector") + " an iteration");
    if (choice.registers > 0) parts.push_back(counted(choice.registers, "register") + " a vector");
    if (choice.lanes > 0) parts.push_back(counted(choice.lanes, "lane") + " a register");
    if (!choice.streams) parts.emplace_back("no stores past the cache");
    if (choice.prefetch_bytes > 0) parts.push_back("prefetch " + counted(choice.prefetch_bytes, "byte") + " ahead");
    std::string words;
    for (const std::string &part : parts) words += (words.empty() ? "" : ", ") + part;
    return words.empty() ? "as by hand" : words;
}

}  // namespace actinide
