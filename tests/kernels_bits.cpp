// Prints one digest per kernel of every type, and says which kernels' bits depend on alignment, on the cut into calls
// or on working in place. C++20 without a library: it is also cross-compiled.
//   kernels_bits [LEVEL]
#include <actinide_kernels/kernels.h>

#include <cstring>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

#include "tests/kernels_bit_format.h"
#include "tests/kernels_every_table.h"
#include "tests/kernels_table.h"
#include "tools/verify/bit_comparison.h"
#include "tools/verify/output_digest.h"

namespace {

using namespace actinide;

constexpr size_t block_inputs = size_t{1} << 14;
constexpr size_t block_count = 4;

/// How far apart the ways of calling are that are tried, of all that there are.
struct Steps {
    uint64_t variation, alignment;
};

/// An emulator and a level without fma take minutes for all. Neither number divides the lanes or the ways of splitting.
Steps steps() {
    const std::string level = actn_cpu_level();
    return level == "aarch64-neon" || level == "x86-64-sse41" ? Steps{23, 5} : Steps{1, 1};
}

KernelCall call_of(const kernel_entry &kernel) {
    std::vector<float> parameters(KERNEL_MAX_PARAMETERS);
    for (int i = 0; i < kernel.parameter_count; ++i) {
        parameters[static_cast<size_t>(i)] = kernel.parameters[i].default_value;
    }
    return [&kernel, parameters](const void *const *inputs, void *const *outputs, const size_t *sizes) {
        return kernel.run(inputs, outputs, sizes, parameters.data());
    };
}

/// All inputs of a 16-bit type; of the others as many everywhere, with changing low bits.
std::vector<uint64_t> inputs_of_block(const BitFormat &format, size_t block) {
    std::vector<uint64_t> inputs(block_inputs);
    const size_t low_width = 8 * format.bytes - 16;
    for (size_t i = 0; i < block_inputs; ++i) {
        const uint64_t index = block * block_inputs + i;
        const uint64_t low_bits = index * 0x9e3779b97f4a7c15u >> 16;
        inputs[i] = index << low_width | (low_bits & ((uint64_t{1} << low_width) - 1));
    }
    return inputs;
}

std::string describe(const BitDifference &difference) {
    std::string text = "alignment " + std::to_string(difference.variation.alignment) + ", " + difference.split;
    if (difference.variation.in_place >= 0) {
        text += ", in place of input " + std::to_string(difference.variation.in_place);
    }
    if (difference.channel) {
        text += ", sum " + std::to_string(difference.sum) + ", channel " + std::to_string(*difference.channel);
    }
    std::ostringstream bits;
    bits << std::hex << difference.found << " instead of " << difference.expected << " at";
    for (const uint64_t input : difference.inputs) bits << " " << input;
    return text + ": " + bits.str();
}

/// Whether the bits depend on the inputs alone.
bool print_digest(const kernel_entry &kernel) {
    const KernelShape shape = kernels::shape_of(kernel);
    const BitComparison comparison(shape, {{"", call_of(kernel)}});
    std::vector<BlockResult> results = {
        comparison.compare(comparison.core_inputs(), 0, comparison.all_variations(steps().variation)),
        comparison.compare_shapes(steps().alignment)};
    for (size_t block = 0; block < block_count; ++block) {
        results.push_back(
            comparison.compare(inputs_of_block(shape.format, block), block, {comparison.variation(block * 37)}));
    }
    uint64_t digest = 0;
    bool is_same = true;
    for (const BlockResult &result : results) {
        digest = actinide_digest_join(digest, result.digest);
        if (!result.difference) continue;
        is_same = false;
        std::cerr << kernel.symbol << ": " << describe(*result.difference) << "\n";
    }
    std::cout << kernel.symbol << " " << std::hex << std::setfill('0') << std::setw(16) << digest << std::dec << "\n";
    return is_same;
}

bool print_digests(const kernel_entry *table, size_t count) {
    bool are_same = true;
    for (size_t i = 0; i < count; ++i) are_same = print_digest(table[i]) && are_same;
    return are_same;
}

}  // namespace

int main(int count, char **arguments) {
    return actinide::kernels::look_at_every_table(count, arguments, print_digests);
}
