// links: actinide_bit_comparison kernels_cuda_table kernels_table kernels_small_table kernels_double_table
// Every CUDA kernel on a real device against the CPU's bits; without a device all of it is skipped.
#include <actinide_kernels/kernels.h>
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "tests/kernels_bit_format.h"
#include "tests/kernels_cuda_device.h"
#include "tests/kernels_packed_checks.h"
#include "tests/kernels_table.h"
#include "tools/verify/bit_comparison.h"

namespace actinide::kernels {
namespace {

std::vector<const kernel_cuda_entry *> all_kernels() {
    std::vector<const kernel_cuda_entry *> all;
    for (size_t i = 0; i < kernel_cuda_count; ++i) all.push_back(&kernel_cuda_table[i]);
    return all;
}

std::string name_of(const testing::TestParamInfo<const kernel_cuda_entry *> &info) {
    const kernel_entry &kernel = info.param->kernel;
    return std::string(kernel.activation) + "_" + kernel.pass + "_" + kernel.dtype;
}

const kernel_entry *twin_on_cpu(const kernel_entry &kernel) {
    const auto find = [&](const kernel_entry *table, size_t count) -> const kernel_entry * {
        const auto *found = std::find_if(table, table + count, [&](const kernel_entry &each) {
            return std::string(each.symbol) + "_cuda" == kernel.symbol;
        });
        return found == table + count ? nullptr : found;
    };
    if (const kernel_entry *found = find(kernel_table, kernel_count)) return found;
    if (const kernel_entry *found = find(kernel_small_table, kernel_small_count)) return found;
    return find(kernel_double_table, kernel_double_count);
}

std::vector<float> default_parameters(const kernel_entry &kernel) {
    std::vector<float> parameters(KERNEL_MAX_PARAMETERS);
    for (int i = 0; i < kernel.parameter_count; ++i) {
        parameters[static_cast<size_t>(i)] = kernel.parameters[i].default_value;
    }
    return parameters;
}

KernelCall on_cpu(const kernel_entry &kernel) {
    return [&kernel, parameters = default_parameters(kernel)](const void *const *inputs, void *const *outputs,
                                                              const size_t *sizes) {
        return kernel.run(inputs, outputs, sizes, parameters.data());
    };
}

KernelCall on_device(const kernel_cuda_entry &each) {
    const KernelShape shape = shape_of(each.kernel);
    return [&each, shape, parameters = default_parameters(each.kernel)](const void *const *inputs, void *const *outputs,
                                                                        const size_t *sizes) {
        const kernel_entry &kernel = each.kernel;
        const size_t elements = shape.is_channelwise ? sizes[0] * sizes[1] * sizes[2] : sizes[0];
        const auto bytes_of = [&](const kernel_array &array, size_t bytes) {
            return array.is_per_channel != 0 ? sizes[1] * bytes : elements * shape.format.bytes;
        };
        DeviceArrays arrays;
        std::array<const void *, KERNEL_MAX_ARRAYS> from{};
        std::array<void *, KERNEL_MAX_ARRAYS> to{};
        for (int i = 0; i < kernel.input_count; ++i) {
            const auto index = static_cast<size_t>(i);
            from[index] =
                arrays.input(static_cast<const char *>(inputs[i]), bytes_of(kernel.inputs[i], shape.format.bytes));
        }
        for (int i = 0; i < kernel.output_count; ++i) {
            const auto index = static_cast<size_t>(i);
            to[index] = arrays.output(static_cast<char *>(outputs[i]), bytes_of(kernel.outputs[i], shape.sum_bytes));
        }
        const size_t workspace_bytes = each.workspace_bytes != nullptr ? each.workspace_bytes(sizes) : 0;
        std::vector<double> workspace(workspace_bytes / sizeof(double) + 1);
        char *const workspace_there = arrays.output(reinterpret_cast<char *>(workspace.data()), workspace_bytes);
        return arrays.finish(
            each.run(from.data(), to.data(), sizes, parameters.data(), workspace_there, workspace_bytes, nullptr));
    };
}

std::vector<uint64_t> any_bits(size_t count, size_t bytes, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<uint64_t> bits(count);
    for (uint64_t &each : bits) each = random() >> (64 - 8 * bytes);
    return bits;
}

class CudaDeviceKernels : public testing::TestWithParam<const kernel_cuda_entry *> {
protected:
    void SetUp() override {
        const std::string &why = CudaDevice::instance().why_missing();
        if (!why.empty()) GTEST_SKIP() << why;
    }
};
INSTANTIATE_TEST_SUITE_P(Catalogue, CudaDeviceKernels, testing::ValuesIn(all_kernels()), name_of);

void expect_same(const BlockResult &result) {
    if (!result.difference) return;
    std::string inputs;
    for (const uint64_t bits : result.difference->inputs) inputs += " " + std::to_string(bits);
    ADD_FAILURE() << result.difference->level << ", alignment " << result.difference->variation.alignment << ", "
                  << result.difference->split << ", in place of " << result.difference->variation.in_place << ": "
                  << result.difference->found << " instead of " << result.difference->expected << " at the bits"
                  << inputs;
}

TEST_P(CudaDeviceKernels, HaveTheCpusBits) {
    const kernel_entry *cpu = twin_on_cpu(GetParam()->kernel);
    ASSERT_NE(cpu, nullptr);
    const BitComparison comparison(shape_of(*cpu), {{"cpu", on_cpu(*cpu)}, {"cuda", on_device(*GetParam())}});
    // Every alignment, in one call and in calls of all small lengths. Each call is a launch and its copies, so no
    // others.
    constexpr size_t one_call = 0;
    const size_t growing_calls = comparison.splits() - 1;
    std::vector<CallVariation> variations;
    const int places = shape_of(*cpu).is_channelwise ? 1 : 2;
    for (size_t alignment = 0; alignment < comparison.alignments(); ++alignment) {
        variations.push_back({alignment, one_call, static_cast<int>(alignment) % places - 1});
    }
    variations.push_back({0, growing_calls, -1});
    variations.push_back({1, growing_calls, 0});
    expect_same(comparison.compare(comparison.core_inputs(), 0, variations));
    constexpr size_t alignment_step = 5;
    expect_same(comparison.compare_shapes(alignment_step));
    constexpr size_t blocks = 16;
    constexpr size_t block_inputs = size_t{1} << 16;
    const size_t bytes = shape_of(*cpu).format.bytes;
    for (uint64_t block = 0; block < (bytes == 2 ? 2 : blocks); ++block) {
        expect_same(comparison.compare(any_bits(block_inputs, bytes, block), block, {}));
    }
}

template <typename Number>
const Number *there(DeviceArrays &arrays, const Number *host, size_t count) {
    return arrays.input(host, count);
}
template <typename Number>
Number *there(DeviceArrays &arrays, Number *host, size_t count) {
    return arrays.output(host, count);
}

template <typename Number, auto forward, auto forward_mask, auto backward, auto backward_from_mask, typename Bits,
          typename... Parameters>
void check_masks(const char *name, Parameters... parameters) {
    const auto run = [](DeviceArrays &arrays, int status) { return arrays.finish(status); };
    check(MaskedKernels<Bits, Number>{
        name,
        [=](const Number *x, Number *y, size_t n) {
            DeviceArrays a;
            return run(a, forward(there(a, x, n), there(a, y, n), n, parameters..., nullptr));
        },
        [=](const Number *x, Number *y, uint8_t *mask, size_t n, size_t bytes) {
            DeviceArrays a;
            return run(a, forward_mask(there(a, x, n), there(a, y, n), there(a, mask, bytes), n, bytes, parameters...,
                                       nullptr));
        },
        [=](const Number *x, const Number *dy, Number *dx, size_t n) {
            DeviceArrays a;
            return run(a, backward(there(a, x, n), there(a, dy, n), there(a, dx, n), n, parameters..., nullptr));
        },
        [=](const uint8_t *mask, const Number *dy, Number *dx, size_t n, size_t bytes) {
            DeviceArrays a;
            return run(a, backward_from_mask(there(a, mask, bytes), there(a, dy, n), there(a, dx, n), n, bytes,
                                             parameters..., nullptr));
        }});
}

template <typename Number, auto forward, auto forward_pairs, auto backward, auto backward_pairs, typename Bits>
void check_pairs(const char *name) {
    check(PairedKernels<Bits, Number>{
        name,
        [](const Number *first, const Number *second, Number *y, size_t n) {
            DeviceArrays a;
            return a.finish(forward(there(a, first, n), there(a, second, n), there(a, y, n), n, nullptr));
        },
        [](const Number *pairs, Number *y, size_t n) {
            DeviceArrays a;
            return a.finish(forward_pairs(there(a, pairs, n), there(a, y, n / 2), n, nullptr));
        },
        [](const Number *first, const Number *second, const Number *dy, Number *dfirst, Number *dsecond, size_t n) {
            DeviceArrays a;
            return a.finish(backward(there(a, first, n), there(a, second, n), there(a, dy, n), there(a, dfirst, n),
                                     there(a, dsecond, n), n, nullptr));
        },
        [](const Number *pairs, const Number *dy, Number *dpairs, size_t n) {
            DeviceArrays a;
            return a.finish(backward_pairs(there(a, pairs, n), there(a, dy, n / 2), there(a, dpairs, n), n, nullptr));
        }});
}

TEST(CudaDevicePackedKernels, HaveThePlainKernelsBits) {
    const std::string &why = CudaDevice::instance().why_missing();
    if (!why.empty()) GTEST_SKIP() << why;
    check_masks<float, actn_relu_forward_f32_cuda, actn_relu_forward_mask_f32_cuda, actn_relu_backward_f32_cuda,
                actn_relu_backward_from_mask_f32_cuda, uint32_t>("relu f32");
    check_masks<actn_bf16, actn_relu_forward_bf16_cuda, actn_relu_forward_mask_bf16_cuda, actn_relu_backward_bf16_cuda,
                actn_relu_backward_from_mask_bf16_cuda, uint16_t>("relu bf16");
    check_masks<double, actn_relu_forward_f64_cuda, actn_relu_forward_mask_f64_cuda, actn_relu_backward_f64_cuda,
                actn_relu_backward_from_mask_f64_cuda, uint64_t>("relu f64");
    check_masks<actn_f16, actn_hardsigmoid_forward_f16_cuda, actn_hardsigmoid_forward_mask_f16_cuda,
                actn_hardsigmoid_backward_f16_cuda, actn_hardsigmoid_backward_from_mask_f16_cuda, uint16_t>(
        "hardsigmoid f16", 0.2F, 0.5F);
    check_pairs<float, actn_swiglu_forward_f32_cuda, actn_swiglu_forward_pairs_f32_cuda, actn_swiglu_backward_f32_cuda,
                actn_swiglu_backward_pairs_f32_cuda, uint32_t>("swiglu f32");
    check_pairs<actn_bf16, actn_swiglu_forward_bf16_cuda, actn_swiglu_forward_pairs_bf16_cuda,
                actn_swiglu_backward_bf16_cuda, actn_swiglu_backward_pairs_bf16_cuda, uint16_t>("swiglu bf16");
    check_pairs<double, actn_swiglu_forward_f64_cuda, actn_swiglu_forward_pairs_f64_cuda, actn_swiglu_backward_f64_cuda,
                actn_swiglu_backward_pairs_f64_cuda, uint64_t>("swiglu f64");
    EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace actinide::kernels
