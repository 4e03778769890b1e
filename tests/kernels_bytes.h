// Every array of a kernel as bytes, wherever it lies, filled with all kinds of numbers.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include "tests/kernels_cases.h"

namespace actinide::kernels {

constexpr size_t line = 64;
constexpr size_t channels = 16;

inline size_t bytes_of_element(const kernel_entry &kernel) {
    const std::string dtype = kernel.dtype;
    return dtype == "f64" ? 8 : dtype == "f32" ? 4 : 2;
}

struct FreeLines {
    void operator()(unsigned char *bytes) const { ::operator delete[](bytes, std::align_val_t{line}); }
};
using Lines = std::unique_ptr<unsigned char[], FreeLines>;

inline Lines lines_of(size_t bytes) {
    return Lines(new (std::align_val_t{line}) unsigned char[bytes + 2 * line]());
}

/// All kinds of bits, but in every eighth place a number of usual size.
inline void fill(unsigned char *bytes, size_t count, const kernel_entry &kernel, uint64_t seed) {
    Numbers numbers(seed);
    for (size_t i = 0; i + 4 <= count; i += 4) {
        const float number = numbers.of_exponent(-6, 6);
        std::memcpy(bytes + i, &number, 4);
        if (bytes_of_element(kernel) == 2) std::memcpy(bytes + i, bytes + i + 2, 2);
        if (bytes_of_element(kernel) == 8 && i % 8 == 0) {
            const auto wide = static_cast<double>(number);
            if (i + 8 <= count) std::memcpy(bytes + i, &wide, 8);
            i += 4;
        }
    }
}

/// Sums of 16-bit types are float32.
inline size_t bytes_of_array(const kernel_entry &kernel, const kernel_array &array, const Sizes &sizes) {
    const size_t element = bytes_of_element(kernel);
    return length_of(kernel, array, sizes) * (array.is_per_channel != 0 ? std::max<size_t>(element, 4) : element);
}

/// The bytes of all outputs. Arrays with a number per element begin `offset` bytes behind a line.
inline std::vector<std::vector<unsigned char>> outputs_of(const kernel_entry &kernel, const Sizes &sizes,
                                                          size_t offset) {
    std::vector<Lines> arrays;
    const auto add = [&](const kernel_array &array, uint64_t seed) {
        const size_t bytes = bytes_of_array(kernel, array, sizes);
        arrays.push_back(lines_of(bytes));
        unsigned char *begin = arrays.back().get() + (array.is_per_channel != 0 ? 0 : offset);
        fill(begin, bytes, kernel, seed);
        return begin;
    };
    std::array<const void *, KERNEL_MAX_ARRAYS> inputs{};
    std::array<void *, KERNEL_MAX_ARRAYS> outputs{};
    for (int i = 0; i < kernel.input_count; ++i) inputs[static_cast<size_t>(i)] = add(kernel.inputs[i], 7 + i);
    for (int i = 0; i < kernel.output_count; ++i) outputs[static_cast<size_t>(i)] = add(kernel.outputs[i], 70);
    EXPECT_EQ(kernel.run(inputs.data(), outputs.data(), sizes.data(), default_parameters(kernel).data()), ACTN_OK);
    std::vector<std::vector<unsigned char>> results;
    for (int i = 0; i < kernel.output_count; ++i) {
        const auto *begin = static_cast<const unsigned char *>(outputs[static_cast<size_t>(i)]);
        results.emplace_back(begin, begin + bytes_of_array(kernel, kernel.outputs[i], sizes));
    }
    return results;
}

/// Sizes of arrays that are long enough to stream and to be shared.
inline std::vector<Sizes> long_shapes(const kernel_entry &kernel) {
    const size_t rows = (size_t{1} << 16) / bytes_of_element(kernel) / channels + 32;
    if (kernel.pattern == KERNEL_CHANNELWISE) return {{1, channels, rows}, {rows, channels * 2, 1}, {5, 1, rows * 4}};
    return {{channels * rows + 5, 1, 1}};
}

}  // namespace actinide::kernels
