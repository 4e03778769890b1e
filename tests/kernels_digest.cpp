// Prints one hash per kernel over millions of inputs, so that machines and levels can be compared without either
// knowing the other's numbers; with `sweep` it looks for accesses outside the arrays instead. C++17, no test framework,
// no MPFR: it is also cross-compiled.
//   kernels_digest [sweep] [LEVEL]
#include <actinide_kernels/kernels.h>

#include <iomanip>
#include <iostream>

#include "tests/kernels_sweep.h"

namespace actinide::kernels {
namespace {

constexpr size_t block_elements = 1 << 16;
constexpr size_t block_count = 8;  // half a million inputs for each kernel
// An emulator takes minutes for the sweeps of all; x86-64 has them, and every third is of every pattern.
#ifdef __aarch64__
constexpr size_t sweep_step = 3;
#else
constexpr size_t sweep_step = 1;
#endif

void mix(uint64_t &hash, uint32_t value) {
    hash = (hash ^ value) * 0x9fb21c651e98df25u;
    hash ^= hash >> 29;
}

/// Shapes of at most one block: one value for all, a few or many channels outside or last, and odd sizes.
Sizes shape_of_block(const kernel_entry &kernel, size_t block) {
    if (kernel.pattern == KERNEL_ELEMENTWISE) return {block_elements, 1, 1};
    const std::array<Sizes, 8> shapes = {{{1, 1, block_elements},
                                          {4, 16, 1024},
                                          {64, 1024, 1},
                                          {1, block_elements, 1},
                                          {2048, 32, 1},
                                          {128, 1, 512},
                                          {3, 7, 3119},
                                          {1039, 63, 1}}};
    return shapes[block % shapes.size()];
}

/// The first block of each kind pairs every special value with every other.
void fill(std::vector<float> &values, size_t array, bool with_specials, Numbers &numbers) {
    const std::vector<float> special = special_values();
    for (size_t i = 0; i < values.size(); ++i) {
        const size_t turn = array == 0 ? i : i / special.size();
        values[i] = with_specials && i < special.size() * special.size() ? special[turn % special.size()]
                                                                         : numbers.any_magnitude();
    }
}

Arrays arrays_of_block(const kernel_entry &kernel, size_t block, Numbers &numbers) {
    Arrays arrays{{}, default_parameters(kernel), shape_of_block(kernel, block)};
    const bool takes_defaults = block % 4 != 3;
    for (int i = 0; i < kernel.parameter_count && !takes_defaults; ++i) {
        arrays.parameters[static_cast<size_t>(i)] = numbers.of_exponent(-3, 3);
    }
    // Sums of all magnitudes are their largest term; every other block has sums that show how they were added.
    const bool shows_order = kernel.outputs[kernel.output_count - 1].is_per_channel != 0 && block % 2 == 1;
    for (int i = 0; i < kernel.input_count; ++i) {
        const kernel_array &input = kernel.inputs[i];
        std::vector<float> values(length_of(kernel, input, arrays.sizes));
        if (input.is_per_channel != 0 || shows_order) {
            const bool is_usual = input.is_per_channel != 0 && takes_defaults;
            for (float &value : values) value = is_usual ? input.usual_value : numbers.of_exponent(-3, 3);
        } else {
            fill(values, static_cast<size_t>(i), block == 0, numbers);
        }
        arrays.inputs.push_back(std::move(values));
    }
    if (shows_order) let_terms_cancel(kernel, arrays);
    return arrays;
}

uint64_t digest(const kernel_entry &kernel) {
    uint64_t hash = 0;
    Numbers numbers(4);
    for (size_t block = 0; block < block_count; ++block) {
        const Arrays arrays = arrays_of_block(kernel, block, numbers);
        int status = 0;
        const Outputs outputs = run_plainly(kernel, arrays, status);
        mix(hash, static_cast<uint32_t>(status));
        for (const std::vector<float> &output : outputs) {
            for (const float value : output) mix(hash, canonical_bits(value));
        }
    }
    return hash;
}

void print_digests() {
    for (size_t i = 0; i < kernel_count; ++i) {
        std::cout << kernel_table[i].symbol << " " << std::hex << std::setfill('0') << std::setw(16)
                  << digest(kernel_table[i]) << "\n";
    }
}

int print_sweeps() {
    int wrong = 0;
    for (size_t i = 0; i < kernel_count; i += sweep_step) {
        // At once, as a fault in the next line would take it along.
        std::cout << kernel_table[i].symbol << "\n" << std::flush;
        const std::string complaint = Sweep(kernel_table[i]).run();
        if (complaint.empty()) continue;
        std::cout << "  " << complaint << "\n";
        wrong = 1;
    }
    return wrong;
}

}  // namespace
}  // namespace actinide::kernels

int main(int count, char **arguments) {
    bool sweeps = false;
    for (int i = 1; i < count; ++i) {
        const std::string word = arguments[i];
        if (word == "sweep") {
            sweeps = true;
        } else if (actn_set_cpu_level(word.c_str()) != ACTN_OK) {
            std::cerr << "no level '" << word << "' here\n";
            return 3;
        }
    }
    if (sweeps) return actinide::kernels::print_sweeps();
    actinide::kernels::print_digests();
    return 0;
}
