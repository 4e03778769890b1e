// Every length at every offset within a vector, between pages that nobody may touch: nothing outside an array is read
// or written, and no element depends on the length, the alignment or where its output goes. C++17 alone, because the
// cross-compiled digest does this too.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "tests/kernels_numbers.h"
#include "tests/kernels_table.h"

namespace actinide::kernels {

using Sizes = std::array<size_t, 3>;  // {n, 1, 1} or {outer, channels, inner}

inline size_t elements_of(const kernel_entry &kernel, const Sizes &sizes) {
    return kernel.pattern == KERNEL_ELEMENTWISE ? sizes[0] : sizes[0] * sizes[1] * sizes[2];
}
inline size_t length_of(const kernel_entry &kernel, const kernel_array &array, const Sizes &sizes) {
    return array.is_per_channel ? sizes[1] : elements_of(kernel, sizes);
}
inline std::vector<float> default_parameters(const kernel_entry &kernel) {
    std::vector<float> values(KERNEL_MAX_PARAMETERS);
    for (int i = 0; i < kernel.parameter_count; ++i)
        values[static_cast<size_t>(i)] = kernel.parameters[i].default_value;
    return values;
}

/// Memory between two pages without access; what is not an array holds a mark.
class GuardedMemory {
public:
    explicit GuardedMemory(size_t elements) {
        const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
        const size_t pages = (elements * sizeof(float) + page - 1) / page;
        count_ = pages * page / sizeof(float);
        bytes_ = (pages + 2) * page;
        void *all = ::mmap(nullptr, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        begin_ = reinterpret_cast<float *>(static_cast<char *>(all) + page);
        if (all == MAP_FAILED || ::mprotect(begin_, pages * page, PROT_READ | PROT_WRITE) != 0) std::abort();
        all_ = all;
        for (size_t i = 0; i < count_; ++i) begin_[i] = mark();
    }
    ~GuardedMemory() { ::munmap(all_, bytes_); }
    GuardedMemory(const GuardedMemory &) = delete;
    GuardedMemory &operator=(const GuardedMemory &) = delete;

    float *begin() { return begin_; }
    float *end() { return begin_ + count_; }

    /// Whether only `array` was written, and everything is marked again.
    bool clear(const float *array, size_t length) {
        bool is_clean = true;
        for (float *at = begin(); at < end(); ++at) {
            const bool is_inside = at >= array && at < array + length;
            if (!is_inside) {
                is_clean = is_clean && bits_of(*at) == bits_of(mark());
            }
            *at = mark();
        }
        return is_clean;
    }

private:
    static float mark() { return float_of(0xffedcafeu); }

    void *all_ = nullptr;
    float *begin_ = nullptr;
    size_t count_ = 0;
    size_t bytes_ = 0;
};

/// Where the arrays of a call lie: `offset` elements behind a vector's start, or against one of the guards.
struct Place {
    enum Kind { at_start, at_end, inside };
    Kind kind;
    size_t offset = 0;
};
constexpr size_t elements_per_vector = 16;
inline std::vector<Place> all_places() {
    std::vector<Place> places = {{Place::at_start}, {Place::at_end}};
    for (size_t offset = 0; offset < elements_per_vector; ++offset) places.push_back({Place::inside, offset});
    return places;
}

/// One call's numbers.
struct Arrays {
    std::vector<std::vector<float>> inputs;
    std::vector<float> parameters;
    Sizes sizes;
};
using Outputs = std::vector<std::vector<float>>;

/// The call on memory of its own; the status goes to `status`.
inline Outputs run_plainly(const kernel_entry &kernel, const Arrays &arrays, int &status) {
    Outputs outputs;
    std::array<const void *, KERNEL_MAX_ARRAYS> from{};
    std::array<void *, KERNEL_MAX_ARRAYS> to{};
    for (int i = 0; i < kernel.output_count; ++i) {
        outputs.emplace_back(length_of(kernel, kernel.outputs[i], arrays.sizes), -77.0f);
    }
    for (size_t i = 0; i < arrays.inputs.size(); ++i) from[i] = arrays.inputs[i].data();
    for (size_t i = 0; i < outputs.size(); ++i) to[i] = outputs[i].data();
    status = kernel.run(from.data(), to.data(), arrays.sizes.data(), arrays.parameters.data());
    return outputs;
}

/// Gives every channel's second half the negated terms of its first, backwards: what is left of the channel's sum is
/// rounding, so that every bit of it depends on the order in which it was added.
inline void let_terms_cancel(const kernel_entry &kernel, Arrays &arrays) {
    const auto [outer, channels, inner] = arrays.sizes;
    const size_t count = outer * inner;
    const auto at = [&, channels = channels, inner = inner](size_t element, size_t channel) {
        return (element / inner * channels + channel) * inner + element % inner;
    };
    for (size_t i = 0; i < arrays.inputs.size(); ++i) {
        if (kernel.inputs[i].is_per_channel != 0) continue;
        const float sign = std::strcmp(kernel.inputs[i].name, "dy") == 0 ? -1.0f : 1.0f;
        std::vector<float> &values = arrays.inputs[i];
        for (size_t channel = 0; channel < channels; ++channel) {
            for (size_t k = 0; k < count / 2; ++k) values[at(count - 1 - k, channel)] = sign * values[at(k, channel)];
        }
    }
}

class Sweep {
public:
    explicit Sweep(const kernel_entry &kernel) : kernel_(kernel), numbers_(20) {
        for (auto &memory : inputs_) memory = new GuardedMemory(largest_array);
        for (auto &memory : outputs_) memory = new GuardedMemory(largest_array);
    }
    ~Sweep() {
        for (auto &memory : inputs_) delete memory;
        for (auto &memory : outputs_) delete memory;
    }
    Sweep(const Sweep &) = delete;
    Sweep &operator=(const Sweep &) = delete;

