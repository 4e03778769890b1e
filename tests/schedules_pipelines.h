// Small pipelines of the shapes that the generators make, for the schedules' tests.
#pragma once

#include <Halide.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "schedules/schedule.h"
#include "schedules/target.h"

namespace actinide::testing_schedules {

constexpr int elements_expected = 1 << 20;

inline Halide::Expr fused(const Halide::Expr &a, const Halide::Expr &b, const Halide::Expr &c) {
    return Halide::Internal::Call::make(Halide::Float(32), "llvm.fma.f32", {a, b, c},
                                        Halide::Internal::Call::PureExtern);
}

/// y(i) of x(i), cheap or with a chain of fmas.
struct Elementwise {
    explicit Elementwise(bool is_polynomial) : is_polynomial(is_polynomial) {
        const Halide::Var i("i");
        const Halide::Expr value = x(i);
        Halide::Expr below = 0.01f * value;
        if (is_polynomial) {
            below = 0.5f;
            for (int k = 0; k < degree; ++k) below = fused(below, value, coefficient(k));
        }
        y(i) = Halide::select(value > 0, value, below);
        x.set_estimates({{0, elements_expected}});
        y.set_estimates({{0, elements_expected}});
        pipeline = Halide::Pipeline(y);
    }

    float expected(float value) const {
        if (value > 0) return value;
        if (!is_polynomial) return 0.01f * value;
        float sum = 0.5f;
        for (int k = 0; k < degree; ++k) sum = std::fma(sum, value, coefficient(k));
        return sum;
    }

    TileShape shape() const { return {TileShape::Kind::elementwise, is_polynomial ? degree + 2 : 3}; }

    static constexpr int degree = 12;
    static float coefficient(int k) { return 0.3f / static_cast<float>(k + 1); }

    bool is_polynomial;
    Halide::ImageParam x{Halide::Float(32), 1, "x"};
    Halide::Func y{"y"};
    Halide::Pipeline pipeline;
};

/// A slope per channel, as (inner, channels, outer) or as (channels, outer).
struct Channelwise {
    explicit Channelwise(bool is_last) : is_last(is_last), x(Halide::Float(32), is_last ? 2 : 3, "x") {
        const Halide::Var inner("inner"), channel("channel"), outer("outer");
        const std::vector<Halide::Var> at =
            is_last ? std::vector<Halide::Var>{channel, outer} : std::vector<Halide::Var>{inner, channel, outer};
        const Halide::Expr value = x(std::vector<Halide::Expr>(at.begin(), at.end()));
        y(at) = Halide::select(value > 0, value, weight(channel) * value);
        const Halide::Region region =
            is_last ? Halide::Region{{0, 64}, {0, 16384}} : Halide::Region{{0, 4096}, {0, 64}, {0, 4}};
        x.set_estimates(region);
        weight.set_estimates({{0, 64}});
        y.set_estimates(region);
        pipeline = Halide::Pipeline(y);
    }

    TileShape shape() const {
        return {is_last ? TileShape::Kind::channels_last : TileShape::Kind::channels_outside, 3};
    }

    bool is_last;
    Halide::ImageParam x;
    Halide::ImageParam weight{Halide::Float(32), 1, "weight"};
    Halide::Func y{"y"};
    Halide::Pipeline pipeline;
};

/// One float64 sum over the steps for each lane.
struct LaneSums {
    LaneSums() {
        const Halide::Var lane("lane");
        const Halide::RDom step(0, x.dim(1).extent(), "step");
        accumulate(lane) = Halide::cast<double>(0);
        accumulate(lane) += Halide::select(x(lane, step) > 0, Halide::cast<double>(0),
                                           Halide::cast<double>(x(lane, step)) * Halide::cast<double>(dy(lane, step)));
        sums(lane) = accumulate(lane);
        for (Halide::ImageParam *input : {&x, &dy}) input->set_estimates({{0, 16}, {0, 128}});
        sums.set_estimates({{0, 16}});
        pipeline = Halide::Pipeline(sums);
    }

    static TileShape shape() { return {TileShape::Kind::lane_sums, 4}; }

