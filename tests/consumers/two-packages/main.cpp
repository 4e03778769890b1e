// One program, two packages: the second is built with --name other_kernels --prefix other.
#include <actinide_kernels/kernels.hpp>
#include <array>
#include <cstdio>
#include <cstring>
#include <other_kernels/kernels.hpp>

int main() {
    const std::array<float, 5> x = {-2, -1, 0, 1, 2};
    std::array<float, 5> first{}, second{};
    if (actn::elu_forward(x, first) != ACTN_OK || other::elu_forward(x, second) != OTHER_OK) return 1;

    // Each package chooses its level for itself.
    const char *const level_before = actn::cpu_level();
    const other::status lowered = other::set_cpu_level("x86-64-avx2");
    const bool is_independent = std::strcmp(actn::cpu_level(), level_before) == 0;

    for (std::size_t i = 0; i < x.size(); ++i) std::printf("elu(%2g) = %.7f and %.7f\n", x[i], first[i], second[i]);
    std::printf("levels: %s and %s (%s)\n", actn::cpu_level(), other::cpu_level(), other::status_text(lowered));
    const bool is_equal = std::memcmp(first.data(), second.data(), sizeof first) == 0;
    return is_equal && is_independent && first[0] < -0.8646f && first[0] > -0.8647f ? 0 : 1;
}
