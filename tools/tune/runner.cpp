#include "tools/tune/runner.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "tools/bench/call_layout.h"
#include "tools/bench/numbers.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/timing_program.h"
#include "tools/tune/shell_command.h"
#include "tools/tune/timing_answer.h"
#include "tools/verify/number_format.h"

namespace actinide {
namespace {

/// Goes with all that is in it.
class Folder {
public:
    Folder() : path_((std::filesystem::temp_directory_path() / "actinide-runner-XXXXXX").string()) {
        if (::mkdtemp(path_.data()) == nullptr) {
            throw CompileFailure("no temporary folder could be made; check the free space, or set TMPDIR",
                                 exit_system_refused);
        }
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;

    std::string operator/(const std::string &name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

/// The same numbers for the same array in every program.
uint64_t seed_of(const std::string &name) {
    uint64_t seed = 88172645463325252U;
    for (const char c : name) seed = seed * 31 + static_cast<unsigned char>(c);
    return seed;
}

TimedArray timed_array(const ArrayLayout &array, const KernelKey &key, bool has_saved_output) {
    TimedArray timed{.place = array.place, .bytes = array.bytes, .is_output = array.is_output};
    if (array.is_output) return timed;
    if (array.per_channel) {
        timed.filling = TimedArray::Filling::value;
        timed.value = encoded(key.dtype, default_value(*key.activation, array.name));
        return timed;
    }
    const bool is_saved = has_saved_output && array.name == "y";
    timed.filling = is_saved ? TimedArray::Filling::saved_output : TimedArray::Filling::bell;
    timed.value = seed_of(array.name);
    timed.deviation = deviation_of(array.name);
    return timed;
}

std::vector<TimedCall> timed_calls(const KernelKey &key, const std::vector<size_t> &sizes, bool has_saved_output) {
    std::vector<TimedCall> calls;
    for (const size_t size : sizes) {
        const CallLayout layout = layout_of(key, size);
        TimedCall call{.bytes = layout.bytes, .arrays = {}, .sizes = layout.sizes, .parameters = layout.parameters};
        for (const ArrayLayout &array : layout.arrays) call.arrays.push_back(timed_array(array, key, has_saved_output));
        calls.push_back(std::move(call));
    }
    return calls;
}

std::string file_name(const KernelKey &key) {
    std::string name = name_without_target(key);
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
}

class Elsewhere {
public:
    Elsewhere(const Runner &runner, const std::optional<CompiledKernel> &forward, const std::string &prefix)
        : runner_(runner), forward_(forward), prefix_(prefix) {}

    std::variant<TimingAnswer, std::string> time(const std::vector<const Trial *> &trials,
                                                 const std::vector<size_t> &sizes, const RaceOptions &race) const {
        const KernelKey &key = trials.front()->kernel.key;
        TimingProgram program{.kernels = {},
                              .calls = timed_calls(key, sizes, forward_.has_value()),
                              .forward = forward_,
                              .forward_calls = {},
                              .seconds = race.seconds};
        for (const Trial *trial : trials) program.kernels.push_back(&trial->kernel);
        if (forward_) program.forward_calls = timed_calls(forward_->key, sizes, false);
        const Folder folder;
        const std::string file = folder / file_name(key);
        write_timing_program(program, prefix_, file);
        const ShellResult result = run_shell_command(runner_.command_of(file), runner_.seconds, race.is_stopped);
        if (!result.failure.empty()) return blame(key, result.failure);
        auto answer = read_timing_answer(result.output, sizes.size(), trials);
        if (const auto *problem = std::get_if<std::string>(&answer)) return blame(key, *problem);
        return answer;
    }

private:
    const Runner &runner_;
    const std::optional<CompiledKernel> &forward_;
    const std::string &prefix_;

    std::string blame(const KernelKey &key, const std::string &what) const {
        return fmt::format("{} has no times: the runner '{}' {}", to_string(key), runner_.name, what);
    }
};

}  // namespace

Stopwatch time_by_runner(const Runner &runner, const std::optional<CompiledKernel> &forward, const std::string &prefix,
                         const std::function<void(const std::string &cpu)> &tell_cpu) {
    return [=](const std::vector<const Trial *> &trials, const std::vector<size_t> &sizes,
               const RaceOptions &race) -> std::variant<TrialTimes, std::string> {
        auto answer = Elsewhere(runner, forward, prefix).time(trials, sizes, race);
        if (const auto *problem = std::get_if<std::string>(&answer)) return *problem;
        tell_cpu(cpu_of_cpuinfo(std::get<TimingAnswer>(answer).cpuinfo, trials.front()->kernel.key.target));
        return std::get<TimingAnswer>(std::move(answer)).times;
    };
}

}  // namespace actinide
