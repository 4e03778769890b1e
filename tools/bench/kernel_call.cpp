#include "tools/bench/kernel_call.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

#include "runtime/status.h"
#include "tools/verify/number_format.h"

namespace actinide {
namespace {

using Role = Argument::Role;

constexpr size_t most_channels = 64;
constexpr size_t page = 4096;
/// So that no load seems to depend on the store that is whole pages away; arrays stay aligned to 64 bytes.
constexpr size_t stagger = size_t{17} * 64;

bool is_array(const Argument &argument) {
    return argument.role == Role::input || argument.role == Role::output;
}

/// Channels or rows of a kernel that has them.
size_t outer_size(const Signature &called, size_t size) {
    const bool is_flat = std::any_of(called.arguments.begin(), called.arguments.end(),
                                     [](const Argument &argument) { return argument.name == "n"; });
    return is_flat ? 1 : std::min(size, most_channels);
}

size_t array_bytes(const Argument &array, const KernelKey &key, size_t elements, size_t channels) {
    if (!array.per_channel) return elements * bytes_per_element(key.dtype);
    // A count takes more than an element.
    return channels * (array.role == Role::output ? sizeof(double) : bytes_per_element(key.dtype));
}

size_t place_of_next(size_t place, size_t bytes) {
    return (place + bytes + 63) / 64 * 64 + stagger;
}

double default_value(const Activation &activation, const std::string &name) {
    for (const Parameter &parameter : activation.parameters) {
        if (parameter.name == name) return parameter.default_value;
    }
    for (const Input &input : activation.inputs) {
        if (input.name == name) return input.held_at.value_or(0);
    }
    return 0;
}

}  // namespace

size_t KernelCall::bytes_of_arrays(const KernelKey &key, size_t size) {
    const Signature called = signature(*key.activation, key.pass, key.dtype);
    size_t place = 0;
    for (const Argument &argument : called.arguments) {
        if (!is_array(argument)) continue;
        place = place_of_next(place, array_bytes(argument, key, size, outer_size(called, size)));
    }
    return (place / page + 1) * page;
}

KernelCall::KernelCall(const KernelKey &key, size_t size, const Blocks &blocks)
    : name_(to_string(key)),
      memory_(static_cast<char *>(std::aligned_alloc(page, bytes_of_arrays(key, size))), std::free) {
    if (memory_ == nullptr) throw std::bad_alloc();
    add_sizes(key, size);
    place_arrays(key, size, blocks);
    add_parameters(key);
}

void KernelCall::add_sizes(const KernelKey &key, size_t size) {
    const Signature called = signature(*key.activation, key.pass, key.dtype);
    const size_t outer = outer_size(called, size);
    elements_ = size / outer * outer;
    channels_ = outer;
    const std::map<std::string, size_t> known = {{"outer", 1}, {"channels", outer}, {"rows", outer}};
    for (const Argument &argument : called.arguments) {
        if (argument.role != Role::size) continue;
        const auto found = known.find(argument.name);
        // Strides are those of rows without gaps.
        sizes_.push_back(found == known.end() ? size / outer : found->second);
    }
}

void KernelCall::place_arrays(const KernelKey &key, size_t size, const Blocks &blocks) {
    const Signature called = signature(*key.activation, key.pass, key.dtype);
    const size_t outer = outer_size(called, size);
    stream_bytes_ = elements_ * bytes_per_element(key.dtype);
    size_t place = 0;
    for (const Argument &argument : called.arguments) {
        if (!is_array(argument)) continue;
        char *array = memory_.get() + place;
        const size_t bytes = array_bytes(argument, key, elements_, outer);
        place = place_of_next(place, bytes);
        bytes_moved_ += bytes;
        if (argument.role == Role::output) {
            std::memset(array, 0, bytes);
            outputs_.push_back(array);
            if (!argument.per_channel) output_streams_.push_back(array);
            continue;
        }
        inputs_.push_back(array);
        if (argument.per_channel) {
            const uint64_t bits = encoded(key.dtype, default_value(*key.activation, argument.name));
            for (size_t i = 0; i < outer; ++i) store_bits(key.dtype, array, i, bits);
        } else {
            fill(array, bytes, *blocks.at(argument.name));
            input_streams_.push_back(array);
        }
    }
}

void KernelCall::add_parameters(const KernelKey &key) {
    for (const Argument &argument : signature(*key.activation, key.pass, key.dtype).arguments) {
        if (argument.role == Role::parameter) {
            parameters_.push_back(default_value(*key.activation, argument.name));
        }
    }
}

void KernelCall::run(LoadedKernels::Function kernel) const {
    const int32_t status = kernel(inputs_.data(), outputs_.data(), sizes_.data(), parameters_.data());
    if (status != ACTINIDE_OK) {
        throw std::runtime_error(name_ + " refused the benchmark's arguments with status " + std::to_string(status));
    }
}

void KernelCall::run(CopyStreams copy) const {
    copy(input_streams_.data(), output_streams_.data(), stream_bytes_);
}

}  // namespace actinide
