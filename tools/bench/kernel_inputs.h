// What the arrays of a kernel that is timed hold.
#pragma once

#include <optional>
#include <string>

#include "tools/bench/kernel_call.h"
#include "tools/bench/numbers.h"

namespace actinide {

class KernelInputs {
public:
    /// A gradient from the output may take only values that the forward pass gives: `forward`, compiled with the same
    /// prefix, makes them. `numbers` has to live as long.
    KernelInputs(const KernelKey &key, const std::optional<CompiledKernel> &forward, const std::string &prefix,
                 NormalNumbers &numbers);
    KernelInputs(const KernelInputs &) = delete;
    KernelInputs &operator=(const KernelInputs &) = delete;

    const Blocks &blocks() const { return blocks_; }

private:
    Block saved_output_;
    Blocks blocks_;
};

}  // namespace actinide
