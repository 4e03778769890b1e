// Compiled once for AVX2 and once for AVX-512, as a compiler's flags decide what a vector is.
#include <immintrin.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "tools/bench/copy_limit.h"

namespace actinide {
namespace {

#ifdef __AVX512F__
using Vector = __m512i;

Vector load(const char *from) {
    return _mm512_loadu_si512(from);
}

Vector either(Vector a, Vector b) {
    return _mm512_or_si512(a, b);
}

template <bool streaming>
void store(char *to, Vector vector) {
    if constexpr (streaming) {
        _mm512_stream_si512(reinterpret_cast<__m512i *>(to), vector);
    } else {
        _mm512_storeu_si512(to, vector);
    }
}
#else
using Vector = __m256i;

Vector load(const char *from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(from));
}

Vector either(Vector a, Vector b) {
    return _mm256_or_si256(a, b);
}

template <bool streaming>
void store(char *to, Vector vector) {
    if constexpr (streaming) {
        _mm256_stream_si256(reinterpret_cast<__m256i *>(to), vector);
    } else {
        _mm256_storeu_si256(reinterpret_cast<__m256i *>(to), vector);
    }
}
#endif

/// The compiler must not see that this is memcpy, which chooses its stores by itself.
template <class Part>
void hide(Part &vector) {
    __asm__ volatile("" : "+v"(vector));
}

template <class Part>
    requires std::is_integral_v<Part>
void hide(Part &word) {
    __asm__ volatile("" : "+r"(word));
}

/// What is left at the end, in parts of one width; returns where the next ones begin.
template <class Part, size_t input_count, size_t output_count>
size_t copy_parts(const std::array<const char *, input_count> &from, const std::array<char *, output_count> &to,
                  size_t at, size_t bytes) {
    for (; at + sizeof(Part) <= bytes; at += sizeof(Part)) {
        Part all{};
        for (const char *input : from) {
            Part one{};
            std::memcpy(&one, input + at, sizeof one);
            all |= one;
        }
        hide(all);
        for (char *output : to) std::memcpy(output + at, &all, sizeof all);
    }
    return at;
}

template <size_t input_count, size_t output_count, bool streaming>
void copy(const void *const *inputs, void *const *outputs, size_t bytes) {
    std::array<const char *, input_count> from{};
    std::array<char *, output_count> to{};
    for (size_t i = 0; i < input_count; ++i) from[i] = static_cast<const char *>(inputs[i]);
    for (size_t i = 0; i < output_count; ++i) to[i] = static_cast<char *>(outputs[i]);

    size_t at = 0;
#pragma clang loop unroll_count(4)
    for (; at + sizeof(Vector) <= bytes; at += sizeof(Vector)) {
        Vector vector = load(from[0] + at);
        for (size_t i = 1; i < input_count; ++i) vector = either(vector, load(from[i] + at));
        hide(vector);
        for (char *output : to) store<streaming>(output + at, vector);
    }
#ifdef __AVX512F__
    at = copy_parts<__m256i>(from, to, at, bytes);
#endif
    at = copy_parts<__m128i>(from, to, at, bytes);
    at = copy_parts<uint64_t>(from, to, at, bytes);
    copy_parts<uint16_t>(from, to, at, bytes);
    if constexpr (streaming) _mm_sfence();
}

constexpr size_t most_inputs = 5;
constexpr size_t most_outputs = 3;

/// Every number of streams, the outputs' counting fastest.
template <size_t... index>
constexpr std::array<Copies, sizeof...(index)> all_copies(std::index_sequence<index...> /*count*/) {
    return {Copies{copy<index / most_outputs + 1, index % most_outputs + 1, false>,
                   copy<index / most_outputs + 1, index % most_outputs + 1, true>}...};
}

Copies find_copies(size_t inputs, size_t outputs) {
    static constexpr auto all = all_copies(std::make_index_sequence<most_inputs * most_outputs>());
    const bool is_known = inputs >= 1 && inputs <= most_inputs && outputs >= 1 && outputs <= most_outputs;
    return is_known ? all[(inputs - 1) * most_outputs + outputs - 1] : Copies{};
}

}  // namespace

#ifdef __AVX512F__
Copies copies_of_avx512(size_t inputs, size_t outputs) {
    return find_copies(inputs, outputs);
}
#else
Copies copies_of_avx2(size_t inputs, size_t outputs) {
    return find_copies(inputs, outputs);
}
#endif

}  // namespace actinide
