// Prints one digest per 16-bit kernel over all of its 65,536 inputs, with dy = 1 and the defaults. C++17, also
// cross-compiled.
//   kernels_small_digest [LEVEL]
#include <actinide_kernels/kernels.h>

#include <array>
#include <cstring>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "tests/kernels_table.h"
#include "tools/verify/output_digest.h"

namespace {

constexpr size_t input_count = 1 << 16;

/// The bits of 1, of a quarter (what every learned parameter is) and of infinity.
struct Format {
    uint16_t one, quarter, infinity;
};

Format format_of(const kernel_entry &kernel) {
    return std::strcmp(kernel.dtype, "f16") == 0 ? Format{0x3c00, 0x3400, 0x7c00} : Format{0x3f80, 0x3e80, 0x7f80};
}

uint64_t digest(const kernel_entry &kernel) {
    const Format format = format_of(kernel);
    std::vector<std::vector<uint16_t>> inputs;
    std::vector<const void *> input_pointers;
    for (int i = 0; i < kernel.input_count; ++i) {
        const bool is_per_channel = kernel.inputs[i].is_per_channel != 0;
        inputs.emplace_back(input_count, is_per_channel ? format.quarter : format.one);
    }
    for (size_t k = 0; k < input_count; ++k) inputs[0][k] = static_cast<uint16_t>(k);
    for (const std::vector<uint16_t> &input : inputs) input_pointers.push_back(input.data());
    std::vector<std::vector<uint16_t>> outputs(KERNEL_MAX_ARRAYS);
    std::array<float, KERNEL_MAX_ARRAYS> sums{};
    std::vector<void *> output_pointers;
    const auto output_count = static_cast<size_t>(kernel.output_count);
    for (size_t i = 0; i < output_count; ++i) {
        outputs[i].resize(kernel.outputs[i].is_per_channel != 0 ? 0 : input_count);
        output_pointers.push_back(outputs[i].empty() ? static_cast<void *>(&sums[i]) : outputs[i].data());
    }
    std::vector<float> parameters(KERNEL_MAX_PARAMETERS);
    for (int i = 0; i < kernel.parameter_count; ++i)
        parameters[static_cast<size_t>(i)] = kernel.parameters[i].default_value;
    const size_t elementwise_sizes[3] = {input_count, 0, 0};
    const size_t channelwise_sizes[3] = {1, 1, input_count};
    const size_t *sizes = kernel.pattern == KERNEL_ELEMENTWISE ? elementwise_sizes : channelwise_sizes;
    const int status = kernel.run(input_pointers.data(), output_pointers.data(), sizes, parameters.data());

    actinide_digest digest = actinide_digest_start();
    for (const std::vector<uint16_t> &output : outputs) {
        if (!output.empty()) actinide_digest_add_16(&digest, output.data(), output.size(), format.infinity);
    }
    actinide_digest_add_32(&digest, sums.data(), sums.size());
    return actinide_digest_end(&digest) + static_cast<uint64_t>(status);
}

}  // namespace

int main(int count, char **arguments) {
    if (count > 1 && actn_set_cpu_level(arguments[1]) != ACTN_OK) {
        std::cerr << "no level '" << arguments[1] << "' here\n";
        return 3;
    }
    for (size_t i = 0; i < kernel_small_count; ++i) {
        std::cout << kernel_small_table[i].symbol << " " << std::hex << std::setfill('0') << std::setw(16)
                  << digest(kernel_small_table[i]) << "\n";
    }
    return 0;
}
