// How a kernel's elements are stored, and what has to be known to call it. C++20 alone, because cross-compiled programs
// ask too.
#pragma once

#include <string>

#include "tests/kernels_table.h"
#include "tools/verify/bit_comparison.h"

namespace actinide::kernels {

inline BitFormat bit_format_of(const kernel_entry &kernel) {
    const std::string dtype = kernel.dtype;
    if (dtype == "f16") return float16_bits;
    if (dtype == "bf16") return bfloat16_bits;
    return dtype == "f64" ? float64_bits : float32_bits;
}

inline KernelShape shape_of(const kernel_entry &kernel) {
    constexpr size_t vector_bytes = 64;
    KernelShape shape;
    shape.format = bit_format_of(kernel);
    shape.is_channelwise = kernel.pattern == KERNEL_CHANNELWISE;
    for (int i = 0; i < kernel.input_count; ++i) {
        shape.per_channel_inputs.push_back(kernel.inputs[i].is_per_channel != 0);
    }
    shape.sum_bytes = shape.format.bytes == 8 ? 8 : 4;
    shape.elements = 0;
    for (int i = 0; i < kernel.output_count; ++i) {
        ++(kernel.outputs[i].is_per_channel != 0 ? shape.sums : shape.elements);
    }
    shape.lanes = vector_bytes / shape.format.bytes;
    return shape;
}

}  // namespace actinide::kernels
