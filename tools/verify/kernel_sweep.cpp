#include "tools/verify/kernel_sweep.h"

#include <algorithm>
#include <cmath>

#include "generators/formula/exact.h"
#include "runtime/status.h"
#include "tools/verify/comparison.h"
#include "tools/verify/output_digest.h"

namespace actinide {
namespace {

using Role = Argument::Role;

constexpr size_t block_elements = size_t{1} << 14;

/// A parameter is what the caller can pass: a number of the kernel's parameter type.
double as_passed(double value, DType dtype) {
    return dtype_of_parameters(dtype) == DType::f64 ? value : static_cast<double>(static_cast<float>(value));
}

std::map<std::string, double> fixed_values(const KernelKey &key, const std::map<std::string, double> &given) {
    std::map<std::string, double> values{{"dy", 1.0}};
    for (const Parameter &parameter : key.activation->parameters) {
        const auto found = given.find(parameter.name);
        const double value = found == given.end() ? parameter.default_value : found->second;
        values[parameter.name] =
            parameter.learned ? decoded(key.dtype, encoded(key.dtype, value)) : as_passed(value, key.dtype);
    }
    return values;
}

std::string varied_input(const Signature &signature) {
    return signature.arguments.front().name;
}

void add_to_digest(actinide_digest &digest, DType dtype, const std::vector<char> &output, size_t count) {
    switch (dtype) {
        case DType::f32:
            return actinide_digest_add_32(&digest, output.data(), count);
        case DType::f64:
            return actinide_digest_add_64(&digest, output.data(), count);
        case DType::f16:
            return actinide_digest_add_16(&digest, output.data(), count, 0x7c00);
        case DType::bf16:
            return actinide_digest_add_16(&digest, output.data(), count, 0x7f80);
    }
}

}  // namespace

KernelSweep::KernelSweep(LoadedKernels::Function kernel, const KernelKey &key,
                         const std::map<std::string, double> &parameters)
    : kernel_(kernel),
      key_(key),
      signature_(signature(*key.activation, key.pass, key.dtype)),
      fixed_(fixed_values(key, parameters)),
      reference_(output_formulas(*key.activation, key.pass).front().exact, varied_input(signature_), fixed_) {
    is_odd_ = find_oddness();
}

void KernelSweep::run_kernel(const std::vector<char> &input, size_t count, std::vector<char> &output) const {
    const size_t bytes = bytes_per_element(key_.dtype);
    output.resize(count * bytes);
    std::vector<std::vector<char>> constants;
    constants.reserve(signature_.arguments.size());
    std::vector<const void *> inputs;
    std::vector<void *> outputs;
    std::vector<size_t> sizes;
    std::vector<double> parameters;
    for (const Argument &argument : signature_.arguments) {
        switch (argument.role) {
            case Role::input: {
                if (argument.name == varied_input(signature_)) {
                    inputs.push_back(input.data());
                    break;
                }
                constants.emplace_back((argument.per_channel ? 1 : count) * bytes);
                const uint64_t bits = encoded(key_.dtype, fixed_.at(argument.name));
                for (size_t i = 0; i < constants.back().size() / bytes; ++i)
                    store_bits(key_.dtype, constants.back().data(), i, bits);
                inputs.push_back(constants.back().data());
                break;
            }
            case Role::output:
                constants.emplace_back(sizeof(double));
                outputs.push_back(argument.per_channel ? constants.back().data() : output.data());
                break;
            case Role::size:
                sizes.push_back(argument.name == "n" || argument.name == "inner" ? count : 1);
                break;
            case Role::parameter:
                parameters.push_back(fixed_.at(argument.name));
                break;
        }
    }
    const int32_t status = kernel_(inputs.data(), outputs.data(), sizes.data(), parameters.data());
    if (status != ACTINIDE_OK) {
        throw std::runtime_error(to_string(key_) + " refused the sweep's arguments with status " +
                                 std::to_string(status));
    }
}

SweepPart KernelSweep::run(uint64_t first, uint64_t count, bool with_statistics) const {
    const size_t bytes = bytes_per_element(key_.dtype);
    SweepPart part;
    actinide_digest digest = actinide_digest_start();
    std::vector<char> input;
    std::vector<char> output;
    std::vector<double> numbers;
    for (uint64_t done = 0; done < count; done += block_elements) {
        const size_t size = static_cast<size_t>(std::min<uint64_t>(block_elements, count - done));
        input.resize(size * bytes);
        for (size_t i = 0; i < size; ++i) store_bits(key_.dtype, input.data(), i, first + done + i);
        run_kernel(input, size, output);
        add_to_digest(digest, key_.dtype, output, size);
        if (!with_statistics) continue;
        numbers.resize(size);
        decode(key_.dtype, input.data(), numbers);
        part.statistics.merge(compare(reference_, key_.dtype, numbers, output.data(), first + done));
        if (is_odd_) part.statistics.oddness_breaks += count_oddness_breaks(input, size, output);
    }
    part.digest = actinide_digest_end(&digest);
    return part;
}

ErrorStatistics KernelSweep::run_scattered(const std::vector<uint64_t> &input_bits) const {
    std::vector<char> input(input_bits.size() * bytes_per_element(key_.dtype));
    for (size_t i = 0; i < input_bits.size(); ++i) store_bits(key_.dtype, input.data(), i, input_bits[i]);
    std::vector<char> output;
    run_kernel(input, input_bits.size(), output);
    std::vector<double> numbers(input_bits.size());
    decode(key_.dtype, input.data(), numbers);
    ErrorStatistics statistics = compare_scattered(reference_, key_.dtype, numbers, output.data(), input.data());
    if (is_odd_) statistics.oddness_breaks += count_oddness_breaks(input, input_bits.size(), output);
    return statistics;
}

KernelSweep::Point KernelSweep::at(uint64_t input_bits) const {
    std::vector<char> input(bytes_per_element(key_.dtype));
    std::vector<char> output;
    store_bits(key_.dtype, input.data(), 0, input_bits);
    run_kernel(input, 1, output);
    const double exact =
        exact_to(format_of(key_.dtype), reference_.formula(), reference_.at(decoded(key_.dtype, input_bits)));
    return {input_bits, bits_at(key_.dtype, output.data(), 0), encoded(key_.dtype, exact)};
}

uint64_t KernelSweep::count_oddness_breaks(const std::vector<char> &input, size_t count,
                                           const std::vector<char> &output) const {
    const uint64_t sign = uint64_t{1} << (8 * bytes_per_element(key_.dtype) - 1);
    std::vector<char> mirrored(input.size());
    for (size_t i = 0; i < count; ++i)
        store_bits(key_.dtype, mirrored.data(), i, bits_at(key_.dtype, input.data(), i) ^ sign);
    std::vector<char> mirror_output;
    run_kernel(mirrored, count, mirror_output);
    uint64_t breaks = 0;
    for (size_t i = 0; i < count; ++i) {
        const uint64_t a = bits_at(key_.dtype, output.data(), i);
        const uint64_t b = bits_at(key_.dtype, mirror_output.data(), i);
        if (a != (b ^ sign) && !std::isnan(decoded(key_.dtype, a))) ++breaks;
    }
    return breaks;
}

bool KernelSweep::find_oddness() const {
    if (key_.pass != Pass::forward) return false;
    for (const double x : {0.0, 1e-3, 0.4, 0.75, 1.0, 2.5, 7.0, 40.0}) {
        const double right = exact_to(float64_format, reference_.formula(), reference_.at(x));
        const double left = exact_to(float64_format, reference_.formula(), reference_.at(-x));
        if (left != -right || std::signbit(left) == std::signbit(right)) return false;
    }
    return true;
}

std::vector<uint64_t> KernelSweep::special_inputs() const {
    const unsigned width = 8 * static_cast<unsigned>(bytes_per_element(key_.dtype));
    const uint64_t sign = uint64_t{1} << (width - 1);
    const uint64_t infinity = encoded(key_.dtype, std::numeric_limits<double>::infinity());
    const uint64_t least_normal = uint64_t{1} << static_cast<unsigned>(format_of(key_.dtype).digits - 1);
    std::vector<uint64_t> all;
    const auto add = [&](uint64_t bits) {
        for (const uint64_t each : {bits, bits ^ sign}) {
            if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(each);
        }
    };
    for (const uint64_t bits : {uint64_t{0}, uint64_t{1}, least_normal - 1, least_normal, infinity - 1, infinity,
                                infinity | least_normal >> 1, encoded(key_.dtype, 1.0)}) {
        add(bits);
    }
    for (const Formula &condition : conditions(reference_.formula())) {
        for (const Formula &side : condition.operands()) {
            if (mentions(side, varied_input(signature_)) || is_condition(side)) continue;
            const uint64_t kink = encoded(key_.dtype, exact_to(float64_format, side, fixed_));
            add(kink);
            add(kink + 1);
            if (kink != 0) add(kink - 1);
        }
    }
    return all;
}

}  // namespace actinide
