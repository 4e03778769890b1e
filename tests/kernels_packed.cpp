// Compares kernels over masks and pairs with those over plain arrays, bit for bit, at every length up to a few blocks
// and at a place that no vector is aligned to, and lookups with their tables; prints what differs and ends with 1.
// C++17, also cross-compiled.
//   kernels_packed [LEVEL]
#include <actinide_kernels/kernels.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr size_t longest = 101;
constexpr size_t displaced = 1;  // elements from the vectors' alignment

int failures = 0;

void expect(bool holds, const std::string &kernel, size_t n, const char *what) {
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
        expect(are_same(in_place, y), kernels.name, n, "another y than the plain kernel's");
        expect(are_same(gradient, dx), kernels.name, n, "another dx than the plain kernel's");
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
        expect(are_same(y_of_pairs, y), kernels.name, n, "another y than the plain kernel's");
        expect(are_same(pairs, dpairs), kernels.name, n, "other gradients than the plain kernel's");
    }
}

template <typename Byte>
void check_lookup(const std::string &name, int (*look_up)(const Byte *, Byte *, size_t, const Byte *)) {
    std::vector<Byte> table(256);
    for (size_t i = 0; i < table.size(); ++i) table[i] = static_cast<Byte>(i * 167 + 13);
    constexpr size_t longest_lookup = 300;  // all bytes, in whole vectors and behind them
    for (size_t n = 0; n <= longest_lookup; ++n) {
        std::vector<Byte> x(n + 1);
        for (size_t i = 0; i < n; ++i) x[i] = static_cast<Byte>(i * 59 + n);
        std::vector<Byte> expected = x;
        for (size_t i = 0; i < n; ++i) expected[i] = table[static_cast<uint8_t>(x[i])];
        expect(look_up(x.data(), x.data(), n, table.data()) == 0, name, n, "a status other than 0");
        expect(are_same(x, expected), name, n, "another y than the table's");
    }
    std::vector<Byte> x(64);
    expect(look_up(x.data(), x.data() + 1, 63, table.data()) == ACTN_OVERLAP, name, 63, "no refusal of an overlap");
    expect(look_up(x.data(), table.data() + 9, 64, table.data()) == ACTN_OVERLAP, name, 64, "its table overwritten");
    expect(look_up(x.data(), nullptr, 64, table.data()) == ACTN_INVALID_POINTER, name, 64, "no refusal of null");
}

/// That relu of integers is what it should be shows that the entries stand where the lookup reads them.
void check_tables() {
    int8_t signed_table[256];
    uint8_t unsigned_table[256];
    expect(actn_relu_forward_table_s8(signed_table, 0.5, 0, 0.5, 0) == 0, "relu s8", 256, "a status other than 0");
    expect(actn_relu_forward_table_u8(unsigned_table, 0.5, 7, 0.5, 7) == 0, "relu u8", 256, "a status other than 0");
    for (int i = -128; i < 128; ++i) {
        expect(signed_table[static_cast<uint8_t>(i)] == (i > 0 ? i : 0), "relu s8", 256, "another integer");
        expect(unsigned_table[i + 128] == (i + 128 > 7 ? i + 128 : 7), "relu u8", 256, "another integer");
    }
}

void check_all() {
    check_lookup<int8_t>("lookup s8", [](auto... all) -> int { return actn_lookup_s8(all...); });
    check_lookup<uint8_t>("lookup u8", [](auto... all) -> int { return actn_lookup_u8(all...); });
    check_tables();
    check(MaskedKernels<uint32_t, float>{"relu f32", actn_relu_forward_f32, actn_relu_forward_mask_f32,
                                         actn_relu_backward_f32, actn_relu_backward_from_mask_f32});
    check(MaskedKernels<uint16_t, actn_bf16>{"relu bf16", actn_relu_forward_bf16, actn_relu_forward_mask_bf16,
                                             actn_relu_backward_bf16, actn_relu_backward_from_mask_bf16});
    check(MaskedKernels<uint64_t, double>{"relu f64", actn_relu_forward_f64, actn_relu_forward_mask_f64,
                                          actn_relu_backward_f64, actn_relu_backward_from_mask_f64});
    constexpr float slope = 0.2F;
    constexpr float offset = 0.5F;
    check(MaskedKernels<uint16_t, actn_f16>{
        "hardsigmoid f16", [=](auto... all) { return actn_hardsigmoid_forward_f16(all..., slope, offset); },
        [=](auto... all) { return actn_hardsigmoid_forward_mask_f16(all..., slope, offset); },
        [=](auto... all) { return actn_hardsigmoid_backward_f16(all..., slope, offset); },
        [=](auto... all) { return actn_hardsigmoid_backward_from_mask_f16(all..., slope, offset); }});
    check(PairedKernels<uint32_t, float>{"swiglu f32", actn_swiglu_forward_f32, actn_swiglu_forward_pairs_f32,
                                         actn_swiglu_backward_f32, actn_swiglu_backward_pairs_f32});
    check(PairedKernels<uint16_t, actn_bf16>{"swiglu bf16", actn_swiglu_forward_bf16, actn_swiglu_forward_pairs_bf16,
                                             actn_swiglu_backward_bf16, actn_swiglu_backward_pairs_bf16});
    check(PairedKernels<uint64_t, double>{"swiglu f64", actn_swiglu_forward_f64, actn_swiglu_forward_pairs_f64,
                                          actn_swiglu_backward_f64, actn_swiglu_backward_pairs_f64});
}

}  // namespace

int main(int argc, char **argv) {
    if (argc > 1 && actn_set_cpu_level(argv[1]) != ACTN_OK) {
        std::cout << "this CPU or the archive has no level " << argv[1] << "\n";
        return 1;
    }
    check_all();
    std::cout << failures << " differences\n";
    return failures == 0 ? 0 : 1;
}
