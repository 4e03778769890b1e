#include "tools/bench/kernel_call.h"

#include <cstring>
#include <new>
#include <stdexcept>

#include "runtime/status.h"
#include "tools/bench/call_layout.h"
#include "tools/verify/number_format.h"

namespace actinide {

size_t KernelCall::bytes_of_arrays(const KernelKey &key, size_t size) {
    return layout_of(key, size).bytes;
}

KernelCall::KernelCall(const KernelKey &key, size_t size, const Blocks &blocks) : name_(to_string(key)) {
    const CallLayout layout = layout_of(key, size);
    memory_.reset(static_cast<char *>(std::aligned_alloc(page_bytes, layout.bytes)));
    if (memory_ == nullptr) throw std::bad_alloc();
    elements_ = layout.elements;
    channels_ = layout.channels;
    stream_bytes_ = elements_ * bytes_per_element(key.dtype);
    sizes_ = layout.sizes;
    parameters_ = layout.parameters;
    for (const ArrayLayout &array : layout.arrays) add_array(array, key, blocks);
}

void KernelCall::add_array(const ArrayLayout &layout, const KernelKey &key, const Blocks &blocks) {
    char *array = memory_.get() + layout.place;
    bytes_moved_ += layout.bytes;
    if (layout.is_output) {
        std::memset(array, 0, layout.bytes);
        outputs_.push_back(array);
        bytes_of_outputs_.push_back(layout.bytes);
        if (!layout.per_channel) output_streams_.push_back(array);
        return;
    }
    inputs_.push_back(array);
    if (layout.per_channel) {
        const uint64_t bits = encoded(key.dtype, default_value(*key.activation, layout.name));
        for (size_t i = 0; i < channels_; ++i) store_bits(key.dtype, array, i, bits);
    } else {
        fill(array, layout.bytes, *blocks.at(layout.name));
        input_streams_.push_back(array);
    }
}

void KernelCall::run(LoadedKernels::Function kernel) const {
    const int32_t status = kernel(inputs_.data(), outputs_.data(), sizes_.data(), parameters_.data());
    if (status != ACTINIDE_OK) {
        throw std::runtime_error(name_ + " refused the benchmark's arguments with status " + std::to_string(status));
    }
}

std::string KernelCall::output_bytes() const {
    std::string bytes;
    for (size_t i = 0; i < outputs_.size(); ++i) {
        bytes.append(static_cast<const char *>(outputs_[i]), bytes_of_outputs_[i]);
    }
    return bytes;
}

void KernelCall::spoil_outputs() const {
    constexpr int pattern = 0x5a;
    for (size_t i = 0; i < outputs_.size(); ++i) std::memset(outputs_[i], pattern, bytes_of_outputs_[i]);
}

void KernelCall::run(CopyStreams copy) const {
    copy(input_streams_.data(), output_streams_.data(), stream_bytes_);
}

}  // namespace actinide