    /// What went wrong first; empty if nothing did.
    std::string run() {
        if (kernel_.pattern == KERNEL_ELEMENTWISE) {
            sweep_elementwise();
        } else {
            sweep_rows();
            sweep_columns();
            sweep_shapes();
        }
        return complaint_;
    }

private:
    static constexpr size_t longest = 130;
    static constexpr size_t largest_array = 4096;

    const kernel_entry &kernel_;
    Numbers numbers_;
    std::array<GuardedMemory *, KERNEL_MAX_ARRAYS> inputs_{};
    std::array<GuardedMemory *, KERNEL_MAX_ARRAYS> outputs_{};
    std::string complaint_;

    bool is_fine() const { return complaint_.empty(); }
    bool is_sum(size_t output) const { return kernel_.outputs[output].is_per_channel != 0; }
    bool is_learned(int input) const { return kernel_.inputs[input].is_per_channel != 0; }

    std::vector<float> random_array(int input, size_t length, bool with_specials) {
        const std::vector<float> special = special_values();
        std::vector<float> values(length);
        for (size_t i = 0; i < length; ++i) {
            const bool takes_special = with_specials && i % 3 == 0;
            values[i] = takes_special ? special[(i / 3 + static_cast<size_t>(input) * 7) % special.size()]
                                      : numbers_.of_exponent(-12, is_learned(input) ? 1 : 6);
        }
        return values;
    }

    Arrays random_call(const Sizes &sizes, bool with_specials) {
        Arrays arrays{{}, default_parameters(kernel_), sizes};
        for (int i = 0; i < kernel_.input_count; ++i) {
            arrays.inputs.push_back(random_array(i, length_of(kernel_, kernel_.inputs[i], sizes), with_specials));
        }
        return arrays;
    }

    static const char *name_of(const Place &place) {
        if (place.kind == Place::inside) return "inside";
        return place.kind == Place::at_start ? "behind a guard" : "before a guard";
    }

    void complain(const std::string &what, const Arrays &arrays, const Place &place, int in_place) {
        if (!is_fine()) return;
        complaint_ = std::string(kernel_.symbol) + ": " + what + "; sizes";
        for (const size_t size : arrays.sizes) complaint_ += " " + std::to_string(size);
        complaint_ += std::string(", ") + name_of(place) + ", offset " + std::to_string(place.offset) + ", ";
        complaint_ += in_place < 0 ? "separate arrays" : std::string("in place of ") + kernel_.inputs[in_place].name;
    }

    /// Arrays of one call lie at different offsets.
    static float *put(GuardedMemory &memory, size_t length, const Place &place, size_t array) {
        if (place.kind == Place::at_start) return memory.begin();
        if (place.kind == Place::at_end) return memory.end() - length;
        return memory.begin() + elements_per_vector + (place.offset + 5 * array) % elements_per_vector;
    }

    /// Calls with the arrays at `place`, the first output over input `in_place` if that is not negative.
    void check_call(const Arrays &arrays, const Place &place, int in_place, const Outputs &expected) {
        std::array<float *, KERNEL_MAX_ARRAYS> inputs{};
        std::array<float *, KERNEL_MAX_ARRAYS> outputs{};
        std::array<const void *, KERNEL_MAX_ARRAYS> from{};
        std::array<void *, KERNEL_MAX_ARRAYS> to{};
        for (size_t i = 0; i < arrays.inputs.size(); ++i) {
            inputs[i] = put(*inputs_[i], arrays.inputs[i].size(), place, i);
            for (size_t k = 0; k < arrays.inputs[i].size(); ++k) inputs[i][k] = arrays.inputs[i][k];
            from[i] = inputs[i];
        }
        for (size_t i = 0; i < expected.size(); ++i) {
            const bool is_replaced = i == 0 && in_place >= 0;
            outputs[i] = is_replaced ? inputs[static_cast<size_t>(in_place)]
                                     : put(*outputs_[i], expected[i].size(), place, i + KERNEL_MAX_ARRAYS);
            to[i] = outputs[i];
        }
        const int status = kernel_.run(from.data(), to.data(), arrays.sizes.data(), arrays.parameters.data());
        if (status != 0) complain("refused", arrays, place, in_place);
        compare(arrays, place, in_place, inputs, outputs, expected);
    }

