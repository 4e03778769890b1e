/* How outer x channels x inner lies in memory, as the channelwise code sees it. Internal. */
#ifndef ACTINIDE_RUNTIME_LAYOUT_H
#define ACTINIDE_RUNTIME_LAYOUT_H

#include "runtime/arrays.h"
#include "runtime/level.h"
#include "runtime/streaming.h"

struct actinide_layout {
    size_t outer, channels, inner;
    int channels_last; /* inner is 1 and there are several channels: rows of channels */
};

/* With one channel everything is one long row, whatever outer and inner are. */
ACTINIDE_INLINE struct actinide_layout actinide_layout_of(const struct actinide_call *call) {
    struct actinide_layout layout;
    const int one_channel = call->sizes[1] == 1;
    layout.outer = one_channel ? 1 : call->sizes[0];
    layout.channels = call->sizes[1];
    layout.inner = one_channel ? call->sizes[0] * call->sizes[2] : call->sizes[2];
    layout.channels_last = !one_channel && call->sizes[2] == 1;
    return layout;
}

/* The shape of a tile that holds whole channels, or part of one, without gaps. */
ACTINIDE_INLINE void actinide_set_dense_shape(struct actinide_tile *tile, const struct actinide_layout *layout,
                                              size_t outer, size_t channels, size_t inner) {
    if (layout->channels_last) {
        actinide_set_shape(tile, channels, outer, 1, channels, channels * outer);
    } else {
        actinide_set_shape(tile, inner, channels, outer, inner, inner * channels);
    }
}

/* Each role is spelled out: an index that only the call knows would keep the kernel's table of tiles in memory. */
ACTINIDE_INLINE actinide_tile_function actinide_choose_elementwise_tile(const struct actinide_kernel *kernel,
                                                                        int32_t level,
                                                                        const struct actinide_layout *layout) {
    return layout->channels_last ? actinide_choose_tile(kernel, level, ACTINIDE_TILE_CHANNELS_LAST)
                                 : actinide_choose_tile(kernel, level, ACTINIDE_TILE_CHANNELS_OUTSIDE);
}
ACTINIDE_INLINE actinide_tile_function actinide_choose_streaming_tile(const struct actinide_kernel *kernel,
                                                                      int32_t level,
                                                                      const struct actinide_layout *layout) {
    return layout->channels_last ? actinide_choose_streaming_form(kernel, level, ACTINIDE_TILE_CHANNELS_LAST)
                                 : actinide_choose_streaming_form(kernel, level, ACTINIDE_TILE_CHANNELS_OUTSIDE);
}

/* Whether a call over this layout streams: as actinide_streams, and every row of its tiles begins at an aligned place
 * of the outputs. */
ACTINIDE_INLINE int actinide_layout_streams(const struct actinide_kernel *kernel, const void *const *inputs,
                                            void *const *outputs, const struct actinide_layout *layout) {
    const size_t elements = layout->outer * layout->channels * layout->inner;
    const size_t row = layout->channels_last ? layout->channels : layout->inner;
    const size_t distance = row == elements ? 0 : row * (size_t)kernel->element_bytes;
    if (!actinide_streams(kernel, inputs, outputs, elements)) return 0;
    /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): every kernel has an output. */
    return actinide_misalignment((uintptr_t)outputs[0] | distance) == 0;
}

#endif
