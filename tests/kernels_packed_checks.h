// Kernels over masks and pairs compared with those over plain arrays, bit for bit, at every length up to a few blocks
// and at a place that no vector is aligned to. C++17, because a cross-compiled program asks too.
#pragma once

#include <actinide_kernels/kernels.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace actinide::kernels {

constexpr size_t longest = 101;
constexpr size_t displaced = 1;  // elements from the vectors' alignment

inline int failures = 0;

inline void expect(bool holds, const std::string &kernel, size_t n, const char *what) {
    if (holds) return;
    if (++failures < 10) std::cout << kernel << " at n = " << n << ": " << what << "\n";
}

/// Ordinary numbers, and every 5th of any bits, infinities and NaN too.
template <typename Bits>
std::vector<Bits> random_bits(size_t n, unsigned seed) {
    std::mt19937_64 random(seed);
    std::vector<Bits> values(n);
    for (size_t i = 0; i < n; ++i) {
        const uint64_t any = random();
        values[i] = static_cast<Bits>(any >> (64 - 8 * sizeof(Bits)));
        // With the exponent's second bit from the top alone, or all below it, numbers are near 1.
        constexpr unsigned width = 8 * sizeof(Bits);
        constexpr Bits exponent_top = static_cast<Bits>(Bits{3} << (width - 3));
        if (i % 5 != 0) {
            values[i] = static_cast<Bits>(values[i] & static_cast<Bits>(~exponent_top));
            values[i] = static_cast<Bits>(values[i] | static_cast<Bits>(Bits{1} << (width - 3)));
        }
    }
    return values;
}

template <typename Bits>
bool are_same(const std::vector<Bits> &a, const std::vector<Bits> &b) {
    return std::memcmp(a.data(), b.data(), a.size() * sizeof(Bits)) == 0;
}

/// Bits of +inf in the type that Number stands for.
template <typename Number>
constexpr uint64_t infinity_of() {
    if (std::is_same_v<Number, float>) return 0x7f800000;
    if (std::is_same_v<Number, double>) return 0x7ff0000000000000;
    return std::is_same_v<Number, actn_f16> ? 0x7c00 : 0x7f80;
}

/// The same bits but in NaNs, whose sign and payload are free.
template <typename Number, typename Bits>
bool are_same_numbers(const std::vector<Bits> &a, const std::vector<Bits> &b) {
    const auto is_nan = [](Bits bits) {
        const auto magnitude = static_cast<Bits>(bits & static_cast<Bits>(static_cast<Bits>(~Bits{0}) >> 1U));
        return magnitude > infinity_of<Number>();
    };
    for (size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i] && !(is_nan(a[i]) && is_nan(b[i]))) return false;
    }
    return true;
}

template <typename Bits, typename Number>
Number *numbers(std::vector<Bits> &bits) {
    return reinterpret_cast<Number *>(bits.data() + displaced);
}
template <typename Bits, typename Number>
const Number *numbers(const std::vector<Bits> &bits) {
    return reinterpret_cast<const Number *>(bits.data() + displaced);
}

template <typename Bits, typename Number>
struct MaskedKernels {
    std::string name;
    std::function<int(const Number *, Number *, size_t)> forward;
    std::function<int(const Number *, Number *, uint8_t *, size_t, size_t)> forward_mask;
    std::function<int(const Number *, const Number *, Number *, size_t)> backward;
    std::function<int(const uint8_t *, const Number *, Number *, size_t, size_t)> backward_from_mask;
};

