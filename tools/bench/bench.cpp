#include "tools/bench/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "tools/bench/kernel_inputs.h"
#include "tools/bench/memory.h"
#include "tools/verify/kernel_sweep.h"

namespace actinide {
namespace {

constexpr size_t kept_samples = 25;
/// On which errors are taken. Of doubles fewer, as MPFR decides each.
constexpr size_t checked_elements = size_t{1} << 16U;
constexpr size_t checked_doubles = size_t{1} << 12U;

class Benchmark {
public:
    Benchmark(const std::vector<BenchKernel> &kernels, const BenchOptions &options, const BenchProgress &progress)
        : kernels_(kernels),
          options_(options),
          progress_(progress),
          peers_(options.peers, [this](const std::string &text) { note(text); }) {
        for (const BenchKernel &kernel : kernels) {
            total_ += options.sizes.size() * level_names(kernel.kernel.key.target).size();
        }
    }

    BenchRun run() {
        if (!counter_.is_available()) note("no cycle counter here, so that cycles per element are left out");
        for (const BenchKernel &kernel : kernels_) {
            if (!measure_kernel(kernel)) break;
        }
        for (const std::string &gap : peers_.gaps()) note(gap);
        for (const auto &[peer, version] : peers_.versions()) run_.machine.versions[peer] = version;
        return std::move(run_);
    }

private:
    const std::vector<BenchKernel> &kernels_;
    const BenchOptions &options_;
    const BenchProgress &progress_;
    CycleCounter counter_;
    NormalNumbers numbers_;
    BenchRun run_;
    PeerContest peers_;
    size_t total_ = 0;
    size_t done_ = 0;

    void note(const std::string &text) {
        if (std::find(run_.notes.begin(), run_.notes.end(), text) == run_.notes.end()) run_.notes.push_back(text);
    }

    /// False if the run is to end.
    bool measure_kernel(const BenchKernel &benched) {
        const KernelKey &key = benched.kernel.key;
        const LoadedKernels loaded({benched.kernel}, key.target, options_.compile.prefix);
        const KernelInputs inputs(key, benched.forward, options_.compile.prefix, numbers_);
        for (const std::string &level : level_names(key.target)) {
            if (!loaded.set_level(level)) {
                note(fmt::format("this machine lacks {}, which is left out", level));
                done_ += options_.sizes.size();
                continue;
            }
            const std::optional<double> max_ulp =
                peers_.is_empty() ? std::nullopt : std::optional(find_errors(loaded.function(0), key, inputs.blocks()));
            for (const size_t size : options_.sizes) {
                if (options_.race.is_stopped && options_.race.is_stopped()) return false;
                progress_(done_++, total_, fmt::format("{} of {}", to_string(key), size_text(size)));
                if (!fits(key, size)) continue;
                run_.cells.push_back(measure(loaded.function(0), key, size, inputs.blocks()));
                run_.cells.back().level = level;
                run_.cells.back().max_ulp = max_ulp;
            }
        }
        return true;
    }

    bool fits(const KernelKey &key, size_t size) {
        const size_t available = available_memory();
        // A peer has arrays of its own.
        const size_t needed = KernelCall::bytes_of_arrays(key, size) * (1 + options_.peers.names.size());
        if (available == 0 || needed <= available / 2) return true;
        constexpr size_t mebibyte = size_t{1} << 20U;
        note(fmt::format("{} elements of {} take {} MiB, more than half of the {} MiB that are free, and are left out",
                         size_text(size), to_string(key), needed / mebibyte, available / mebibyte));
        return false;
    }

    /// The kernel's largest error; the peers take theirs on the same inputs.
    double find_errors(LoadedKernels::Function kernel, const KernelKey &key, Blocks blocks) {
        const std::string varied = varied_input(key);
        const size_t count = key.dtype == DType::f64 ? checked_doubles : checked_elements;
        std::vector<uint64_t> bits(count);
        for (size_t i = 0; i < count; ++i) bits[i] = bits_at(key.dtype, blocks.at(varied)->data(), i);
        Block ones(count * bytes_per_element(key.dtype));
        for (size_t i = 0; i < count; ++i) store_bits(key.dtype, ones.data(), i, encoded(key.dtype, 1));
        if (blocks.contains("dy")) blocks["dy"] = &ones;
        const KernelSweep sweep(kernel, key, {});
        peers_.check(key, {{}, key.dtype, count, KernelCall(key, count, blocks).channels(), blocks},
                     [&](const Block &outputs) { return sweep.compare_others(bits, outputs).max_ulp; });
        return sweep.run_scattered(bits).max_ulp;
    }

