/* Where few bytes count: an entry point tells what its kernel is in one number, which is no more than an instruction or
 * two. Internal. */
#ifndef ACTINIDE_RUNTIME_BLOCKS_H
#define ACTINIDE_RUNTIME_BLOCKS_H

#include "runtime/kernel.h"

enum {
    ACTINIDE_SHAPE_OUTPUTS = 4,
    ACTINIDE_SHAPE_LEVEL = 8,
    ACTINIDE_SHAPE_ELEMENT_BYTES = 12,
    ACTINIDE_SHAPE_BLOCK = 16,
    ACTINIDE_SHAPE_COUNT = 15 /* the most that four bits tell */
};

ACTINIDE_INLINE uint32_t actinide_block_shape(const struct actinide_kernel *kernel, int32_t level) {
    return (uint32_t)kernel->input_count | (uint32_t)kernel->output_count << ACTINIDE_SHAPE_OUTPUTS |
           (uint32_t)level << ACTINIDE_SHAPE_LEVEL | (uint32_t)kernel->element_bytes << ACTINIDE_SHAPE_ELEMENT_BYTES |
           (uint32_t)kernel->packing.block << ACTINIDE_SHAPE_BLOCK;
}

/* `run`, in whole blocks, over call->sizes[0] elements; what actinide_run_elementwise answers of arrays and the CPU.
 * `run` is null where no CPU of the target serves. */
ACTINIDE_INTERNAL int32_t actinide_run_blocks(const struct actinide_call *call, actinide_tile_function run,
                                              uint32_t shape);

#endif
