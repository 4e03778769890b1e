/* Elements in whole blocks where they lie, and the last ones in a copy that is as long as a block, because a tile knows
 * no shorter one. Internal. */
#ifndef ACTINIDE_RUNTIME_BLOCK_PIECES_H
#define ACTINIDE_RUNTIME_BLOCK_PIECES_H

#include "runtime/packed_checks.h"

struct actinide_block_call {
    const struct actinide_call *call;
    const union actinide_parameter *parameters;
    actinide_tile_function run;
};

ACTINIDE_INLINE void actinide_aim_at_element(const struct actinide_kernel *kernel, const struct actinide_call *call,
                                             size_t element, struct actinide_tile *tile) {
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        tile->inputs[i] = (const char *)call->inputs[i] + actinide_packed_bytes(element, kernel->packing.input_bits[i]);
    }
    for (int32_t i = 0; i < kernel->output_count; ++i) {
        tile->outputs[i] = (char *)call->outputs[i] + actinide_packed_bytes(element, kernel->packing.output_bits[i]);
    }
}

ACTINIDE_INLINE void actinide_copy_bytes(unsigned char *to, const unsigned char *from, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) to[i] = from[i];
}

/* What the bits of the elements behind the last would be is a tile's guess. */
ACTINIDE_INLINE void actinide_clear_bits_behind(unsigned char *mask, size_t elements, int32_t bits) {
    const size_t used = elements * (size_t)bits % 8;
    if (used != 0) mask[elements * (size_t)bits / 8] &= (unsigned char)((1u << used) - 1);
}

static __attribute__((noinline)) void actinide_run_last_block(const struct actinide_kernel *kernel,
                                                              const struct actinide_tile *place, size_t elements,
                                                              actinide_tile_function run) {
    _Alignas(64) unsigned char inputs[ACTINIDE_MAX_PACKED_ARRAYS][ACTINIDE_MAX_BLOCK_BYTES];
    _Alignas(64) unsigned char outputs[ACTINIDE_MAX_PACKED_ARRAYS][ACTINIDE_MAX_BLOCK_BYTES];
    struct actinide_tile tile;
    tile.parameters = place->parameters;
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        const size_t bytes = actinide_packed_bytes(elements, kernel->packing.input_bits[i]);
        actinide_copy_bytes(inputs[i], place->inputs[i], bytes);
        for (size_t k = bytes; k < ACTINIDE_MAX_BLOCK_BYTES; ++k) inputs[i][k] = 0;
        tile.inputs[i] = inputs[i];
    }
    for (int32_t i = 0; i < kernel->output_count; ++i) tile.outputs[i] = outputs[i];
    const size_t block = (size_t)kernel->packing.block;
    actinide_set_shape(&tile, block, 1, 1, block, block);
    run(&tile);
    for (int32_t i = 0; i < kernel->output_count; ++i) {
        const int32_t bits = kernel->packing.output_bits[i];
        if (actinide_holds_bits(bits)) actinide_clear_bits_behind(outputs[i], elements, bits);
        actinide_copy_bytes(place->outputs[i], outputs[i], actinide_packed_bytes(elements, bits));
    }
}

/* `begin` is a whole block's, and so is `end` unless the arrays end there. */
ACTINIDE_INLINE void actinide_run_in_blocks(const struct actinide_kernel *kernel,
                                            const struct actinide_block_call *blocks, size_t begin, size_t end) {
    struct actinide_tile tile;
    tile.parameters = blocks->parameters;
    const size_t block = (size_t)kernel->packing.block;
    const size_t split = kernel->split < block ? block : kernel->split / block * block;
    const size_t whole = end / block * block;
    for (size_t done = begin; done < whole; done += (size_t)tile.extent[0]) {
        const size_t extent = actinide_smaller(whole - done, split);
        actinide_aim_at_element(kernel, blocks->call, done, &tile);
        actinide_set_shape(&tile, extent, 1, 1, extent, extent);
        blocks->run(&tile);
    }
    if (whole < end) {
        actinide_aim_at_element(kernel, blocks->call, whole, &tile);
        actinide_run_last_block(kernel, &tile, end - whole, blocks->run);
    }
}

#endif
