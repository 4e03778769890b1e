#include "schedules/autoscheduler_parameters.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace actinide {
namespace {

using Kind = ParameterKind;

/// The search parameters that Anderson2021 took over from Adams2019.
std::vector<AutoschedulerParameter> with_beam_search(std::vector<AutoschedulerParameter> others) {
    std::vector<AutoschedulerParameter> all{{"parallelism", Kind::count},          {"beam_size", Kind::count},
                                            {"random_dropout", Kind::percent},     {"random_dropout_seed", Kind::count},
                                            {"weights_path", Kind::existing_file}, {"disable_subtiling", Kind::flag}};
    all.insert(all.end(), others.begin(), others.end());
    return all;
}

bool is_all_digits(const std::string &text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

/// Autoschedulers multiply counts in 32 bits, so they end well below.
bool is_count(const std::string &text) {
    constexpr size_t most_digits = 6;
    return is_all_digits(text) && text.size() <= most_digits;
}

bool is_number(const std::string &text) {
    constexpr size_t most_digits = 18;
    const size_t point = text.find('.');
    const std::string fraction = point == std::string::npos ? "0" : text.substr(point + 1);
    return text.size() <= most_digits && is_all_digits(text.substr(0, point)) && is_all_digits(fraction);
}

bool is_well_formed(Kind kind, const std::string &text) {
    std::error_code ignored;
    switch (kind) {
        case Kind::count:
            return is_count(text);
        case Kind::number:
            return is_number(text);
        case Kind::percent:
            return is_count(text) && std::stoi(text) >= 1 && std::stoi(text) <= 100;
        case Kind::flag:
            return text == "0" || text == "1" || text == "true" || text == "false";
        case Kind::bits:
            return text.size() == 4 && text.find_first_not_of("01") == std::string::npos;
        case Kind::existing_file:
            return std::filesystem::exists(text, ignored);
    }
    return false;
}

std::string expectation(Kind kind) {
    switch (kind) {
        case Kind::count:
            return "a whole number from 0 to 999999";
        case Kind::number:
            return "a number that is not negative, such as 40 or 0.95";
        case Kind::percent:
            return "a whole number from 1 to 100";
        case Kind::flag:
            return "true or false";
        case Kind::bits:
            return "four digits of 0 and 1";
        case Kind::existing_file:
            return "the path of a file that exists";
    }
    return "";
}

const AutoschedulerParameter *find_parameter(const Autoscheduler &autoscheduler, const std::string &name) {
    for (const AutoschedulerParameter &parameter : autoscheduler.parameters) {
        if (parameter.name == name) return &parameter;
    }
    return nullptr;
}

std::string joined_parameters(const Autoscheduler &autoscheduler) {
    std::string names;
    for (const AutoschedulerParameter &parameter : autoscheduler.parameters) {
        names += (names.empty() ? "" : ", ") + parameter.name;
    }
    return names;
}

}  // namespace

const std::vector<Autoscheduler> &autoschedulers() {
    static const std::vector<Autoscheduler> table{
        {"Mullapudi2016",
         "libautoschedule_mullapudi2016.so",
         true,
         true,
         {{"parallelism", Kind::count},
          {"last_level_cache_size", Kind::number},
          {"balance", Kind::number},
          {"experimental_gpu_schedule", Kind::flag}},
         {{"experimental_gpu_schedule", "1"}}},
        {"Adams2019",
         "libautoschedule_adams2019.so",
         true,
         false,
         with_beam_search({{"disable_memoized_features", Kind::flag},
                           {"disable_memoized_blocks", Kind::flag},
                           {"memory_limit", Kind::number}}),
         {}},
        {"Li2018", "libautoschedule_li2018.so", true, true, {{"parallelism", Kind::count}}, {}},
        {"Anderson2021",
         "libautoschedule_anderson2021.so",
         false,
         true,
         with_beam_search({{"randomize_tilings", Kind::flag},
                           {"search_space_options", Kind::bits},
                           {"freeze_inline_compute_root", Kind::flag},
                           {"partial_schedule_path", Kind::existing_file},
                           {"num_passes", Kind::count},
                           {"stack_factor", Kind::number},
                           {"shared_memory_limit_kb", Kind::count},
                           {"shared_memory_sm_limit_kb", Kind::count},
                           {"active_block_limit", Kind::count},
                           {"active_warp_limit", Kind::count}}),
         {}},
    };
    return table;
}

const std::vector<std::string> &autoscheduler_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const Autoscheduler &autoscheduler : autoschedulers()) all.push_back(autoscheduler.name);
        return all;
    }();
    return names;
}

const Autoscheduler *find_autoscheduler(const std::string &name) {
    for (const Autoscheduler &autoscheduler : autoschedulers()) {
        if (autoscheduler.name == name) return &autoscheduler;
    }
    return nullptr;
}

bool serves(const Autoscheduler &autoscheduler, Architecture architecture) {
    return architecture == Architecture::cuda ? autoscheduler.serves_gpus : autoscheduler.serves_cpus;
}

std::string names_serving(Architecture architecture) {
    std::string names;
    for (const Autoscheduler &autoscheduler : autoschedulers()) {
        if (serves(autoscheduler, architecture)) names += (names.empty() ? "" : ", ") + autoscheduler.name;
    }
    return names;
}

std::string autoscheduler_error(const std::string &name, const Target &target) {
    if (serves(*find_autoscheduler(name), target.architecture)) return "";
    return name + " cannot schedule for " + target.name + "; " + names_serving(target.architecture) + " can";
}

std::string parameter_complaint(const Autoscheduler &autoscheduler, const std::map<std::string, std::string> &given) {
    for (const auto &[name, value] : given) {
        const AutoschedulerParameter *parameter = find_parameter(autoscheduler, name);
        if (parameter == nullptr) {
            return autoscheduler.name + " has no parameter '" + name + "'; it takes " +
                   joined_parameters(autoscheduler);
        }
        if (!is_well_formed(parameter->kind, value)) {
            return autoscheduler.name + "'s parameter " + name + " cannot be '" + value + "'; give " +
                   expectation(parameter->kind);
        }
        if (name == "parallelism" && std::stoi(value) == 0) {
            return autoscheduler.name +
                   "'s parameter parallelism cannot be 0; give the number of cores or of GPU processors";
        }
    }
    return "";
}

std::map<std::string, std::string> for_halide(const Autoscheduler &autoscheduler,
                                              const std::map<std::string, std::string> &given) {
    std::map<std::string, std::string> values = given;
    for (auto &[name, value] : values) {
        const AutoschedulerParameter *parameter = find_parameter(autoscheduler, name);
        if (parameter != nullptr && parameter->kind == Kind::flag) {
            const bool is_set = value == "true" || value == "1";
            value = std::string(1, is_set ? '1' : '0');
        }
    }
    return values;
}

}  // namespace actinide