    BenchCell measure(LoadedKernels::Function kernel, const KernelKey &key, size_t size, const Blocks &blocks) {
        const KernelCall call(key, size, blocks);
        std::vector<Contestant> contestants = {{"kernel", [&] { call.run(kernel); }}};
        const Copies copies = copies_of(call.input_streams(), call.output_streams());
        if (copies.plain != nullptr) {
            contestants.push_back({"plain", [&] { call.run(copies.plain); }});
            contestants.push_back({"streaming", [&] { call.run(copies.streaming); }});
        }
        const size_t own_contestants = contestants.size();
        std::vector<PeerCell> peers = peers_.prepare(key, {{}, key.dtype, call.elements(), call.channels(), blocks});
        std::vector<size_t> measured_peers;
        for (size_t i = 0; i < peers.size(); ++i) {
            if (!peers[i].why_not.empty()) continue;
            measured_peers.push_back(i);
            contestants.push_back(peers_.contestant(i));
        }
        const std::vector<Timing> timings = race(contestants, options_.race, counter_);

        BenchCell cell;
        cell.kernel = to_string(key);
        cell.size = size;
        cell.elements = call.elements();
        cell.bytes = call.bytes_moved();
        cell.nanoseconds = spread_of(timings.front().nanoseconds);
        cell.samples = thinned(timings.front().nanoseconds, kept_samples);
        if (counter_.is_available()) {
            cell.cycles_per_element = spread_of(timings.front().cycles).median / static_cast<double>(cell.elements);
        }
        for (size_t i = 1; i < own_contestants; ++i) {
            const Spread copied = spread_of(timings[i].nanoseconds);
            if (cell.limit && cell.limit->nanoseconds.median <= copied.median) continue;
            cell.limit = {contestants[i].name, copied};
        }
        for (size_t i = 0; i < measured_peers.size(); ++i) {
            const size_t peer = measured_peers[i];
            peers_.take(peer, key, timings[own_contestants + i], peers[peer]);
        }
        cell.peers = std::move(peers);
        return cell;
    }
};

}  // namespace

PreparedBench prepare_bench(const std::vector<KernelKey> &keys, const CompileOptions &options,
                            const BenchProgress &progress) {
    std::vector<KernelKey> all = keys;
    for (const KernelKey &key : keys) {
        if (plain_pass(key.pass) != Pass::backward_from_output) continue;
        all.push_back({key.activation, Pass::forward, key.dtype, key.target});
    }
    CompileResult compiled = compile(all, options, progress);
    if (compiled.error) return *compiled.error;
    std::vector<BenchKernel> kernels;
    kernels.reserve(keys.size());
    size_t next_forward = keys.size();
    for (size_t i = 0; i < keys.size(); ++i) {
        BenchKernel &kernel = kernels.emplace_back(BenchKernel{std::move(compiled.kernels[i]), std::nullopt});
        const bool takes_output = plain_pass(keys[i].pass) == Pass::backward_from_output;
        if (takes_output) kernel.forward = std::move(compiled.kernels[next_forward++]);
    }
    return kernels;
}

BenchRun run_bench(const std::vector<BenchKernel> &kernels, const BenchOptions &options,
                   const BenchProgress &progress) {
    BenchRun run = Benchmark(kernels, options, progress).run();
    run.machine.threads = std::thread::hardware_concurrency();
    const TargetLookup host = find_target("host");
    if (host.target) run.machine.target = host.target->name;
    run.machine.caches = cache_sizes();
    run.machine.versions.merge(component_versions());
    return run;
}

std::string name_at_level(const std::string &kernel, const std::string &level) {
    return kernel.ends_with("@" + level) ? kernel : kernel + " at " + level;
}

std::string size_text(size_t size) {
    constexpr size_t mebi = size_t{1} << 20U;
    return size >= mebi && size % mebi == 0 ? fmt::format("{}M", size / mebi) : fmt::format("{}", size);
}

}  // namespace actinide
