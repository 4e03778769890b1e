// Calls every kernel of every type in each floating-point environment that a caller may have set (four rounding modes,
// subnormals flushed or not) and says which kernels change it, or give in it what they promise not to. C++20 without a
// library: it is also cross-compiled.
//   kernels_environment [LEVEL]
// Prints for each kernel whether and how far its results move when roundings go another way:
//   ACTIVATION PASS DTYPE FELT ELEMENTS SUMS
// FELT: 1 if some results are others than usual in every environment that does not round to nearest, else 0.
// ELEMENTS: the farthest that an element goes beyond `usual_steps`, as a share of max(|result|, 1); 0: none does.
// SUMS: likewise a channel's sum, as a share of the number of its terms times their bound.
#include <actinide_kernels/kernels.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/kernels_bit_format.h"
#include "tests/kernels_control_register.h"
#include "tests/kernels_every_table.h"
#include "tests/kernels_float_array.h"
#include "tests/kernels_numbers.h"
#include "tests/kernels_sweep.h"
#include "tests/kernels_table.h"

namespace {

using namespace actinide;
using namespace actinide::kernels;

// ---- one call --------------------------------------------------------

constexpr size_t all_elements = size_t{1} << 16;
/// An emulator and a level without fma take minutes for all.
size_t element_count() {
    const std::string level = actn_cpu_level();
    return level == "aarch64-neon" || level == "x86-64-sse41" ? all_elements / 8 : all_elements;
}
constexpr size_t channels = 8;
std::array<Sizes, 2> channelwise_shapes() {
    const size_t per_channel = element_count() / channels;
    return {{{4, channels, per_channel / 4}, {per_channel, channels, 1}}};
}

/// At least 1/2, below 1, either sign. Where a product with it is normal, the other factor was.
uint64_t random_factor(const BitFormat &format, Numbers &numbers) {
    const uint64_t significands = uint64_t{1} << format.significand_bits;
    const uint64_t sign = numbers.next() % 2 << (8 * format.bytes - 1);
    return sign | (format.one - 1 - numbers.next() % significands);
}

/// All numbers of a 16-bit type, or a share of them. Of the others every sign and exponent, half of them with few bits
/// set (the powers of 2, the zeros and the infinities are among them), half with random low bits.
uint64_t any_number(const BitFormat &format, size_t element, Numbers &numbers) {
    const size_t step = all_elements / element_count();
    const size_t i = element * step + element / 7 % step;
    if (format.bytes == 2) return i;
    const size_t low_bits = 8 * format.bytes - 15;
    const uint64_t low = i % 2 == 0 ? 0 : numbers.next() >> (64 - low_bits);
    return i / 2 << low_bits | low;
}

struct Call {
    const kernel_entry &kernel;
    Sizes sizes;
    std::vector<FloatArray> inputs;
    std::vector<FloatArray> outputs;

    Call(const kernel_entry &of, const Sizes &its_sizes, bool is_of_any_numbers) : kernel(of), sizes(its_sizes) {
        const BitFormat format = bit_format_of(kernel);
        Numbers numbers(1);
        for (int i = 0; i < kernel.input_count; ++i) {
            FloatArray &input = inputs.emplace_back(format, length_of(kernel, kernel.inputs[i], sizes));
            const bool is_any = i == 0 && is_of_any_numbers;
            for (size_t k = 0; k < input.size(); ++k) {
                input.set(k, is_any ? any_number(format, k, numbers) : random_factor(format, numbers));
            }
        }
        for (int i = 0; i < kernel.output_count; ++i) {
            const BitFormat format_of_sums = format.bytes == 8 ? float64_bits : float32_bits;
            outputs.emplace_back(kernel.outputs[i].is_per_channel != 0 ? format_of_sums : format,
                                 length_of(kernel, kernel.outputs[i], sizes));
        }
    }

    void replace_subnormal_inputs_by_zero() {
        for (FloatArray &input : inputs) {
            for (size_t i = 0; i < input.size(); ++i) {
                if (input[i].is_subnormal()) input.set(i, input[i].sign());
            }
        }
    }

