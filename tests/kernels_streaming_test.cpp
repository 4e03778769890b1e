// links: actinide_formula actinide_schedules kernels_table kernels_small_table kernels_double_table
// Results that are stored past the cache have the bits of those that are not, wherever the arrays lie.
#include <gtest/gtest.h>

#include "tests/kernels_bytes.h"

namespace actinide::kernels {
namespace {

/// Streams everything that may be, or nothing.
class Streaming {
public:
    explicit Streaming(bool everything) { actn_set_streaming_bytes(everything ? 1 : SIZE_MAX); }
    ~Streaming() { actn_set_streaming_bytes(0); }
    Streaming(const Streaming &) = delete;
    Streaming &operator=(const Streaming &) = delete;
};

std::vector<std::vector<unsigned char>> streamed_outputs_of(const kernel_entry &kernel, const Sizes &sizes,
                                                            size_t offset, bool streams) {
    const Streaming streaming(streams);
    return outputs_of(kernel, sizes, offset);
}

void expect_same_bits(const kernel_entry *table, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        const kernel_entry &kernel = table[i];
        const size_t element = bytes_of_element(kernel);
        for (const Sizes &sizes : long_shapes(kernel)) {
            for (const size_t offset : {size_t{0}, element, line - element}) {
                EXPECT_EQ(streamed_outputs_of(kernel, sizes, offset, true),
                          streamed_outputs_of(kernel, sizes, offset, false))
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
