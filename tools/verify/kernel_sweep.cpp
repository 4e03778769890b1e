#include "tools/verify/kernel_sweep.h"

#include <algorithm>
#include <cmath>

#include "generators/formula/exact.h"
#include "runtime/status.h"
#include "tools/verify/output_digest.h"
#include "tools/verify/parts.h"

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
    for (const Input &input : key.activation->inputs) {
        if (!input.held_at) continue;
        const auto found = given.find(input.name);
        const double value = found == given.end() ? *input.held_at : found->second;
        values[input.name] = decoded(key.dtype, encoded(key.dtype, value));
    }
    for (const Parameter &parameter : key.activation->parameters) {
        const auto found = given.find(parameter.name);
        const double value = found == given.end() ? parameter.default_value : found->second;
        values[parameter.name] =
            parameter.learned ? decoded(key.dtype, encoded(key.dtype, value)) : as_passed(value, key.dtype);
    }
    return values;
}

std::vector<char> elements_of(const std::vector<uint64_t> &bits, DType dtype) {
    std::vector<char> elements(bits.size() * bytes_per_element(dtype));
    for (size_t i = 0; i < bits.size(); ++i) store_bits(dtype, elements.data(), i, bits[i]);
    return elements;
}

/// Of the sizes those that stay 1 when all elements are one row of one channel.
bool is_single(const std::string &size) {
    return size == "outer" || size == "channels" || size == "rows";
}

void add_to_digest(actinide_digest &digest, DType dtype, const std::vector<char> &output, size_t count) {
    switch (bytes_per_element(dtype)) {
        case 2: {
            const uint64_t infinity = encoded(dtype, std::numeric_limits<double>::infinity());
            return actinide_digest_add_16(&digest, output.data(), count, static_cast<uint16_t>(infinity));
        }
        case 4:
            return actinide_digest_add_32(&digest, output.data(), count);
        default:
            return actinide_digest_add_64(&digest, output.data(), count);
    }
}

}  // namespace

std::string varied_input(const KernelKey &key) {
    return plain_pass(key.pass) == Pass::backward_from_output ? "y" : main_input(*key.activation).name;
}

KernelSweep::KernelSweep(LoadedKernels::Function kernel, const KernelKey &key,
                         const std::map<std::string, double> &parameters)
    : kernel_(kernel),
      key_(key),
      signature_(signature(*key.activation, key.pass, key.dtype)),
      output_(output_formulas(*key.activation, key.pass).front()),
      fixed_(fixed_values(key, parameters)),
      reference_(output_.exact, varied_input(key), fixed_, key.activation->terms_may_cancel),
      floor_(parameters.empty() ? error_floor(*key.activation, key.pass) : ErrorFloor{}) {
    is_odd_ = find_oddness();
}

/// The arguments on `count` elements. All but the varied input and the output per element stay from block to block.
struct KernelSweep::Call {
    size_t count;
    std::vector<std::vector<char>> arrays;  ///< what the pointers below point to
    std::vector<const void *> inputs;       ///< null where the varied one goes
    std::vector<void *> outputs;            ///< likewise
    std::vector<size_t> sizes;
    std::vector<double> parameters;
};

KernelSweep::Call KernelSweep::prepare_call(size_t count) const {
    const size_t bytes = bytes_per_element(key_.dtype);
    Call call{.count = count, .arrays = {}, .inputs = {}, .outputs = {}, .sizes = {}, .parameters = {}};
    for (const Argument &argument : signature_.arguments) {
        switch (argument.role) {
            case Role::input: {
                if (argument.name == varied_input(key_)) {
                    call.inputs.push_back(nullptr);
                    break;
                }
                std::vector<char> &array = call.arrays.emplace_back((argument.per_channel ? 1 : count) * bytes);
                const uint64_t bits = encoded(key_.dtype, fixed_.at(argument.name));
                for (size_t i = 0; i < array.size() / bytes; ++i) store_bits(key_.dtype, array.data(), i, bits);
                call.inputs.push_back(array.data());
                break;
            }
            case Role::output:
                call.outputs.push_back(
                    argument.name == output_.output
                        ? nullptr
                        : call.arrays.emplace_back(argument.per_channel ? sizeof(double) : count * bytes).data());
                break;
            case Role::size:
                call.sizes.push_back(is_single(argument.name) ? 1 : count);
                break;
            case Role::parameter:
                call.parameters.push_back(fixed_.at(argument.name));
                break;
        }
    }
    return call;
}

void KernelSweep::run_kernel(const Call &call, const std::vector<char> &input, std::vector<char> &output) const {
    output.resize(call.count * bytes_per_element(key_.dtype));
    std::vector<const void *> inputs = call.inputs;
    std::vector<void *> outputs = call.outputs;
    std::replace(inputs.begin(), inputs.end(), static_cast<const void *>(nullptr),
                 static_cast<const void *>(input.data()));
    std::replace(outputs.begin(), outputs.end(), static_cast<void *>(nullptr), static_cast<void *>(output.data()));
    const int32_t status = kernel_(inputs.data(), outputs.data(), call.sizes.data(), call.parameters.data());
    if (status != ACTINIDE_OK) {
        throw std::runtime_error(to_string(key_) + " refused the sweep's arguments with status " +
                                 std::to_string(status));
    }
}

