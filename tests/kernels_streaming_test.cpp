// links: actinide_formula actinide_schedules kernels_table kernels_small_table kernels_double_table
// Results that are stored past the cache have the bits of those that are not, wherever the arrays lie.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <new>

#include "tests/kernels_cases.h"

namespace actinide::kernels {
namespace {

constexpr size_t line = 64;
constexpr size_t channels = 16;

/// Streams everything that may be, or nothing.
class Streaming {
public:
    explicit Streaming(bool everything) { actn_set_streaming_bytes(everything ? 1 : SIZE_MAX); }
    ~Streaming() { actn_set_streaming_bytes(0); }
    Streaming(const Streaming &) = delete;
    Streaming &operator=(const Streaming &) = delete;
};

size_t bytes_of_element(const kernel_entry &kernel) {
    const std::string dtype = kernel.dtype;
    return dtype == "f64" ? 8 : dtype == "f32" ? 4 : 2;
}

struct FreeLines {
    void operator()(unsigned char *bytes) const { ::operator delete[](bytes, std::align_val_t{line}); }
};
using Lines = std::unique_ptr<unsigned char[], FreeLines>;

Lines lines_of(size_t bytes) {
    return Lines(new (std::align_val_t{line}) unsigned char[bytes + 2 * line]());
}

/// All kinds of bits, but in every eighth place a number of usual size.
void fill(unsigned char *bytes, size_t count, const kernel_entry &kernel, uint64_t seed) {
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
size_t bytes_of_array(const kernel_entry &kernel, const kernel_array &array, const Sizes &sizes) {
    const size_t element = bytes_of_element(kernel);
    return length_of(kernel, array, sizes) * (array.is_per_channel != 0 ? std::max<size_t>(element, 4) : element);
}

/// The bytes of all outputs. Arrays with a number per element begin `offset` bytes behind a line.
std::vector<std::vector<unsigned char>> outputs_of(const kernel_entry &kernel, const Sizes &sizes, size_t offset,
                                                   bool streams) {
    const Streaming streaming(streams);
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

void expect_same_bits(const kernel_entry *table, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        const kernel_entry &kernel = table[i];
        const size_t element = bytes_of_element(kernel);
        const size_t rows = (size_t{1} << 16) / element / channels + 32;
        std::vector<Sizes> shapes = {{channels * rows + 5, 1, 1}};
        if (kernel.pattern == KERNEL_CHANNELWISE)
            shapes = {{1, channels, rows}, {rows, channels * 2, 1}, {5, 1, rows * 4}};
        for (const Sizes &sizes : shapes) {
            for (const size_t offset : {size_t{0}, element, line - element}) {
                EXPECT_EQ(outputs_of(kernel, sizes, offset, true), outputs_of(kernel, sizes, offset, false))
                    << kernel.symbol << ", " << offset << " bytes behind a line, " << sizes[0] << " x " << sizes[1]
                    << " x " << sizes[2];
            }
        }
    }
}

class Streamed : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Levels, Streamed, testing::ValuesIn(machine_levels()), [](const auto &info) {
    std::string name = info.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

TEST_P(Streamed, ResultsHaveTheBitsOfOthersInEveryType) {
    const LevelInUse level(GetParam());
    expect_same_bits(kernel_table, kernel_count);
    expect_same_bits(kernel_small_table, kernel_small_count);
    expect_same_bits(kernel_double_table, kernel_double_count);
}

}  // namespace
}  // namespace actinide::kernels
