#include "tools/cli/tuned.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tools/cli/machine.h"
#include "tools/cli/timeable_kernels.h"

namespace actinide::cli {
namespace {

std::optional<std::string> text_of_file(const std::string &path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return std::nullopt;
    std::ifstream stream(path, std::ios::binary);
    if (!stream.is_open()) return std::nullopt;
    std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (stream.bad()) return std::nullopt;
    return text;
}

std::vector<std::string> shipped_names() {
    std::vector<std::string> names;
    for (const auto &[name, text] : shipped_records()) names.push_back(name);
    return names;
}

std::vector<std::string> cpus_of(const std::vector<TunedRecord> &records) {
    std::set<std::string> cpus;
    for (const TunedRecord &record : records) cpus.insert(record.cpu);
    return {cpus.begin(), cpus.end()};
}

/// The CPU whose records are taken.
Result<std::string> choose_cpu(const TunedArguments &arguments, const std::vector<std::string> &cpus) {
    const auto has = [&](const std::string &cpu) { return std::find(cpus.begin(), cpus.end(), cpu) != cpus.end(); };
    if (!arguments.cpu.empty()) {
        if (has(arguments.cpu)) return arguments.cpu;
        return fail(exit_usage, fmt::format("--tuned-cpu '{}' is not among the CPUs of the records; there are '{}'",
                                            arguments.cpu, fmt::join(cpus, "', '")));
    }
    if (cpus.size() == 1) return cpus.front();
    if (std::string here = cpu_model(); has(here)) return here;
    return fail(exit_usage,
                fmt::format("--tuned has records of several CPUs, '{}', none of them this machine's; say which with "
                            "--tuned-cpu",
                            fmt::join(cpus, "', '")));
}

std::string text_of(const std::map<std::string, std::string> &versions) {
    std::string text;
    for (const auto &[name, version] : versions) text += (text.empty() ? "" : ", ") + name + " " + version;
    return text;
}

/// What a record says of long arrays, or of the others.
void take(const TunedRecord &record, ScheduleChoice &choice) {
    if (record.size_class == SizeClass::memory) {
        choice.streams = record.choice.streams;
        choice.prefetch_bytes = record.choice.prefetch_bytes;
        return;
    }
    ScheduleChoice loops = record.choice;
    loops.streams = choice.streams;
    loops.prefetch_bytes = choice.prefetch_bytes;
    choice = loops;
}

class TunedChooser {
public:
    TunedChooser(const std::vector<TunedRecord> &records, const std::vector<KernelKey> &keys, double max_ulp)
        : records_(records), max_ulp_(max_ulp) {
        for (const KernelKey &key : split_levels(keys)) wanted_.emplace(actinide::to_string(key), key);
    }

    TunedChoices choose(const std::string &cpu) {
        size_t fitting = 0;
        std::set<std::string> others;
        for (const TunedRecord &record : records_) {
            if (record.cpu != cpu) {
                others.insert(record.cpu);
                continue;
            }
            const std::string kernel = record.kernel + "@" + record.target;
            const auto wanted = wanted_.find(kernel);
            if (wanted == wanted_.end()) continue;
            ++fitting;
            if (!fits(record, wanted->second)) continue;
            take(record, result_.choices[kernel]);
        }
        std::erase_if(result_.choices, [](const auto &item) { return item.second == ScheduleChoice{}; });
        if (!others.empty()) {
            warn(fmt::format("records of other CPUs are left out: '{}'; those of '{}' are taken",
                             fmt::join(others, "', '"), cpu));
        }
        if (fitting == 0) {
            warn(fmt::format("no record of '{}' is about a kernel that is asked for; all have the hand schedule", cpu));
        }
        return std::move(result_);
    }

private:
    const std::vector<TunedRecord> &records_;
    double max_ulp_;
    std::map<std::string, KernelKey> wanted_;
    TunedChoices result_;

    void warn(const std::string &warning) { result_.warnings.push_back(warning); }

    bool fits(const TunedRecord &record, const KernelKey &key) {
        const std::string kernel = record.kernel + "@" + record.target;
        if (record.versions != component_versions()) {
            warn(fmt::format("the record of {} was made with {}, and this is {}; it is ignored, tune again", kernel,
                             text_of(record.versions), text_of(component_versions())));
            return false;
        }
        if (record.hash != digest_of_computation(key, max_ulp_)) {
            warn(fmt::format("the record of {} is of another formula or another --max-ulp; it is ignored, tune again",
                             kernel));
            return false;
        }
        return true;
    }
};

}  // namespace

Result<ReadRecords> read_tuned_file(const std::string &name) {
    std::optional<std::string> text = text_of_file(name);
    for (const auto &[shipped, content] : shipped_records()) {
        if (!text && shipped == name) text = content;
    }
    if (!text) {
        return fail(exit_usage,
                    fmt::format("'{}' cannot be read and is no name of records that are built in ({}); give a file "
                                "that 'actinide tune --out FILE' wrote",
                                name, fmt::join(shipped_names(), ", ")));
    }
    auto read = parse_records(*text, name);
    if (const std::string *problem = std::get_if<std::string>(&read)) return fail(exit_usage, *problem);
    return std::get<ReadRecords>(std::move(read));
}

Result<TunedChoices> choose_tuned(const TunedArguments &arguments, const std::vector<KernelKey> &keys, double max_ulp) {
    if (arguments.files.empty()) return TunedChoices{};
    ReadRecords all;
    for (const std::string &file : arguments.files) {
        auto read = read_tuned_file(file);
        if (const Outcome *failure = std::get_if<Outcome>(&read)) return *failure;
        auto &records = std::get<ReadRecords>(read);
        all.records = merged(all.records, records.records);
        all.warnings.insert(all.warnings.end(), records.warnings.begin(), records.warnings.end());
    }
    if (all.records.empty()) {
        all.warnings.push_back(
            fmt::format("'{}' has no records; all kernels have the hand schedule", fmt::join(arguments.files, "', '")));
        return TunedChoices{{}, all.warnings};
    }
    auto cpu = choose_cpu(arguments, cpus_of(all.records));
    if (const Outcome *failure = std::get_if<Outcome>(&cpu)) return *failure;
    TunedChoices choices = TunedChooser(all.records, keys, max_ulp).choose(std::get<std::string>(cpu));
    choices.warnings.insert(choices.warnings.begin(), all.warnings.begin(), all.warnings.end());
    return choices;
}

}  // namespace actinide::cli
