// links: actinide_formula
// The 16-bit conversions on every input there is, against arithmetic in double that shares nothing with them.
#include <Halide.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <future>
#include <limits>
#include <string>
#include <vector>

#include "generators/math/conversions.h"

namespace actinide {
namespace {

using Convert = Halide::Expr (*)(const Halide::Expr &);

/// The bits of the nearest number of a 16-bit type with so many bits behind the point; NaN is any of its NaN.
template <int fraction_bits>
uint16_t nearest(uint32_t bits) {
    constexpr int least_exponent = fraction_bits == 10 ? -14 : -126;
    constexpr uint32_t infinity = fraction_bits == 10 ? 0x7c00 : 0x7f80;
    const uint32_t sign = bits >> 31 << 15;
    const uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return static_cast<uint16_t>(sign | infinity | 1);
    if (magnitude == 0x7f800000) return static_cast<uint16_t>(sign | infinity);
    const int exponent = std::max(static_cast<int>(magnitude >> 23) - 127, least_exponent);
    // The spacing of the numbers there is 2^(exponent - fraction_bits); a power of 2 divides without rounding.
    const auto inverse_spacing = std::bit_cast<double>(static_cast<uint64_t>(1023 + fraction_bits - exponent) << 52);
    // Adding 1.5 * 2^52 rounds to the nearest integer, ties to even.
    const double shifted = static_cast<double>(std::bit_cast<float>(magnitude)) * inverse_spacing + 0x1.8p52;
    const auto places = static_cast<uint32_t>(std::bit_cast<uint64_t>(shifted));
    const uint32_t result = (static_cast<uint32_t>(exponent - least_exponent) << fraction_bits) + places;
    return static_cast<uint16_t>(sign | std::min(result, infinity));
}

template <int fraction_bits>
bool is_nan(uint16_t bits) {
    return (bits & 0x7fff) > (fraction_bits == 10 ? 0x7c00 : 0x7f80);
}

/// What CPUs of two levels compute; the last is this machine's best.
std::vector<Halide::Target> levels() {
    return {Halide::Target("x86-64-linux-sse41-avx-f16c-fma-avx2-strict_float"),
            Halide::get_host_target().with_feature(Halide::Target::StrictFloat)};
}

constexpr uint32_t part_inputs = uint32_t{1} << 22;

/// The first input in parts first, first + step, … whose result is wrong; empty if there is none.
template <int fraction_bits>
std::string first_wrong(Convert convert, const Halide::Target &target, uint32_t first, uint32_t step) {
    const Halide::Var i;
    Halide::Param<uint32_t> base;
    Halide::Func output;
    output(i) = convert(Halide::reinterpret<float>(Halide::cast<uint32_t>(i) + base));
    output.vectorize(i, 16);
    output.compile_jit(target);
    Halide::Buffer<uint16_t> results(static_cast<int>(part_inputs));
    for (uint64_t part = first; part < (uint64_t{1} << 32) / part_inputs; part += step) {
        const auto begin = static_cast<uint32_t>(part * part_inputs);
        base.set(begin);
        output.realize(results, target);
        for (uint32_t offset = 0; offset < part_inputs; ++offset) {
            const uint16_t ours = results.data()[offset];
            const uint16_t expected = nearest<fraction_bits>(begin + offset);
            if (ours == expected || (is_nan<fraction_bits>(ours) && is_nan<fraction_bits>(expected))) continue;
            char text[100];
            std::snprintf(text, sizeof text, "%08x becomes %04x instead of %04x", begin + offset, ours, expected);
            return text;
        }
    }
    return "";
}

template <int fraction_bits>
void expect_all_right(Convert convert) {
    for (const Halide::Target &target : levels()) {
        auto odd_parts =
            std::async(std::launch::async, [&] { return first_wrong<fraction_bits>(convert, target, 1, 2); });
        EXPECT_EQ(first_wrong<fraction_bits>(convert, target, 0, 2), "") << target.to_string();
        EXPECT_EQ(odd_parts.get(), "") << target.to_string();
    }
}

TEST(ToFloat16, RoundsEveryFloatToTheNearestEven) {
    expect_all_right<10>(math::to_float16);
}

TEST(ToBfloat16, RoundsEveryFloatToTheNearestEven) {
    expect_all_right<7>(math::to_bfloat16);
}

/// The number that these bits of a 16-bit type stand for.
template <int fraction_bits>
double number_of(uint32_t bits) {
    constexpr int bias = fraction_bits == 10 ? 15 : 127;
    const int exponent = static_cast<int>((bits & 0x7fff) >> fraction_bits);
    const auto fraction = static_cast<int>(bits & ((1u << fraction_bits) - 1));
    const int whole = exponent == 0 ? fraction : fraction + (1 << fraction_bits);
    const bool is_infinite = exponent == 2 * bias + 1;
    const double magnitude = is_infinite ? std::numeric_limits<double>::infinity()
                                         : std::ldexp(whole, std::max(exponent, 1) - bias - fraction_bits);
    return bits < 0x8000 ? magnitude : -magnitude;
}

template <int fraction_bits>
void expect_exact(Convert convert) {
    for (const Halide::Target &target : levels()) {
        const Halide::Var i;
        Halide::Func output;
        output(i) = convert(Halide::cast<uint16_t>(i));
        output.vectorize(i, 16);
        const Halide::Buffer<float> results = output.realize({1 << 16}, target);
        for (uint32_t bits = 0; bits < 1 << 16; ++bits) {
            const float value = results(static_cast<int>(bits));
            if (is_nan<fraction_bits>(static_cast<uint16_t>(bits))) {
                ASSERT_TRUE(std::isnan(value)) << bits;
                continue;
            }
            const auto expected = static_cast<float>(number_of<fraction_bits>(bits));
            ASSERT_EQ(std::bit_cast<uint32_t>(value), std::bit_cast<uint32_t>(expected)) << bits << ": " << value;
        }
    }
}

TEST(FromFloat16, IsExactForEveryHalf) {
    expect_exact<10>(math::from_float16);
}

TEST(FromBfloat16, IsExactForEveryBfloat16) {
    expect_exact<7>(math::from_bfloat16);
}

}  // namespace
}  // namespace actinide
