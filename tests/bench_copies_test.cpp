// links: actinide_bench actinide_compiler
// The copies that kernels are measured against really read all of their inputs and write all of their outputs, and no
// byte beyond.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>

#include "tools/bench/copy_limit.h"

namespace actinide {
namespace {

constexpr size_t longest = 1100;
using Array = std::array<uint8_t, longest>;

void expect_or_of_all(CopyStreams copy, size_t inputs, size_t outputs, size_t bytes) {
    alignas(64) std::array<Array, 5> from{};
    struct alignas(64) Aligned {
        Array bytes{};
    };
    std::array<Aligned, 3> to{};
    std::array<const void *, 5> sources{};
    std::array<void *, 3> places{};
    for (size_t stream = 0; stream < inputs; ++stream) {
        for (size_t i = 0; i < longest; ++i) from[stream][i] = static_cast<uint8_t>((i * 37 + 1) & (3U << stream));
        sources[stream] = from[stream].data();
    }
    for (size_t stream = 0; stream < outputs; ++stream) places[stream] = to[stream].bytes.data();
    copy(sources.data(), places.data(), bytes);
    for (size_t stream = 0; stream < outputs; ++stream) {
        for (size_t i = 0; i < longest; ++i) {
            uint8_t expected = 0;
            for (size_t input = 0; input < inputs && i < bytes; ++input) expected |= from[input][i];
            ASSERT_EQ(to[stream].bytes[i], expected)
                << inputs << " inputs, " << outputs << " outputs, byte " << i << " of " << bytes;
        }
    }
}

TEST(Copies, WriteTheOrOfAllInputsIntoEveryOutput) {
    for (size_t inputs = 1; inputs <= 5; ++inputs) {
        for (size_t outputs = 1; outputs <= 3; ++outputs) {
            const Copies copies = copies_of(inputs, outputs);
            ASSERT_NE(copies.plain, nullptr);
            for (const size_t bytes : {0, 2, 14, 16, 30, 32, 62, 64, 66, 126, 256, 1000, 1022}) {
                expect_or_of_all(copies.plain, inputs, outputs, bytes);
                expect_or_of_all(copies.streaming, inputs, outputs, bytes);
            }
        }
    }
}

TEST(Copies, AreNoneForMoreStreams) {
    EXPECT_EQ(copies_of(6, 1).plain, nullptr);
    EXPECT_EQ(copies_of(1, 4).streaming, nullptr);
    EXPECT_EQ(copies_of(0, 1).plain, nullptr);
}

}  // namespace
}  // namespace actinide
