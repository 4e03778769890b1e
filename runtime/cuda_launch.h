/* Launching the kernel that has one thread per element of outer x channels x inner. Internal. */
#ifndef ACTINIDE_RUNTIME_CUDA_LAUNCH_H
#define ACTINIDE_RUNTIME_CUDA_LAUNCH_H

#include "runtime/cuda_arguments.h"
#include "runtime/cuda_driver.h"
#include "runtime/fold.h"
#include "runtime/pieces.h"

/* Precondition: the checks passed and there are elements. More than a grid can hold are cut into dense pieces. */
static inline int32_t actinide_cuda_launch_channelwise(const struct actinide_cuda_kernel *kernel,
                                                       const struct actinide_call *call, void *stream) {
    const struct actinide_kernel *host = &kernel->host;
    const struct actinide_fold shape = actinide_fold_of(call->sizes[0], call->sizes[1], call->sizes[2]);
    struct actinide_pieces pieces = actinide_pieces_of(shape.outer, shape.channels, shape.inner,
                                                       kernel->threads_per_block * ACTINIDE_CUDA_MAX_BLOCKS);
    struct actinide_piece piece;
    while (actinide_next_piece(&pieces, &piece)) {
        const uint64_t sizes[3] = {piece.outer, piece.channels, piece.inner};
        struct actinide_tile tile;
        struct actinide_cuda_arguments arguments;
        arguments.count = 0;
        actinide_aim_inputs(host, call->inputs, piece.offset, piece.channel, &tile);
        actinide_aim_outputs(host, call->outputs, piece.offset, &tile);
        actinide_append_inputs(&arguments, host, &tile);
        actinide_append_outputs(&arguments, host, &tile);
        actinide_append_sizes(&arguments, sizes, 3);
        actinide_append_parameters(&arguments, host, call);
        const uint64_t blocks =
            actinide_divided_up(piece.outer * piece.channels * piece.inner, kernel->threads_per_block);
        const int32_t status = actinide_cuda_launch(kernel, ACTINIDE_CUDA_SCALAR, blocks, kernel->threads_per_block,
                                                    stream, arguments.values);
        if (status != ACTINIDE_OK) return status;
    }
    return ACTINIDE_OK;
}

#endif
