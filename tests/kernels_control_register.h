// The register that says how floats are rounded and whether subnormals are flushed, and everything a caller may have
// set in it. C++20 alone, because it is also cross-compiled.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#if defined __x86_64__
#include <immintrin.h>
#endif

namespace actinide::kernels {

#if defined __x86_64__
using Control = uint32_t;  // MXCSR
constexpr std::array<Control, 4> roundings = {0, 0x2000, 0x4000, 0x6000};
constexpr std::array<const char *, 4> rounding_names = {"to nearest", "down", "up", "towards zero"};
constexpr std::array<Control, 4> flushes = {0, 0x8000, 0x40, 0x8040};
constexpr std::array<const char *, 4> flush_names = {"", ", FTZ", ", DAZ", ", FTZ and DAZ"};
inline Control read_control() {
    return _mm_getcsr() & 0xffc0U;  // The lowest six bits say which exceptions there have been.
}
inline void write_control(Control value) {
    _mm_setcsr(value);
}
#else
using Control = uint64_t;  // FPCR
constexpr std::array<Control, 4> roundings = {0, 0x400000, 0x800000, 0xc00000};
constexpr std::array<const char *, 4> rounding_names = {"to nearest", "up", "down", "towards zero"};
constexpr std::array<Control, 2> flushes = {0, 0x1000000};
constexpr std::array<const char *, 2> flush_names = {"", ", FZ"};
inline Control read_control() {
    Control value = 0;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    return value;
}
inline void write_control(Control value) {
    __asm__ volatile("msr fpcr, %0" : : "r"(value));
}
#endif

struct Environment {
    std::string name;
    Control bits;  ///< set beside those that a program starts with: rounding to nearest, nothing flushed
    bool rounds_to_nearest;
    bool flushes_subnormals;
};

inline std::vector<Environment> all_environments() {
    std::vector<Environment> all;
    for (size_t rounding = 0; rounding < roundings.size(); ++rounding) {
        for (size_t flush = 0; flush < flushes.size(); ++flush) {
            const std::string name = std::string("rounding ") + rounding_names[rounding] + flush_names[flush];
            all.push_back({name, roundings[rounding] | flushes[flush], rounding == 0, flush != 0});
        }
    }
    return all;
}

}  // namespace actinide::kernels
