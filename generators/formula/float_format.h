// The floating-point formats that results are rounded to.
#pragma once

namespace actinide {

/// As std::numeric_limits describes them: values are below 2^max_exponent, normal ones at least 2^(min_exponent - 1).
struct FloatFormat {
    int digits;
    int min_exponent;
    int max_exponent;

    /// The exponent of the smallest subnormal.
    constexpr int lowest_place() const { return min_exponent - digits; }
};

constexpr FloatFormat float32_format{24, -125, 128};
constexpr FloatFormat float64_format{53, -1021, 1024};
constexpr FloatFormat float16_format{11, -13, 16};
constexpr FloatFormat bfloat16_format{8, -125, 128};

}  // namespace actinide
