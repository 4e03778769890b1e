/* Moving through the arrays of a call. Internal. */
#ifndef ACTINIDE_RUNTIME_ARRAYS_H
#define ACTINIDE_RUNTIME_ARRAYS_H

#include "runtime/kernel.h"

ACTINIDE_INLINE size_t actinide_smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Whether array `index` has one value per channel rather than one per element. */
ACTINIDE_INLINE int actinide_is_per_channel(uint32_t mask, int32_t index) {
    return (int)(mask >> (uint32_t)index & 1u);
}

/* Outputs with one value per channel are the gradients of the learned parameters. */
ACTINIDE_INLINE size_t actinide_count_gradients(const struct actinide_kernel *kernel) {
    size_t count = 0;
    for (int32_t i = 0; i < kernel->output_count; ++i) {
        count += (size_t)actinide_is_per_channel(kernel->per_channel_outputs, i);
    }
    return count;
}

/* They come last. */
ACTINIDE_INLINE size_t actinide_first_gradient(const struct actinide_kernel *kernel) {
    return (size_t)kernel->output_count - actinide_count_gradients(kernel);
}

/* Bytes of one array below which no call asks whether to stream or to share: a short call has no time for it, and no
 * last-level cache is as small. */
enum { ACTINIDE_LEAST_LONG_BYTES = 1 << 16 };

/* Bytes read and written in arrays with a number per element. */
ACTINIDE_INLINE size_t actinide_traffic(const struct actinide_kernel *kernel, size_t elements) {
    size_t arrays = 0;
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        arrays += (size_t)!actinide_is_per_channel(kernel->per_channel_inputs, i);
    }
    for (int32_t i = 0; i < kernel->output_count; ++i) {
        arrays += (size_t)!actinide_is_per_channel(kernel->per_channel_outputs, i);
    }
    size_t bytes;
    if (__builtin_mul_overflow(elements * (size_t)kernel->element_bytes, arrays, &bytes)) {
        return SIZE_MAX - 1; /* SIZE_MAX as a threshold means never. */
    }
    return bytes;
}

/* Where an array of a call begins for the element `offset` of channel `channel`. */
ACTINIDE_INLINE const void *actinide_at(const struct actinide_kernel *kernel, const void *array,
                                        uint32_t per_channel_mask, int32_t index, size_t offset, size_t channel) {
    const size_t elements = actinide_is_per_channel(per_channel_mask, index) ? channel : offset;
    return (const char *)array + elements * (size_t)kernel->element_bytes;
}

/* Points a tile's inputs at the element `offset` of channel `channel`. */
ACTINIDE_INLINE void actinide_aim_inputs(const struct actinide_kernel *kernel, const void *const *inputs, size_t offset,
                                         size_t channel, struct actinide_tile *tile) {
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        tile->inputs[i] = actinide_at(kernel, inputs[i], kernel->per_channel_inputs, i, offset, channel);
    }
}

/* Likewise its outputs; those with one value per channel are not a tile's business. */
ACTINIDE_INLINE void actinide_aim_outputs(const struct actinide_kernel *kernel, void *const *outputs, size_t offset,
                                          struct actinide_tile *tile) {
    for (int32_t i = 0; i < kernel->output_count; ++i) {
        if (actinide_is_per_channel(kernel->per_channel_outputs, i)) continue;
        tile->outputs[i] = (char *)outputs[i] + offset * (size_t)kernel->element_bytes;
    }
}

ACTINIDE_INLINE void actinide_set_shape(struct actinide_tile *tile, size_t extent0, size_t extent1, size_t extent2,
                                        size_t stride1, size_t stride2) {
    tile->extent[0] = (int32_t)extent0;
    tile->extent[1] = (int32_t)extent1;
    tile->extent[2] = (int32_t)extent2;
    tile->stride[0] = 1;
    tile->stride[1] = (int32_t)stride1;
    tile->stride[2] = (int32_t)stride2;
}

/* A copy, so that only these few numbers escape to the tile and the call itself can stay in registers. */
ACTINIDE_INLINE void actinide_copy_parameters(const struct actinide_kernel *kernel, const struct actinide_call *call,
                                              union actinide_parameter *parameters) {
    for (int32_t i = 0; i < kernel->parameter_count; ++i) parameters[i] = call->parameters[i];
}

#endif
