// Compares kernels over masks and pairs with those over plain arrays, and lookups with their tables; prints what
// differs and ends with 1. C++17, also cross-compiled.
//   kernels_packed [LEVEL]
#include <actinide_kernels/kernels.h>

#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "tests/kernels_packed_checks.h"

namespace {

using namespace actinide::kernels;

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
