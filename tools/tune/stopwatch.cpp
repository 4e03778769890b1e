#include "tools/tune/stopwatch.h"

#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "tools/bench/kernel_inputs.h"
#include "tools/compiler/explanation.h"

namespace actinide {
namespace {

class Here {
public:
    Here(const std::vector<const Trial *> &trials, const std::optional<CompiledKernel> &forward,
         const std::string &prefix)
        : trials_(trials), key_(trials.front()->kernel.key), inputs_(key_, forward, prefix, numbers_) {
        for (const Trial *trial : trials) {
            loaded_.push_back(
                std::make_unique<LoadedKernels>(std::vector<CompiledKernel>{trial->kernel}, key_.target, prefix));
        }
    }

    std::variant<TrialTimes, std::string> time(const std::vector<size_t> &sizes, const RaceOptions &options) {
        TrialTimes times;
        for (const size_t size : sizes) {
            const KernelCall call(key_, size, inputs_.blocks());
            if (std::string problem = compare_outputs(call); !problem.empty()) return problem;
            std::vector<Contestant> contestants;
            contestants.reserve(loaded_.size());
            for (const auto &loaded : loaded_) {
                contestants.push_back({"", [&call, function = loaded->function(0)] { call.run(function); }});
            }
            std::vector<std::vector<double>> of_size;
            for (Timing &timing : race(contestants, options, counter_)) {
                of_size.push_back(std::move(timing.nanoseconds));
            }
            times.push_back(std::move(of_size));
        }
        return times;
    }

private:
    const std::vector<const Trial *> &trials_;
    const KernelKey &key_;
    NormalNumbers numbers_;
    KernelInputs inputs_;
    std::vector<std::unique_ptr<LoadedKernels>> loaded_;
    CycleCounter counter_;

    /// The inspection has found the same operations; this finds what it cannot see, elements left out among it.
    std::string compare_outputs(const KernelCall &call) const {
        std::string first;
        for (size_t i = 0; i < loaded_.size(); ++i) {
            call.spoil_outputs();
            call.run(loaded_[i]->function(0));
            if (i == 0) first = call.output_bytes();
            if (first == call.output_bytes()) continue;
            return fmt::format(
                "{} ({}) gives other bits than the hand schedule; this is a bug of ours, please report "
                "the command",
                to_string(key_), in_words(trials_[i]->choice));
        }
        return "";
    }
};

/// The geometric mean of the tiles that have a hot loop; 0 without any.
double cycles_per_element(const KernelExplanation &explanation) {
    double logarithms = 0;
    int tiles = 0;
    for (const TileExplanation &tile : explanation.tiles) {
        if (tile.elements == 0 || tile.cpus.empty()) continue;
        logarithms += std::log(tile.cpus.front().cycles / tile.elements);
        ++tiles;
    }
    return tiles == 0 ? 0 : std::exp(logarithms / tiles);
}

}  // namespace

Stopwatch time_here(const std::optional<CompiledKernel> &forward, const std::string &prefix) {
    return [forward, prefix](const std::vector<const Trial *> &trials, const std::vector<size_t> &sizes,
                             const RaceOptions &race) { return Here(trials, forward, prefix).time(sizes, race); };
}

Stopwatch time_by_model(const std::string &cpu) {
    return [cpu](const std::vector<const Trial *> &trials, const std::vector<size_t> &,
                 const RaceOptions &) -> std::variant<TrialTimes, std::string> {
        std::vector<std::vector<double>> cycles;
        for (const Trial *trial : trials) {
            const ExplanationResult result = explain(trial->kernel, {cpu});
            if (result.error) return result.error->message;
            const double each = cycles_per_element(result.explanation);
            if (each == 0) {
                return fmt::format("{} has no loop that the model of {} could judge", to_string(trial->kernel.key),
                                   cpu);
            }
            cycles.push_back({each});
        }
        return TrialTimes{cycles};
    };
}

}  // namespace actinide
