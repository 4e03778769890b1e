/* Which entry serves, and launching the one that runs over outer x channels x inner. Internal. */
#ifndef ACTINIDE_RUNTIME_CUDA_LAUNCH_H
#define ACTINIDE_RUNTIME_CUDA_LAUNCH_H

#include "runtime/cuda_arguments.h"
#include "runtime/cuda_driver.h"
#include "runtime/fold.h"
#include "runtime/pieces.h"

/* The addresses of all arrays with a value per element in one number, for what they have in common at its end. */
static inline uintptr_t actinide_addresses_of_elements(const struct actinide_kernel *kernel,
                                                       const struct actinide_call *call) {
    uintptr_t addresses = 0;
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        if (!actinide_is_per_channel(kernel->per_channel_inputs, i)) addresses |= (uintptr_t)call->inputs[i];
    }
    for (int32_t i = 0; i < kernel->output_count; ++i) {
        if (!actinide_is_per_channel(kernel->per_channel_outputs, i)) addresses |= (uintptr_t)call->outputs[i];
    }
    return addresses;
}

static inline enum actinide_cuda_role actinide_cuda_role_for(const struct actinide_cuda_kernel *kernel,
                                                             uintptr_t addresses) {
    return kernel->entries[ACTINIDE_CUDA_VECTOR] != NULL && addresses % 16 == 0 ? ACTINIDE_CUDA_VECTOR
                                                                                : ACTINIDE_CUDA_SCALAR;
}

static inline uint64_t actinide_cuda_elements_per_block(const struct actinide_cuda_kernel *kernel,
                                                        enum actinide_cuda_role role) {
    return (uint64_t)kernel->threads_per_block * (role == ACTINIDE_CUDA_VECTOR ? kernel->elements_per_thread : 1);
}

/* Precondition: the checks passed and there are elements. More than a grid can hold are cut into dense pieces. */
static inline int32_t actinide_cuda_launch_channelwise(const struct actinide_cuda_kernel *kernel,
                                                       const struct actinide_call *call, void *stream) {
    const struct actinide_kernel *host = &kernel->host;
    const struct actinide_fold shape = actinide_fold_of(call->sizes[0], call->sizes[1], call->sizes[2]);
    /* A thread's elements are of one row. All pieces but a row's last begin and end where a block does. */
    const int has_whole_vectors = kernel->elements_per_thread > 0 && shape.inner % kernel->elements_per_thread == 0;
    const enum actinide_cuda_role role =
        has_whole_vectors ? actinide_cuda_role_for(kernel, actinide_addresses_of_elements(host, call))
                          : ACTINIDE_CUDA_SCALAR;
    const uint64_t elements_per_block = actinide_cuda_elements_per_block(kernel, role);
    struct actinide_pieces pieces =
        actinide_pieces_of(shape.outer, shape.channels, shape.inner, elements_per_block * ACTINIDE_CUDA_MAX_BLOCKS);
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
        const uint64_t blocks = actinide_divided_up(piece.outer * piece.channels * piece.inner, elements_per_block);
        const int32_t status =
            actinide_cuda_launch(kernel, role, blocks, kernel->threads_per_block, stream, arguments.values);
        if (status != ACTINIDE_OK) return status;
    }
    return ACTINIDE_OK;
}

#endif