    Halide::ImageParam x{Halide::Float(32), 2, "x"}, dy{Halide::Float(32), 2, "dy"};
    Halide::Func accumulate{"accumulate"}, sums{"sums"};
    Halide::Pipeline pipeline;
};

/// One tile of every kind, unscheduled.
struct AllTiles {
    Elementwise elementwise{true};
    Channelwise outside{false}, last{true};
    LaneSums sums;

    std::vector<std::pair<Halide::Pipeline, TileShape>> all() const {
        return {{elementwise.pipeline, elementwise.shape()},
                {outside.pipeline, outside.shape()},
                {last.pipeline, last.shape()},
                {sums.pipeline, LaneSums::shape()}};
    }
};

/// `bytes` bytes that end or begin exactly where memory ends: a read or write beyond them ends the test.
class FencedBytes {
public:
    enum class Fence { behind, before };

    FencedBytes(size_t bytes, Fence fence) {
        const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
        const size_t inside = (bytes + page - 1) / page * page + (bytes == 0 ? page : 0);
        size_ = inside + 2 * page;
        base_ = static_cast<char *>(mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        if (base_ == MAP_FAILED || mprotect(base_ + page, inside, PROT_READ | PROT_WRITE) != 0) std::abort();
        data_ = fence == Fence::before ? base_ + page : base_ + page + inside - bytes;
    }
    FencedBytes(const FencedBytes &) = delete;
    FencedBytes &operator=(const FencedBytes &) = delete;
    ~FencedBytes() { munmap(base_, size_); }

    template <typename T>
    T *as() {
        return reinterpret_cast<T *>(data_);
    }

private:
    size_t size_ = 0;
    char *base_ = nullptr, *data_ = nullptr;
};

/// Values of both signs and many sizes, the same in every run.
inline float sample(size_t i) {
    return std::sin(static_cast<float>(i) * 0.7f) * std::ldexp(1.0f, static_cast<int>(i % 9) - 5);
}

/// What the compiler adds to a target's string.
inline Halide::Target strict(const Target &target) {
    return Halide::Target(target.halide + "-no_runtime-no_asserts-no_bounds_query-strict_float");
}

inline Halide::Target strict_jit(const Target &target) {
    return Halide::Target(target.halide + "-jit-strict_float");
}

/// The LLVM assembly that Halide makes of the scheduled pipeline.
inline std::string llvm_assembly(Halide::Pipeline pipeline, const Target &target) {
    const std::string file = "/tmp/actinide-schedules-test-" + std::to_string(getpid()) + ".ll";
    pipeline.compile_to_llvm_assembly(file, pipeline.infer_arguments(), "tile", strict(target));
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    unlink(file.c_str());
    return text.str();
}

inline int count(const std::string &text, const std::string &part) {
    int found = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
    return found;
}

struct FmaCalls {
    int in_whole_vectors = 0;
    int others = 0;  ///< scalar, or of another width
};
inline FmaCalls fma_calls(const std::string &assembly, int lanes) {
    const std::string whole = "@llvm.fma.v" + std::to_string(lanes) + "f32(";
    std::stringstream stream(assembly);
    FmaCalls calls;
    for (std::string line; std::getline(stream, line);) {
        if (line.find("call ") == std::string::npos || line.find("@llvm.fma.") == std::string::npos) continue;
        ++(line.find(whole) != std::string::npos ? calls.in_whole_vectors : calls.others);
    }
    return calls;
}

/// All but "x86-64-avx512" on a machine that cannot run AVX-512.
inline std::vector<Target> runnable_levels() {
    const TargetLookup host = find_target("host");
    std::vector<Target> levels;
    for (const Target &row : target_table()) {
        if (host.target && row.level >= 0 && row.level <= host.target->level) levels.push_back(row);
    }
    return levels;
}

inline std::vector<Target> cpu_rows() {
    std::vector<Target> rows;
    for (const Target &row : target_table()) {
        const bool is_cpu = row.levels.empty() && row.architecture != Architecture::cuda;
        // Schedules know of no other, and unroll nothing where there is no fma.
        if (is_cpu && row.hosts_cuda && row.has_fma) rows.push_back(row);
    }
    return rows;
}

inline std::vector<int> awkward_sizes() {
    std::vector<int> sizes;
    for (int n = 0; n <= 300; ++n) sizes.push_back(n);
    sizes.insert(sizes.end(), {4095, 4097, 1000003});
    return sizes;
}

/// Empty if the compiled pipeline gives the expected bits for n elements, from fenced arrays, in place too.
inline std::string complaint_about(Elementwise &kernel, const Halide::Target &jit, int n, FencedBytes::Fence fence,
                                   bool in_place) {
    const size_t bytes = static_cast<size_t>(n) * sizeof(float);
    FencedBytes input(bytes, fence), separate(bytes, fence);
    auto *const x = input.as<float>();
    auto *const y = in_place ? x : separate.as<float>();
    for (int i = 0; i < n; ++i) x[i] = sample(static_cast<size_t>(i));
    kernel.x.set(Halide::Buffer<float>(x, n));
    Halide::Buffer<float> output(y, n);
    kernel.pipeline.realize(output, jit);
    for (int i = 0; i < n; ++i) {
        const float expected = kernel.expected(sample(static_cast<size_t>(i)));
        if (std::memcmp(&expected, &y[i], sizeof(float)) != 0) {
            return "n = " + std::to_string(n) + (in_place ? " in place" : "") + ": element " + std::to_string(i) +
                   " is " + std::to_string(y[i]) + ", not " + std::to_string(expected);
        }
    }
    return "";
}

/// The first complaint over all awkward sizes, fences and both ways of calling.
inline std::string complaint_at_any_size(Elementwise &kernel, const Target &target) {
    const Halide::Target jit = strict_jit(target);
    kernel.pipeline.compile_jit(jit);
    for (const int n : awkward_sizes()) {
        for (const auto fence : {FencedBytes::Fence::behind, FencedBytes::Fence::before}) {
            for (const bool in_place : {false, true}) {
                const std::string complaint = complaint_about(kernel, jit, n, fence, in_place);
                if (!complaint.empty()) return complaint;
            }
        }
    }
    return "";
}

/// The same for a channelwise pipeline of one shape.
inline std::string complaint_about(Channelwise &kernel, const Halide::Target &jit, int inner, int channels, int outer) {
    const size_t elements = static_cast<size_t>(inner) * static_cast<size_t>(channels) * static_cast<size_t>(outer);
    FencedBytes input(elements * 4, FencedBytes::Fence::behind), output(elements * 4, FencedBytes::Fence::behind);
    FencedBytes slopes(static_cast<size_t>(channels) * 4, FencedBytes::Fence::behind);
    auto *const x = input.as<float>();
    auto *const y = output.as<float>();
    auto *const weight = slopes.as<float>();
    for (size_t i = 0; i < elements; ++i) x[i] = sample(i);
    for (int c = 0; c < channels; ++c) weight[c] = 0.25f + static_cast<float>(c);
    const std::vector<int> sizes =
        kernel.is_last ? std::vector<int>{channels, outer} : std::vector<int>{inner, channels, outer};
    kernel.x.set(Halide::Buffer<float>(x, sizes));
    kernel.weight.set(Halide::Buffer<float>(weight, channels));
    Halide::Buffer<float> result(y, sizes);
    kernel.pipeline.realize(result, jit);
    for (size_t i = 0; i < elements; ++i) {
        const float slope = weight[i / static_cast<size_t>(inner) % static_cast<size_t>(channels)];
        const float expected = x[i] > 0 ? x[i] : slope * x[i];
        if (std::memcmp(&expected, &y[i], sizeof(float)) != 0) {
            return std::to_string(inner) + " x " + std::to_string(channels) + " x " + std::to_string(outer) +
                   ": element " + std::to_string(i);
        }
    }
    return "";
}

inline std::string complaint_at_any_shape(Channelwise &kernel, const Target &target) {
    const Halide::Target jit = strict_jit(target);
    kernel.pipeline.compile_jit(jit);
    for (const int inner : {1, 2, 7, 16, 49, 130}) {
        for (const int channels : {1, 3, 8, 17, 64}) {
            for (const int outer : {1, 2, 5}) {
                const std::string complaint = complaint_about(kernel, jit, kernel.is_last ? 1 : inner, channels,
                                                              outer * (kernel.is_last ? inner : 1));
                if (!complaint.empty()) return complaint;
            }
        }
    }
    return "";
}

}  // namespace actinide::testing_schedules