template <typename Bits, typename Number>
void check(const MaskedKernels<Bits, Number> &kernels) {
    for (size_t n = 0; n <= longest; ++n) {
        const std::vector<Bits> x = random_bits<Bits>(n + displaced, 1);
        const std::vector<Bits> dy = random_bits<Bits>(n + displaced, 2);
        std::vector<Bits> y(x.size()), dx(x.size()), in_place = x, gradient = dy;
        y[0] = x[0];
        dx[0] = dy[0];
        const size_t bytes = (n + 7) / 8;
        std::vector<uint8_t> mask(bytes + 1, 0xa5);
        bool ok = kernels.forward(numbers<Bits, Number>(x), numbers<Bits, Number>(y), n) == 0;
        ok = ok &&
             kernels.backward(numbers<Bits, Number>(x), numbers<Bits, Number>(dy), numbers<Bits, Number>(dx), n) == 0;
        auto *const both = numbers<Bits, Number>(in_place);
        ok = ok && kernels.forward_mask(both, both, mask.data(), n, bytes) == 0;
        auto *const over = numbers<Bits, Number>(gradient);
        ok = ok && kernels.backward_from_mask(mask.data(), over, over, n, bytes) == 0;
        expect(ok, kernels.name, n, "a status other than 0");
        expect(are_same_numbers<Number>(in_place, y), kernels.name, n, "another y than the plain kernel's");
        expect(are_same_numbers<Number>(gradient, dx), kernels.name, n, "another dx than the plain kernel's");
        expect(mask[bytes] == 0xa5, kernels.name, n, "a byte behind the mask was written");
        if (n % 8 != 0) expect(mask[bytes - 1] >> (n % 8) == 0, kernels.name, n, "a bit behind the last is set");
    }
}

template <typename Bits, typename Number>
struct PairedKernels {
    std::string name;
    std::function<int(const Number *, const Number *, Number *, size_t)> forward;
    std::function<int(const Number *, Number *, size_t)> forward_pairs;
    std::function<int(const Number *, const Number *, const Number *, Number *, Number *, size_t)> backward;
    std::function<int(const Number *, const Number *, Number *, size_t)> backward_pairs;
};

template <typename Bits, typename Number>
void check(const PairedKernels<Bits, Number> &kernels) {
    for (size_t n = 0; n <= longest; ++n) {
        const std::vector<Bits> first = random_bits<Bits>(n + displaced, 3);
        const std::vector<Bits> second = random_bits<Bits>(n + displaced, 4);
        const std::vector<Bits> dy = random_bits<Bits>(n + displaced, 5);
        std::vector<Bits> pairs(2 * n + displaced), y(n + displaced), y_of_pairs(n + displaced);
        std::vector<Bits> dfirst(n + displaced), dsecond(n + displaced), dpairs(2 * n + displaced);
        for (size_t i = 0; i < n; ++i) {
            pairs[displaced + 2 * i] = first[displaced + i];
            pairs[displaced + 2 * i + 1] = second[displaced + i];
        }
        const auto *const a = numbers<Bits, Number>(first);
        const auto *const b = numbers<Bits, Number>(second);
        bool ok = kernels.forward(a, b, numbers<Bits, Number>(y), n) == 0;
        ok = ok && kernels.backward(a, b, numbers<Bits, Number>(dy), numbers<Bits, Number>(dfirst),
                                    numbers<Bits, Number>(dsecond), n) == 0;
        ok = ok && kernels.forward_pairs(numbers<Bits, Number>(pairs), numbers<Bits, Number>(y_of_pairs), 2 * n) == 0;
        auto *const both = numbers<Bits, Number>(pairs);
        ok = ok && kernels.backward_pairs(both, numbers<Bits, Number>(dy), both, 2 * n) == 0;
        for (size_t i = 0; i < n; ++i) {
            dpairs[displaced + 2 * i] = dfirst[displaced + i];
            dpairs[displaced + 2 * i + 1] = dsecond[displaced + i];
        }
        expect(ok, kernels.name, n, "a status other than 0");
        expect(are_same_numbers<Number>(y_of_pairs, y), kernels.name, n, "another y than the plain kernel's");
        expect(are_same_numbers<Number>(pairs, dpairs), kernels.name, n, "other gradients than the plain kernel's");
    }
}

}  // namespace actinide::kernels