uint64_t KernelSweep::digest_of_first(const std::vector<char> &output, size_t count) const {
    actinide_digest digest = actinide_digest_start();
    add_to_digest(digest, key_.dtype, output, std::min(count, output.size() / bytes_per_element(key_.dtype)));
    return actinide_digest_end(&digest);
}

SweepPart KernelSweep::run(uint64_t first, uint64_t count, bool with_statistics) const {
    const size_t bytes = bytes_per_element(key_.dtype);
    SweepPart part;
    actinide_digest digest = actinide_digest_start();
    std::vector<char> input;
    std::vector<char> output;
    std::vector<double> numbers;
    Call call = prepare_call(static_cast<size_t>(std::min<uint64_t>(block_elements, count)));
    for (uint64_t done = 0; done < count; done += block_elements) {
        const size_t size = static_cast<size_t>(std::min<uint64_t>(block_elements, count - done));
        if (size != call.count) call = prepare_call(size);
        input.resize(size * bytes);
        for (size_t i = 0; i < size; ++i) store_bits(key_.dtype, input.data(), i, first + done + i);
        run_kernel(call, input, output);
        add_to_digest(digest, key_.dtype, output, size);
        if (done == 0) part.sampled_digest = digest_of_first(output, sampled_inputs_per_part);
        if (!with_statistics) continue;
        numbers.resize(size);
        decode(key_.dtype, input.data(), numbers);
        part.statistics.merge(compare(reference_, key_.dtype, numbers, output.data(), first + done, floor_));
        if (is_odd_) part.statistics.oddness_breaks += count_oddness_breaks(call, input, output);
    }
    part.digest = actinide_digest_end(&digest);
    if (count < inputs_per_part) part.sampled_digest = part.digest;
    return part;
}

ErrorStatistics KernelSweep::run_scattered(const std::vector<uint64_t> &input_bits) const {
    const std::vector<char> input = elements_of(input_bits, key_.dtype);
    std::vector<char> output;
    const Call call = prepare_call(input_bits.size());
    run_kernel(call, input, output);
    ErrorStatistics statistics = compare_others(input_bits, output);
    if (is_odd_) statistics.oddness_breaks += count_oddness_breaks(call, input, output);
    return statistics;
}

ErrorStatistics KernelSweep::compare_others(const std::vector<uint64_t> &input_bits,
                                            const std::vector<char> &outputs) const {
    const std::vector<char> input = elements_of(input_bits, key_.dtype);
    std::vector<double> numbers(input_bits.size());
    decode(key_.dtype, input.data(), numbers);
    return compare_scattered(reference_, key_.dtype, numbers, outputs.data(), input.data(), floor_);
}

SpecialPoint KernelSweep::at(uint64_t input_bits) const {
    std::vector<char> input(bytes_per_element(key_.dtype));
    std::vector<char> output;
    store_bits(key_.dtype, input.data(), 0, input_bits);
    run_kernel(prepare_call(1), input, output);
    const double exact =
        exact_to(format_of(key_.dtype), reference_.formula(), reference_.at(decoded(key_.dtype, input_bits)));
    return {input_bits, bits_at(key_.dtype, output.data(), 0), encoded(key_.dtype, exact)};
}

uint64_t KernelSweep::count_oddness_breaks(const Call &call, const std::vector<char> &input,
                                           const std::vector<char> &output) const {
    const uint64_t sign = uint64_t{1} << (8 * bytes_per_element(key_.dtype) - 1);
    std::vector<char> mirrored(input.size());
    for (size_t i = 0; i < call.count; ++i)
        store_bits(key_.dtype, mirrored.data(), i, bits_at(key_.dtype, input.data(), i) ^ sign);
    std::vector<char> mirror_output;
    run_kernel(call, mirrored, mirror_output);
    uint64_t breaks = 0;
    for (size_t i = 0; i < call.count; ++i) {
        const uint64_t a = bits_at(key_.dtype, output.data(), i);
        const uint64_t b = bits_at(key_.dtype, mirror_output.data(), i);
        if (a != (b ^ sign) && !std::isnan(decoded(key_.dtype, a))) ++breaks;
    }
    return breaks;
}

bool KernelSweep::find_oddness() const {
    if (plain_pass(key_.pass) != Pass::forward) return false;
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
    for (const Formula &comparison : comparisons(reference_.formula())) {
        for (const Formula &side : comparison.operands()) {
            if (mentions(side, varied_input(key_))) continue;
            const uint64_t kink = encoded(key_.dtype, exact_to(float64_format, side, fixed_));
            add(kink);
            add(kink + 1);
            if (kink != 0) add(kink - 1);
        }
    }
    return all;
}

}  // namespace actinide
