// links: actinide_runtime_native
// The fused multiply-add of machines without one, against the one of this machine or of its C library.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

extern "C" {
#include "runtime/fma.h"
}

namespace actinide::runtime_tests {
namespace {

/// NaN is one, whatever its bits.
uint64_t bits_of(double value) {
    return std::isnan(value) ? ~uint64_t{0} : std::bit_cast<uint64_t>(value);
}

testing::AssertionResult agrees(double a, double b, double c) {
    const double ours = actinide_fma(a, b, c);
    const double exact = std::fma(a, b, c);
    if (bits_of(ours) == bits_of(exact)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << std::hexfloat << "fma(" << a << ", " << b << ", " << c << ") is " << ours
                                       << ", not " << exact;
}

TEST(Fma, IsRightForEveryTripleOfNumbersAtTheEdges) {
    using Limits = std::numeric_limits<double>;
    std::vector<double> numbers = {0,
                                   Limits::denorm_min(),
                                   3 * Limits::denorm_min(),
                                   Limits::min() - Limits::denorm_min(),
                                   Limits::min(),
                                   Limits::min() + Limits::denorm_min(),
                                   0x1p-537,
                                   0x1.8p-538,
                                   0x1p-53,
                                   0x1.0000000000001p-53,
                                   0.5,
                                   1 - Limits::epsilon() / 2,
                                   1,
                                   1 + Limits::epsilon(),
                                   1.5,
                                   0x1.fffffffffffffp52,
                                   0x1p53,
                                   0x1p54,
                                   0x1p511,
                                   0x1p512,
                                   Limits::max() / 2,
                                   Limits::max(),
                                   Limits::infinity(),
                                   Limits::quiet_NaN()};
    const size_t positive = numbers.size();
    for (size_t i = 0; i < positive; ++i) numbers.push_back(-numbers[i]);
    for (const double a : numbers) {
        for (const double b : numbers) {
            for (const double c : numbers) ASSERT_TRUE(agrees(a, b, c));
        }
    }
}

class RandomFma : public testing::Test {
protected:
    std::mt19937_64 random_{1};

    double number(int lowest, int highest) {
        const int exponent = std::uniform_int_distribution<int>(lowest, highest)(random_);
        // Few bits make exact sums and ties.
        const uint64_t significand = (random_() >> 11U) & ~((uint64_t{1} << random_() % 53) - 1);
        const double size = std::ldexp(static_cast<double>(significand | uint64_t{1} << 52U), exponent - 52);
        return random_() % 2 == 0 ? size : -size;
    }
    static constexpr int count = 2'000'000;
};

TEST_F(RandomFma, IsRightForNumbersOfAllSizes) {
    for (int i = 0; i < count; ++i) {
        ASSERT_TRUE(agrees(number(-1074, 1023), number(-1074, 1023), number(-1074, 1023)));
    }
}

TEST_F(RandomFma, IsRightWhereProductAndAddendMeet) {
    for (int i = 0; i < count; ++i) {
        const double a = number(-500, 500), b = number(-500, 500);
        const int near = std::ilogb(a) + std::ilogb(b);
        ASSERT_TRUE(agrees(a, b, number(near - 110, near + 110)));
        ASSERT_TRUE(agrees(a, b, -a * b));
    }
}

TEST_F(RandomFma, IsRightWhereResultsAreSubnormalOrTooLarge) {
    for (int i = 0; i < count; ++i) {
        const int size = static_cast<int>(random_() % 500);
        const double a = number(-size - 3, -size + 3);
        ASSERT_TRUE(agrees(a, number(size - 1078, size - 1010), number(-1074, -1010)));
        ASSERT_TRUE(agrees(1 / a, number(1018 - size, 1023 - size), number(900, 1023)));
    }
}

}  // namespace
}  // namespace actinide::runtime_tests
