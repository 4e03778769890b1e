/* How outer x channels x inner lies in memory, as the channelwise code sees it. Internal. */
#ifndef ACTINIDE_RUNTIME_LAYOUT_H
#define ACTINIDE_RUNTIME_LAYOUT_H

#include "runtime/arrays.h"
#include "runtime/level.h"

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

#endif