    /// What went wrong; empty if nothing did. The environment holds during the kernel's call and no longer.
    std::string run(Control environment) {
        std::vector<const void *> from;
        std::vector<void *> to;
        for (const FloatArray &input : inputs) from.push_back(input.data());
        for (FloatArray &output : outputs) to.push_back(output.data());
        const std::vector<float> parameters = default_parameters(kernel);
        const Control own = read_control();
        write_control(own | environment);
        const Control before = read_control();
        const int status = kernel.run(from.data(), to.data(), sizes.data(), parameters.data());
        const Control after = read_control();
        write_control(own);
        std::ostringstream text;
        if (before != (own | environment)) text << "this machine has no such environment";
        if (after != before) text << std::hex << "leaves the control bits " << after << " instead of " << before;
        if (status != 0) text << "status " << status;
        return text.str();
    }

    bool is_sum(size_t output) const { return kernel.outputs[output].is_per_channel != 0; }

    /// No sum of a channel's terms is larger: a term is at most |x|, as no other factor is above 1.
    double bound_of_terms(size_t channel) const {
        double largest = 0;
        for (size_t i = 0; i < inputs.front().size(); ++i) {
            const FloatBits x = inputs.front()[i];
            if (i / sizes[2] % sizes[1] == channel && !x.is_nan()) largest = std::max(largest, std::fabs(x.value()));
        }
        return largest * static_cast<double>(sizes[0] * sizes[2]);
    }

    std::string describe_inputs(size_t i) const {
        std::ostringstream text;
        text << std::hex;
        for (size_t k = 0; k < inputs.size(); ++k) {
            const size_t channel = i / sizes[2] % sizes[1];
            text << ", " << kernel.inputs[k].name << " "
                 << inputs[k][kernel.inputs[k].is_per_channel != 0 ? channel : i].bits;
        }
        return text.str();
    }
};

// ---- what is promised of it ------------------------------------------

constexpr uint64_t usual_steps = 8;

/// Near the largest number one environment alone may overflow, before a last factor of 1/2 or more.
bool both_overflow(const FloatBits &a, const FloatBits &b) {
    const uint64_t nearly = a.format.infinity - (uint64_t{3} << a.format.significand_bits);
    return (a.is_infinite() || b.is_infinite()) && std::min(a.magnitude(), b.magnitude()) >= nearly &&
           a.sign() == b.sign();
}

/// Whether flushing turns `usual` into `found`. The least normal number may have been rounded up to, and was flushed
/// before that.
bool is_flushed(const FloatBits &found, const FloatBits &usual) {
    return found.is_zero() && usual.magnitude() <= usual.least_normal();
}

class Check {
public:
    Check(const kernel_entry &kernel, const std::vector<Environment> &environments)
        : kernel_(kernel), environments_(environments), moved_(environments.size()) {}

    void run() {
        const bool is_elementwise = kernel_.pattern == KERNEL_ELEMENTWISE;
        for (const Sizes &shape : channelwise_shapes()) {
            const Sizes sizes = is_elementwise ? Sizes{element_count(), 1, 1} : shape;
            compare(Call(kernel_, sizes, true));
            // Any numbers give infinite sums, which would be all alike.
            if (kernel_.outputs[kernel_.output_count - 1].is_per_channel != 0) compare(Call(kernel_, sizes, false));
            if (is_elementwise) break;
        }
    }

    bool is_fine() const { return is_fine_; }
    /// For each environment how many results are others than usual.
    const std::vector<size_t> &moved() const { return moved_; }
    bool feels_every_rounding() const {
        bool feels = true;
        for (size_t e = 0; e < environments_.size(); ++e) {
            feels = feels && (environments_[e].rounds_to_nearest || moved_[e] > 0);
        }
        return feels;
    }
    double elements_move() const { return elements_move_; }
    double sums_move() const { return sums_move_; }

private:
    const kernel_entry &kernel_;
    const std::vector<Environment> &environments_;
    std::vector<size_t> moved_;
    bool is_fine_ = true;
    double elements_move_ = 0;
    double sums_move_ = 0;

    void complain(const std::string &what, const Environment &environment) {
        if (is_fine_) std::cerr << kernel_.symbol << ", " << environment.name << ": " << what << "\n";
        is_fine_ = false;
    }
    void complain(const std::string &what, const Environment &environment, const Call &usual, const Call &found,
                  size_t output, size_t i) {
        std::ostringstream text;
        text << what << ": " << std::hex << found.outputs[output][i].bits << " instead of "
             << usual.outputs[output][i].bits << std::dec << " at " << i;
        complain(text.str() + (usual.is_sum(output) ? "" : usual.describe_inputs(i)), environment);
    }