    void compare(const Arrays &arrays, const Place &place, int in_place,
                 const std::array<float *, KERNEL_MAX_ARRAYS> &inputs,
                 const std::array<float *, KERNEL_MAX_ARRAYS> &outputs, const Outputs &expected) {
        for (size_t i = 0; i < expected.size(); ++i) {
            for (size_t k = 0; k < expected[i].size(); ++k) {
                if (canonical_bits(outputs[i][k]) == canonical_bits(expected[i][k])) continue;
                complain("another result than in one large array", arrays, place, in_place);
                break;
            }
        }
        const size_t replaced = in_place < 0 ? arrays.inputs.size() : static_cast<size_t>(in_place);
        for (size_t i = 0; i < arrays.inputs.size(); ++i) {
            const std::vector<float> &before = arrays.inputs[i];
            const bool is_replaced = i == replaced;
            if (!is_replaced && std::memcmp(inputs[i], before.data(), before.size() * sizeof(float)) != 0) {
                complain("an input was written", arrays, place, in_place);
            }
            if (!inputs_[i]->clear(inputs[i], before.size()))
                complain("wrote beside an input", arrays, place, in_place);
        }
        for (size_t i = in_place >= 0 ? 1 : 0; i < expected.size(); ++i) {
            if (!outputs_[i]->clear(outputs[i], expected[i].size())) {
                complain("wrote beside an output", arrays, place, in_place);
            }
        }
    }

    void check_everywhere(const Arrays &arrays, const Outputs &expected, const std::vector<Place> &places) {
        for (const Place &place : places) {
            if (!is_fine()) return;
            check_call(arrays, place, -1, expected);
            for (int input = 0; input < kernel_.input_count; ++input) {
                if (!is_learned(input)) check_call(arrays, place, input, expected);
            }
        }
    }

    Outputs expect(const Arrays &arrays) {
        int status = 0;
        Outputs outputs = run_plainly(kernel_, arrays, status);
        if (status != 0) complain("refused", arrays, {Place::inside}, -1);
        return outputs;
    }

    void sweep_elementwise() {
        const size_t large = 4000;
        const Arrays all = random_call({large, 1, 1}, true);
        const Outputs all_expected = expect(all);
        for (size_t n = 0; n <= longest && is_fine(); ++n) {
            Arrays some = all;
            Outputs expected = all_expected;
            some.sizes[0] = n;
            for (auto &input : some.inputs) input.resize(n);
            for (auto &output : expected) output.resize(n);
            check_everywhere(some, expected, all_places());
        }
    }

    /// The per-element output by one call for each channel, and the sums by a call on memory of its own.
    Outputs expect_by_channel(const Arrays &arrays) {
        const auto [outer, channels, inner] = arrays.sizes;
        Outputs expected = expect(arrays);
        for (size_t channel = 0; channel < channels; ++channel) {
            Arrays one{{}, arrays.parameters, {1, 1, outer * inner}};
            for (size_t i = 0; i < arrays.inputs.size(); ++i) {
                one.inputs.emplace_back();
                if (is_learned(static_cast<int>(i))) {
                    one.inputs.back().push_back(arrays.inputs[i][channel]);
                    continue;
                }
                for (size_t k = 0; k < outer * inner; ++k) {
                    one.inputs.back().push_back(arrays.inputs[i][(k / inner * channels + channel) * inner + k % inner]);
                }
            }
            const Outputs results = expect(one);
            for (size_t i = 0; i < results.size(); ++i) {
                if (is_sum(i)) continue;
                for (size_t k = 0; k < outer * inner; ++k) {
                    expected[i][(k / inner * channels + channel) * inner + k % inner] = results[i][k];
                }
            }
        }
        return expected;
    }

    void check_shape(const Sizes &sizes, const std::vector<Place> &places) {
        Arrays arrays = random_call(sizes, false);
        let_terms_cancel(kernel_, arrays);
        check_everywhere(arrays, expect_by_channel(arrays), places);
    }

    /// One channel: a row of n.
    void sweep_rows() {
        for (size_t n = 0; n <= longest && is_fine(); ++n) check_shape({1, 1, n}, all_places());
    }

    /// Channels last: three rows of n channels.
    void sweep_columns() {
        for (size_t n = 0; n <= longest && is_fine(); ++n) check_shape({3, n, 1}, all_places());
    }

    void sweep_shapes() {
        size_t turn = 0;
        for (const size_t outer : {0, 1, 2, 3}) {
            for (const size_t channels : {0, 1, 2, 3, 5, 16, 17, 33}) {
                for (const size_t inner : {0, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 35}) {
                    if (!is_fine()) return;
                    check_shape({outer, channels, inner},
                                {{Place::at_start}, {Place::at_end}, {Place::inside, turn++ % elements_per_vector}});
                }
            }
        }
    }
};

}  // namespace actinide::kernels
