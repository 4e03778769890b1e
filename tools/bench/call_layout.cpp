#include "tools/bench/call_layout.h"

#include <algorithm>
#include <map>

namespace actinide {
namespace {

using Role = Argument::Role;

constexpr size_t most_channels = 64;
/// So that no load seems to depend on the store that is whole pages away; arrays stay aligned to 64 bytes.
constexpr size_t stagger = size_t{17} * 64;

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

}  // namespace

CallLayout layout_of(const KernelKey &key, size_t size) {
    const Signature called = signature(*key.activation, key.pass, key.dtype);
    CallLayout layout;
    layout.channels = outer_size(called, size);
    const size_t inner = size / layout.channels;
    layout.elements = inner * layout.channels;
    const std::map<std::string, size_t> known = {
        {"outer", 1}, {"channels", layout.channels}, {"rows", layout.channels}};
    size_t place = 0;
    for (const Argument &argument : called.arguments) {
        switch (argument.role) {
            case Role::input:
            case Role::output: {
                const size_t bytes = array_bytes(argument, key, layout.elements, layout.channels);
                layout.arrays.push_back(
                    {argument.name, argument.role == Role::output, argument.per_channel, place, bytes});
                place = place_of_next(place, bytes);
                break;
            }
            case Role::size: {
                const auto found = known.find(argument.name);
                // Strides are those of rows without gaps.
                layout.sizes.push_back(found == known.end() ? inner : found->second);
                break;
            }
            case Role::parameter:
                layout.parameters.push_back(default_value(*key.activation, argument.name));
                break;
        }
    }
    layout.bytes = (place / page_bytes + 1) * page_bytes;
    return layout;
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

}  // namespace actinide