    void compare(Call usual) {
        Call zeroed = usual;
        zeroed.replace_subnormal_inputs_by_zero();
        for (Call *call : {&usual, &zeroed}) {
            const std::string failure = call->run(0);
            if (!failure.empty()) complain(failure, environments_.front());
        }
        Call found = usual;
        for (size_t e = 0; e < environments_.size(); ++e) {
            const std::string failure = found.run(environments_[e].bits);
            if (!failure.empty()) complain(failure, environments_[e]);
            for (size_t output = 0; output < found.outputs.size(); ++output) {
                const FloatArray &is = found.outputs[output];
                const FloatArray &was = usual.outputs[output];
                if (is.has_bits_of(was)) continue;
                for (size_t i = 0; i < is.size(); ++i) {
                    if (is[i].bits == was[i].bits) continue;
                    moved_[e] += 1;
                    judge(environments_[e], usual, zeroed, found, output, i);
                }
            }
        }
    }

    /// Whether several learned parameters make terms of any size, of which one alone may overflow.
    bool adds_free_terms() const {
        int learned = 0;
        for (int i = 0; i < kernel_.input_count; ++i) learned += kernel_.inputs[i].is_per_channel != 0 ? 1 : 0;
        return learned > 1;
    }

    /// Of a result that is not as usual.
    void judge(const Environment &environment, const Call &usual, const Call &zeroed, const Call &found, size_t output,
               size_t i) {
        const FloatBits is = found.outputs[output][i];
        const FloatBits was = usual.outputs[output][i];
        const FloatBits of_zero = zeroed.outputs[output][i];
        if (is.is_nan() && was.is_nan()) return;
        if (is.is_nan() || was.is_nan()) {
            // An infinity may come of another rounding, and infinity times or minus it is no number.
            if (!environment.rounds_to_nearest) return;
            complain("a NaN more or less", environment, usual, found, output, i);
            return;
        }
        if (environment.flushes_subnormals && (is_flushed(is, was) || is_flushed(is, of_zero))) return;
        if (environment.rounds_to_nearest && !environment.flushes_subnormals) {
            complain("another result", environment, usual, found, output, i);
            return;
        }
        const FloatBits &expected =
            environment.flushes_subnormals && steps_between(is, of_zero) < steps_between(is, was) ? of_zero : was;
        if (steps_between(is, expected) <= usual_steps || both_overflow(is, expected)) return;
        if (is.is_infinite() || expected.is_infinite()) {
            if (adds_free_terms()) return;
            complain("an overflow more or less", environment, usual, found, output, i);
            return;
        }
        const bool is_sum = usual.is_sum(output);
        const double scale = is_sum ? usual.bound_of_terms(i) : std::max(std::fabs(expected.value()), 1.0);
        double &largest = is_sum ? sums_move_ : elements_move_;
        largest = std::max(largest, std::fabs(is.value() - expected.value()) / scale);
    }
};

/// The kernels of a table together must feel every environment, or it was not in effect.
bool check(const kernel_entry *table, size_t count) {
    const std::vector<Environment> environments = all_environments();
    std::vector<size_t> moved(environments.size());
    bool are_fine = true;
    for (size_t i = 0; i < count; ++i) {
        Check each(table[i], environments);
        each.run();
        are_fine = are_fine && each.is_fine();
        for (size_t e = 0; e < environments.size(); ++e) moved[e] += each.moved()[e];
        std::cout << table[i].activation << " " << table[i].pass << " " << table[i].dtype << " "
                  << each.feels_every_rounding() << " " << each.elements_move() << " " << each.sums_move() << "\n";
    }
    for (size_t e = 0; e < environments.size(); ++e) {
        const bool is_usual = e == 0;
        if ((moved[e] == 0) == is_usual) continue;
        std::cerr << environments[e].name << ": " << moved[e] << " results of " << table[0].dtype << " moved\n";
        are_fine = false;
    }
    return are_fine;
}

}  // namespace

int main(int count, char **arguments) {
    return actinide::kernels::look_at_every_table(count, arguments, check);
}
