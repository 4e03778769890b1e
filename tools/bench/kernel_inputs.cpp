#include "tools/bench/kernel_inputs.h"

namespace actinide {
namespace {

/// Normal numbers for every input, a saved output too.
Blocks normal_blocks(const KernelKey &key, NormalNumbers &numbers) {
    Blocks blocks;
    for (const Argument &argument : signature(*key.activation, key.pass, key.dtype).arguments) {
        const bool is_filled = argument.role == Argument::Role::input && !argument.per_channel;
        if (is_filled) blocks[argument.name] = &numbers.of(argument.name, key.dtype);
    }
    return blocks;
}

Block output_of(const CompiledKernel &forward, const std::string &prefix, NormalNumbers &numbers) {
    const LoadedKernels loaded({forward}, forward.key.target, prefix);
    const KernelCall call(forward.key, block_elements, normal_blocks(forward.key, numbers));
    call.run(loaded.function(0));
    return {call.output(), call.output() + call.elements() * bytes_per_element(forward.key.dtype)};
}

}  // namespace

KernelInputs::KernelInputs(const KernelKey &key, const std::optional<CompiledKernel> &forward,
                           const std::string &prefix, NormalNumbers &numbers)
    : blocks_(normal_blocks(key, numbers)) {
    if (!forward) return;
    saved_output_ = output_of(*forward, prefix, numbers);
    blocks_["y"] = &saved_output_;
}

}  // namespace actinide
