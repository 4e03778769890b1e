// Numbers of any of the four types as their bits, so that no arithmetic of a test depends on the floating-point
// environment it is about. C++20 alone, because it is also cross-compiled.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "tools/verify/bit_comparison.h"

namespace actinide::kernels {

/// One number.
struct FloatBits {
    BitFormat format;
    uint64_t bits;

    uint64_t sign() const { return bits & uint64_t{1} << (8 * format.bytes - 1); }
    uint64_t magnitude() const { return bits ^ sign(); }
    uint64_t least_normal() const { return uint64_t{1} << format.significand_bits; }

    bool is_nan() const { return magnitude() > format.infinity; }
    bool is_infinite() const { return magnitude() == format.infinity; }
    bool is_zero() const { return magnitude() == 0; }
    bool is_subnormal() const { return magnitude() < least_normal() && !is_zero(); }

    /// Of a finite number.
    double value() const {
        const uint64_t exponent = std::max(magnitude() >> format.significand_bits, uint64_t{1});
        const uint64_t fraction = magnitude() % least_normal();
        const uint64_t significand = magnitude() < least_normal() ? fraction : fraction + least_normal();
        const auto scale = static_cast<int>(exponent) - static_cast<int>(format.one >> format.significand_bits) -
                           static_cast<int>(format.significand_bits);
        const double size = std::ldexp(static_cast<double>(significand), scale);
        return sign() != 0 ? -size : size;
    }
};

/// Numbers of the type between the two, through zero if their signs differ.
inline uint64_t steps_between(const FloatBits &a, const FloatBits &b) {
    if (a.sign() != b.sign()) return a.magnitude() + b.magnitude();
    return std::max(a.magnitude(), b.magnitude()) - std::min(a.magnitude(), b.magnitude());
}

class FloatArray {
public:
    FloatArray(const BitFormat &format, size_t count) : format_(format), bytes_(format.bytes * count) {}

    size_t size() const { return bytes_.size() / format_.bytes; }
    const BitFormat &format() const { return format_; }
    const void *data() const { return bytes_.data(); }
    void *data() { return bytes_.data(); }

    FloatBits operator[](size_t i) const {
        FloatBits number{format_, 0};
        std::memcpy(&number.bits, bytes_.data() + i * format_.bytes, format_.bytes);
        return number;
    }
    bool has_bits_of(const FloatArray &other) const { return bytes_ == other.bytes_; }
    void set(size_t i, uint64_t bits) { std::memcpy(bytes_.data() + i * format_.bytes, &bits, format_.bytes); }

private:
    BitFormat format_;
    std::vector<char> bytes_;
};

}  // namespace actinide::kernels
