// How a kernel's elements are stored. C++20 alone, because cross-compiled programs ask too.
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

}  // namespace actinide::kernels
