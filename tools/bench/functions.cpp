// What each elementary function costs and how far it is off, beside the vector libraries that are installed:
// nanoseconds per element on arrays that stay in the cache, and the largest error over every 61st float.
//
//   functions_benchmark --benchmark_filter=tanh
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "generators/catalogue/elementary.h"
#include "generators/math/function.h"
#include "tools/bench/peers.h"
#include "tools/compiler/loaded_kernels.h"
#include "tools/compiler/plan.h"
#include "tools/verify/comparison.h"
#include "tools/verify/fast_reference.h"

namespace actinide {
namespace {

constexpr size_t elements = 16'384;
/// From one float that is tried to the next, in floats; odd, so that all last bits occur.
constexpr uint64_t step = 61;

/// Anything that computes one function on an array.
using Run = std::function<void(const float *, float *, size_t)>;

std::vector<float> typical_inputs(const std::string &function) {
    const bool is_for_positive = function == "log" || function == "sqrt" || function == "log1p";
    std::mt19937 random(1);
    std::uniform_real_distribution<float> within(is_for_positive ? 0.001f : -8.0f, is_for_positive ? 100.0f : 8.0f);
    std::vector<float> inputs(elements);
    for (float &input : inputs) input = within(random);
    return inputs;
}

/// In ULP; infinite where an infinity or a NaN is wrong.
double largest_error(const math::Function &function, const Run &run) {
    const FastReference reference(call(function, {x}), "x", {});
    std::vector<float> inputs(elements);
    std::vector<float> outputs(elements);
    std::vector<double> numbers(elements);
    double largest = 0;
    for (uint64_t bits = 0; bits < uint64_t{1} << 32;) {
        for (float &input : inputs) {
            input = std::bit_cast<float>(static_cast<uint32_t>(bits));
            bits += step;
        }
        run(inputs.data(), outputs.data(), elements);
        std::copy(inputs.begin(), inputs.end(), numbers.begin());
        const ErrorStatistics found = compare_scattered(reference, DType::f32, numbers, outputs.data(), inputs.data());
        largest = std::max(largest, found.max_ulp);
    }
    return largest;
}

/// Once for each name, however often the benchmark repeats.
double known_error(const std::string &name, const math::Function &function, const Run &run) {
    static std::map<std::string, double> known;
    const auto found = known.find(name);
    return found != known.end() ? found->second : known.emplace(name, largest_error(function, run)).first->second;
}

void add(const math::Function &function, const std::string &level, const std::string &who, const Run &run) {
    const std::string name = fmt::format("{}/{}/{}", function.name, level, who);
    benchmark::RegisterBenchmark(name.c_str(), [=, &function](benchmark::State &state) {
        const std::vector<float> inputs = typical_inputs(function.name);
        std::vector<float> outputs(elements);
        for ([[maybe_unused]] const auto iteration : state) {
            run(inputs.data(), outputs.data(), elements);
            benchmark::ClobberMemory();
        }
        constexpr double nanoseconds = 1e-9;
        state.counters["ns_per_element"] =
            benchmark::Counter(static_cast<double>(state.iterations()) * elements * nanoseconds,
                               benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
        state.SetLabel(fmt::format("{:.3f} ULP", known_error(name, function, run)));
    });
}

/// The kernels of one level in the forms that `max_ulp` chooses, but those that `known` forms stand for already.
class OurKernels {
public:
    OurKernels(const Target &target, double max_ulp, std::map<std::string, const math::Form *> &known) {
        std::vector<KernelKey> keys;
        for (const Activation &function : elementary_functions()) {
            const math::Function &called = *function_called_alone(function.forward);
            const math::Form *form = &math::choose_form(called, 32, function_ulp(DType::f32, max_ulp));
            const auto [place, is_new] = known.emplace(called.name, form);
            if (!is_new && place->second == form) continue;
            keys.push_back({&function, Pass::forward, DType::f32, target});
        }
        CompileOptions options;
        options.max_ulp = max_ulp;
        CompileResult compiled = compile(keys, options, {});
        if (compiled.error) throw std::runtime_error(compiled.error->message);
        loaded_ = std::make_unique<LoadedKernels>(compiled.kernels, target, options.prefix);
        loaded_->set_level(target.name);
        const std::string who = max_ulp > 0 ? fmt::format("Actinide, --max-ulp {}", max_ulp) : "Actinide";
        for (size_t i = 0; i < keys.size(); ++i) {
            const LoadedKernels::Function kernel = loaded_->function(i);
            add(*function_called_alone(keys[i].activation->forward), target.name, who,
                [kernel](const float *input, float *output, size_t count) {
                    const void *in = input;
                    void *out = output;
                    kernel(&in, &out, &count, nullptr);
                });
        }
    }

private:
    std::unique_ptr<LoadedKernels> loaded_;
};

void run_all() {
    std::vector<OurKernels> kernels;
    const TargetLookup host = find_target("host");
    for (const std::string &level : level_names(*find_target("x86-64").target)) {
        const Target target = *find_target(level).target;
        std::map<std::string, const math::Form *> known;
        for (const double max_ulp : {0.0, 1.0, 4.0}) kernels.emplace_back(target, max_ulp, known);
        for (const Peer &peer : level == "x86-64-avx512" ? peers_of_avx512() : peers_of_avx2()) {
            add(*math::find_function(peer.function), level, peer.library, peer.run);
        }
        if (host.target && host.target->name == level) break;
    }
    benchmark::RunSpecifiedBenchmarks();
}

}  // namespace
}  // namespace actinide

int main(int count, char **arguments) {
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
    actinide::run_all();
    return 0;
}
