// Numbers that kernels are tried with, the same on every machine and in every standard library. C++17 alone, because
// the cross-compiled digest uses it.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace actinide::kernels {

inline uint32_t bits_of(float value) {
    uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}
inline float float_of(uint32_t bits) {
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}
/// A NaN's sign and payload are free, so all are one.
inline uint32_t canonical_bits(float value) {
    return std::isnan(value) ? 0x7fc00000u : bits_of(value);
}

/// SplitMix64.
class Numbers {
public:
    explicit Numbers(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        state_ += 0x9e3779b97f4a7c15u;
        uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
        return mixed ^ (mixed >> 31);
    }
    /// Below `limit`.
    uint32_t below(uint32_t limit) { return static_cast<uint32_t>((next() >> 32) * limit >> 32); }
    float between(float low, float high) { return low + (high - low) * (static_cast<float>(next() >> 40) * 0x1p-24f); }
    /// Either sign, any significand, an exponent between the two: 2^low <= |value| < 2^(high + 1).
    float of_exponent(int low, int high) {
        const uint64_t random = next();
        const auto exponent = static_cast<uint32_t>(127 + low) +
                              static_cast<uint32_t>((random >> 32) % static_cast<uint64_t>(high - low + 1));
        return float_of(static_cast<uint32_t>(random & 0x807fffffu) | exponent << 23);
    }
    /// Half of them over all normal magnitudes, half where activations bend.
    float any_magnitude() { return next() % 2 == 0 ? of_exponent(-126, 127) : of_exponent(-12, 7); }

private:
    uint64_t state_;
};

/// Both signs of zeros, subnormals, powers of two and their neighbours, the largest, infinities, and NaN of any kind.
inline std::vector<float> special_values() {
    std::vector<float> values;
    for (const uint32_t bits :
         {0x00000000u, 0x00000001u, 0x00000002u, 0x00000003u, 0x00400000u, 0x007fffffu, 0x00800000u,
          0x00800001u, 0x00ffffffu, 0x01000000u, 0x33800000u, 0x34000000u, 0x3f7fffffu, 0x3f800000u,
          0x3f800001u, 0x3f000000u, 0x40000000u, 0x42b00000u, 0x42b17218u, 0x42cff1b4u, 0x4b7fffffu,
          0x4b800000u, 0x7f000000u, 0x7f7fffffu, 0x7f800000u, 0x7f800001u, 0x7fc00000u, 0x7fffffffu}) {
        values.push_back(float_of(bits));
        values.push_back(float_of(bits | 0x80000000u));
    }
    return values;
}

}  // namespace actinide::kernels
