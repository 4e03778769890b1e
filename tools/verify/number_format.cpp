#include "tools/verify/number_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace actinide {
namespace {

double float16_number(uint64_t bits) {
    constexpr int significand_bits = float16_format.digits - 1;
    constexpr uint64_t highest_exponent = 0x1f;
    const uint64_t significand = bits & ((1U << significand_bits) - 1);
    const uint64_t exponent = bits >> significand_bits & highest_exponent;
    const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
    if (exponent == highest_exponent) {
        return significand != 0 ? std::numeric_limits<double>::quiet_NaN()
                                : sign * std::numeric_limits<double>::infinity();
    }
    const int place = float16_format.lowest_place() + (exponent == 0 ? 0 : static_cast<int>(exponent) - 1);
    const uint64_t whole = exponent == 0 ? significand : significand | 1U << significand_bits;
    return sign * std::ldexp(static_cast<double>(whole), place);
}

template <typename Word>
Word word_at(const void *elements, size_t index) {
    Word word;
    std::memcpy(&word, static_cast<const char *>(elements) + index * sizeof word, sizeof word);
    return word;
}

template <typename Word>
void store_word(void *elements, size_t index, Word word) {
    std::memcpy(static_cast<char *>(elements) + index * sizeof word, &word, sizeof word);
}

}  // namespace

uint64_t count_of_inputs(DType dtype) {
    return dtype == DType::f64 ? 0 : uint64_t{1} << 8 * bytes_per_element(dtype);
}

uint64_t bits_at(DType dtype, const void *elements, size_t index) {
    switch (bytes_per_element(dtype)) {
        case 2:
            return word_at<uint16_t>(elements, index);
        case 4:
            return word_at<uint32_t>(elements, index);
        default:
            return word_at<uint64_t>(elements, index);
    }
}

void store_bits(DType dtype, void *elements, size_t index, uint64_t bits) {
    switch (bytes_per_element(dtype)) {
        case 2:
            return store_word(elements, index, static_cast<uint16_t>(bits));
        case 4:
            return store_word(elements, index, static_cast<uint32_t>(bits));
        default:
            return store_word(elements, index, bits);
    }
}

double decoded(DType dtype, uint64_t bits) {
    switch (dtype) {
        case DType::f32:
            return std::bit_cast<float>(static_cast<uint32_t>(bits));
        case DType::f16:
            return float16_number(bits);
        case DType::bf16:
            return std::bit_cast<float>(static_cast<uint32_t>(bits << 16));
        case DType::f64:
            return std::bit_cast<double>(bits);
        case DType::s8:
            return static_cast<int8_t>(bits);
        case DType::u8:
            return static_cast<double>(bits);
    }
    return 0;
}

void decode(DType dtype, const void *elements, std::span<double> numbers) {
    if (dtype == DType::f32) {
        for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = word_at<float>(elements, i);
        return;
    }
    for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = decoded(dtype, bits_at(dtype, elements, i));
}

uint64_t encoded(DType dtype, double number) {
    if (dtype == DType::f64) return std::bit_cast<uint64_t>(number);
    if (dtype == DType::f32) return std::bit_cast<uint32_t>(static_cast<float>(number));
    const FloatFormat format = format_of(dtype);
    const uint64_t infinity = dtype == DType::f16 ? 0x7c00 : 0x7f80;
    const uint64_t sign = std::signbit(number) ? 0x8000 : 0;
    if (std::isnan(number)) return sign | infinity | infinity >> 1;
    const double size = std::fabs(number);
    if (size == 0) return sign;
    const int place = std::max(std::ilogb(size) + 1 - format.digits, format.lowest_place());
    const double whole = std::nearbyint(std::ldexp(size, -place));
    if (std::isinf(size) || std::ldexp(whole, place) >= std::ldexp(1.0, format.max_exponent)) return sign | infinity;
    // The significand's top bit carries into the exponent by itself.
    return sign + static_cast<uint64_t>(whole) +
           (static_cast<uint64_t>(place - format.lowest_place()) << static_cast<unsigned>(format.digits - 1));
}

std::string in_hexadecimal(DType dtype, uint64_t bits) {
    return fmt::format("{:0{}x}", bits, 2 * bytes_per_element(dtype));
}

std::string digest_text(uint64_t digest) {
    return fmt::format("{:016x}", digest);
}

}  // namespace actinide
